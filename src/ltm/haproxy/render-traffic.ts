/** What a frontend does with what it takes in: profiles and policies, in BIG-IP's order. Pure. */
import type { VirtualPlan } from '../types.ts';
import { httpLines } from './render-http.ts';
import type { PolicyLines } from './render-policy.ts';

/** Policies look at what the client sent, and their changes come after those of the HTTP profile. */
export function trafficLines(virtual: VirtualPlan, policies: PolicyLines): readonly string[] {
  const { choosing, acting, answering } = policies;
  const http = httpLines(virtual);
  if (http === undefined) return [...choosing, ...acting];
  return [
    ...http.limits,
    ...choosing,
    ...http.request,
    ...acting,
    ...http.response,
    ...answering,
    ...http.compression,
  ];
}

/** What a frontend does with what it takes in: profiles and policies, in BIG-IP's order. Pure. */
import type { TcpSettings, VirtualPlan } from '../types.ts';
import { cacheLines } from './render-cache.ts';
import { requestLogLines } from './render-request-log.ts';
import type { FileSet } from './files.ts';
import { quote } from './quote.ts';
import { httpLines } from './render-http.ts';
import type { PolicyLines } from './render-policy.ts';

export interface TrafficLines {
  readonly lines: readonly string[];
  /** Sections of its own, written behind it. */
  readonly sections: readonly string[];
}

/** Policies look at what the client sent, and their changes come after those of the HTTP profile. */
export function trafficLines(
  virtual: VirtualPlan,
  policies: PolicyLines,
  files: FileSet,
): TrafficLines {
  const { choosing, acting, answering } = policies;
  const http = httpLines(virtual, acting, files);
  const before = [...keepAliveLines(virtual), ...streamLines(virtual)];
  if (http === undefined) return { lines: [...before, ...choosing, ...acting], sections: [] };
  const cache = cacheLines(virtual.http?.cache);
  const log = requestLogLines(virtual.http?.requestLog);
  const lines = [
    ...before,
    ...http.limits,
    ...log.keeping,
    ...http.opening,
    ...cache.choosing,
    ...choosing,
    ...http.request,
    ...acting,
    ...cache.request,
    ...cache.response,
    ...http.response,
    ...answering,
    ...http.sealing,
    ...http.compression,
  ];
  return { lines, sections: [...cache.section, ...log.section] };
}

/** `script-stream.ts` looks at all that passes; compression comes after it. */
function streamLines({ stream }: VirtualPlan): readonly string[] {
  return stream === undefined ? [] : [`filter lua.stream ${quote(stream)}`];
}

/** A connection that is closed for want of traffic before the first probe needs none. */
function keepAliveLines({ tcp, idleSeconds }: VirtualPlan): readonly string[] {
  const { keepAliveSeconds } = tcp;
  if (keepAliveSeconds === 0 || keepAliveSeconds >= idleSeconds) return [];
  return ['option clitcpka', `clitcpka-idle ${keepAliveSeconds}s`];
}

/** What follows the address of a `bind`. */
export function bindOptions({ isDeferred, segmentBytes }: TcpSettings): string {
  return `${isDeferred ? ' defer-accept' : ''}${segmentBytes === undefined ? '' : ` mss ${segmentBytes}`}`;
}

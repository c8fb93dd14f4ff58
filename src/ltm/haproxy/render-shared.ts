/**
 * A frontend that many virtual servers share: they have the same profiles, and the packet filter's classifier sends
 * their connections to its listener. Which of them a connection is for shows in the address that the client asked for;
 * maps say what differs: the backend, the limit. They change at run time, the frontend does not. Pure.
 */
import { printPrefix } from '../../base/address.ts';
import { listenerAddress, sharedPort } from '../classify.ts';
import { contentHash } from '../engine-names.ts';
import type { VirtualPlan } from '../types.ts';
import type { FileSet } from './files.ts';
import type { Section } from './section.ts';
import type { PolicyLines } from './render-policy.ts';
import { withName } from './frontend-token.ts';
import { rateLines } from './render-rate.ts';
import { trafficLines } from './render-traffic.ts';
import { countTable, mapPaths } from './maps.ts';

const mostVirtuals = '1m';
const prefix = 'shared.';

export function isSharedFrontend(name: string): boolean {
  return name.startsWith(prefix);
}

export function countSection(): Section {
  const table = `type integer size ${mostVirtuals} nopurge`;
  const counters = 'conn_cnt,conn_cur,http_req_cnt,bytes_in_cnt,bytes_out_cnt';
  const text = `backend ${countTable}\n  stick-table ${table} store ${counters}`;
  return { name: countTable, text, hash: contentHash(text), files: new Map() };
}

/** The same for all virtual servers that can share it, down to its name. `options`: of its `bind`. */
export function sharedFrontend(
  virtual: VirtualPlan,
  options: string,
  mapFolder: string,
  policies: PolicyLines,
  files: FileSet,
): readonly string[] {
  const maps = mapPaths(mapFolder);
  const traffic = trafficLines(virtual, policies, files);
  const lines = [
    `mode ${virtual.mode}`,
    `timeout client ${virtual.idleSeconds}s`,
    ...(virtual.source === undefined
      ? []
      : [`tcp-request connection reject unless { src ${printPrefix(virtual.source)} }`]),
    'tcp-request connection set-var(sess.port) dst_port',
    `tcp-request connection set-var(sess.virtual) dst,concat(:,sess.port),map(${maps.virtuals})`,
    'tcp-request connection reject unless { var(sess.virtual) -m found }',
    `tcp-request connection track-sc0 var(sess.virtual) table ${countTable}`,
    `tcp-request connection set-var(sess.limit) var(sess.virtual),map_str_int(${maps.limits},0)`,
    'tcp-request connection reject if { var(sess.limit) -m int gt 0 } { sc0_conn_cur,sub(sess.limit) gt 0 }',
    ...(virtual.rateLimit ? rateLines(virtual.rateLimit, 'var(sess.virtual)') : []),
    // Once for the connection: it keeps the pool that it began with, as on BIG-IP.
    `tcp-request connection set-var(sess.backend) var(sess.virtual),map(${maps.backends})`,
    // A policy may send requests elsewhere, or answer them.
    ...(virtual.policies.length === 0
      ? ['tcp-request connection reject unless { var(sess.backend) -m found }']
      : []),
    ...traffic.lines,
    ...policies.routing,
    'use_backend %[var(sess.backend)]',
    ...traffic.sections,
  ];
  const { family } = virtual.address;
  const hash = contentHash([String(family), options, ...lines].join('\n'));
  const { text } = listenerAddress(Number.parseInt(hash.slice(0, 6), 16), family);
  const place = family === 6 ? `[${text}]` : text;
  const bind = `bind ${place}:${sharedPort} transparent${options}`;
  const name = `${prefix}${hash}`;
  return withName([`frontend ${name}`, ...lines.toSpliced(1, 0, bind)], name);
}

/** Where the classifier sends new connections for that frontend; undefined for those of one virtual server. */
export function sharedListener(frontend: string, family: 4 | 6): string | undefined {
  if (!isSharedFrontend(frontend)) return undefined;
  const number = Number.parseInt(frontend.slice(prefix.length, prefix.length + 6), 16);
  return listenerAddress(number, family).text;
}

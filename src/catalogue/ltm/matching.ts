import type { Component } from '../types.ts';
import { choice, integer, reference, references, text, texts, toggle } from '../properties.ts';
import { foldered } from '../stored.ts';

const trafficMatchingCriteria = foldered({
  id: 'ltm traffic-matching-criteria',
  noun: 'Traffic Matching Criteria',
  help: 'Lists of addresses and ports that a virtual server listens on.',
  scope: 'group',
  order: 50,
  stock: [],
  acting: [
    text('destination-address-inline', 'Destination.', { default: 'any' }),
    reference('destination-address-list', 'net address-list', 'Destinations.'),
    text('destination-port-inline', 'Destination port.', { default: '0' }),
    reference('destination-port-list', 'net port-list', 'Destination ports.'),
    text('source-address-inline', 'Source.', { default: 'any' }),
    reference('source-address-list', 'net address-list', 'Sources.'),
  ],
  properties: [
    choice('protocol', ['any', 'tcp', 'udp', 'sctp', 'icmp'], 'any', 'Protocol.'),
    reference('route-domain', 'net route-domain', 'Route domain.', {
      words: ['any'],
      default: 'any',
    }),
    integer('source-port-inline', [0, 65_535], 0, 'Source port.'),
  ],
});

const ruleProfiler = foldered({
  id: 'ltm rule-profiler',
  noun: 'Rule Profiler',
  help: 'Logs what iRules do.',
  scope: 'group',
  order: 61,
  stock: [],
  properties: [
    texts('event-mask', 'Events that are logged.'),
    texts('occ-mask', 'Occurrences that are logged.'),
    integer('period', [0, 4_294_967_295], 0, 'Time between flushes.', { unit: 'milliseconds' }),
    reference('publisher', 'sys log-config publisher', 'Where it is logged.'),
    toggle('auto-start', 'disabled', 'Run from the start.'),
    references('vs-filter', 'ltm virtual', 'Virtual servers that are watched.'),
    toggle('print-tcl-stack', 'disabled', 'Log the stack.'),
  ],
});

export const ltmMatching: readonly Component[] = [ruleProfiler, trafficMatchingCriteria];

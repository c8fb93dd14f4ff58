import type { Draft } from './properties.ts';
import { integer, stored, struct, uint32, yesNo } from './properties.ts';

const polling: readonly Draft[] = [
  integer('poll-interval', [0, uint32], 0, 'Time between polls.', { unit: 'seconds' }),
  yesNo('poll-interval-global', 'yes', 'Take the global interval.'),
];

/** Counters that sFlow sends. */
export const sflowCounters: Draft = struct('sflow', 'Sampling.', stored(...polling));

/** Counters, and one of so many `sampled`: packets, requests. */
export const sflow = (sampled: string): Draft =>
  struct(
    'sflow',
    'Sampling.',
    stored(
      ...polling,
      integer('sampling-rate', [0, uint32], 0, `One ${sampled} in so many.`),
      yesNo('sampling-rate-global', 'yes', 'Take the global rate.'),
    ),
  );

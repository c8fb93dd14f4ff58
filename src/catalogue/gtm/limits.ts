import type { Draft } from '../properties.ts';
import { integer, toggle, uint32 } from '../properties.ts';

function limit(name: string, help: string): readonly Draft[] {
  return [
    integer(`limit-max-${name}`, [0, uint32], 0, `Most ${help}.`),
    toggle(`limit-max-${name}-status`, 'disabled', `Does the limit on ${help} hold?`),
  ];
}

/** More than this and the object counts as unavailable. */
export const limits: readonly Draft[] = [
  ...limit('bps', 'bits a second'),
  ...limit('connections', 'connections'),
  ...limit('pps', 'packets a second'),
];

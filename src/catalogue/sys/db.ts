import type { Component, StockObject } from '../types.ts';
import { choice, stored, text } from '../properties.ts';
import { bigipVersion } from '../version.ts';
import { dbVariables } from './db-variables.ts';

function variable(name: string, preset: string, range: string, travels: string): StockObject {
  return {
    name,
    properties: {
      ...(preset !== '' && { value: preset, 'default-value': preset }),
      'value-range': range,
      'scf-config': travels,
    },
  };
}

/** `= travels range` opens a group; `name default` is a variable of it. */
function readVariables(data: string): readonly StockObject[] {
  let range = 'string';
  let travels = 'true';
  const found: StockObject[] = [];
  for (const line of data.split('\n')) {
    const [first = '', ...rest] = line.split(' ');
    if (first === '=') {
      travels = rest[0] ?? 'true';
      range = rest.slice(1).join(' ');
    } else if (first !== '') found.push(variable(first, rest.join(' '), range, travels));
  }
  return found;
}

let variables: readonly StockObject[] | undefined;

/** Read when first asked for: the shell starts without them. */
function stockVariables(): readonly StockObject[] {
  variables ??= [
    variable('version.version', bigipVersion, 'string', 'false'),
    // Ours: networks whose clients may ask why.NAME for TXT; empty: nobody.
    variable('gtm.explainclients', '', 'string', 'true'),
    // Ours: replies a second by UDP to one network (/24, /56) without a cookie; 0: any number.
    variable('gtm.responserate', '0', 'unsigned integer min:0 max:1000000', 'true'),
    // Ours: the device's name is told to who asks which server answers (NSID, RFC 5001).
    variable('gtm.nsid', 'disable', 'disable enable', 'true'),
    ...readVariables(dbVariables),
  ];
  return variables;
}

export const sysDb: Component = {
  id: 'sys db',
  noun: 'database variable',
  help: 'Variables that tune the system; values are texts.',
  naming: { kind: 'plain', ignoresCase: true },
  scope: 'group',
  scopeRules: [{ property: 'scf-config', equals: 'false', scope: 'local' }],
  fixed: true,
  order: 2,
  checks: ['db-range'],
  get stock() {
    return stockVariables();
  },
  properties: stored(
    text('value', 'Present value.'),
    text('default-value', 'Value at first.', { access: 'read-only' }),
    text('value-range', 'Values that are allowed.', { access: 'read-only' }),
    choice('scf-config', ['true', 'false'], 'true', 'Is it part of the configuration?', {
      access: 'read-only',
    }),
  ),
};

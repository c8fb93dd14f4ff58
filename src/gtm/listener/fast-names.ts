/** Names of a snapshot and the wide IPs that they lead to, as numbers in memory that stands together. Pure. */
import { recordType } from '../../base/dns/constants.ts';
import type { CompiledSnapshot } from '../decision/compile.ts';
import { createNameTable, type NameTable } from './name-table.ts';
import type { Signer } from './signer.ts';

export interface CompiledNames {
  /** Name to row. */
  readonly table: NameTable;
  readonly hasWildcards: boolean;
  /** Signed when the client wants signatures. */
  isSigned(row: number): boolean;
  /** Place among the wide IPs; -1: none is of that type. */
  placeOf(row: number, type: number): number;
}

const columns = ['a', 'aaaa', 'cname', 'mx', 'naptr', 'srv'] as const;
const nowhere = -1;

export function compileNames(
  { above, index }: CompiledSnapshot,
  signer: Pick<Signer, 'isIdle' | 'zoneOf'>,
): CompiledNames {
  const rows = new Map<string, number>();
  const rowOf = (name: string): number => {
    const known = rows.get(name);
    if (known !== undefined) return known;
    rows.set(name, rows.size);
    return rows.size - 1;
  };
  const found: number[] = [];
  for (const [column, type] of columns.entries()) {
    for (const [name, at] of index[type].exact) {
      found.push(rowOf(name) * columns.length + column, at);
    }
  }
  for (const name of above) rowOf(name);
  const places = new Int32Array(rows.size * columns.length).fill(nowhere);
  for (let next = 0; next < found.length; next += 2) {
    places[found[next] ?? 0] = found[next + 1] ?? nowhere;
  }
  const signed = new Uint8Array(rows.size);
  if (!signer.isIdle) {
    for (const [name, row] of rows) signed[row] = signer.zoneOf(name) === undefined ? 0 : 1;
  }
  return {
    table: createNameTable(rows),
    hasWildcards: columns.some((type) => index[type].wildcards.length > 0),
    isSigned: (row) => signed[row] === 1,
    placeOf(row, type) {
      const column = columnOf(type);
      return column < 0 ? nowhere : (places[row * columns.length + column] ?? nowhere);
    },
  };
}

function columnOf(type: number): number {
  switch (type) {
    case recordType.a:
      return 0;
    case recordType.aaaa:
      return 1;
    case recordType.cname:
      return 2;
    case recordType.mx:
      return 3;
    case recordType.naptr:
      return 4;
    case recordType.srv:
      return 5;
    default:
      return nowhere;
  }
}

/** Which names are to be resolved, and how often. Pure. */
import type { Properties } from '../../catalogue/types.ts';
import { fqdnOf, hasName } from '../../config/model/ephemeral.ts';
import { numberValue, textValue } from '../../config/property-values.ts';
import type { AddressType } from './question.ts';

export interface WantedName {
  readonly name: string;
  readonly types: readonly AddressType[];
  /** One node for each address; else the one that it has is kept as long as the name has it. */
  readonly isWhole: boolean;
  /** Undefined: as long as the answer holds. */
  readonly intervalSeconds: number | undefined;
  readonly downIntervalSeconds: number;
}

const types: Readonly<Record<string, readonly AddressType[]>> = {
  ipv4: ['a'],
  ipv6: ['aaaa'],
  all: ['a', 'aaaa'],
};

/** Of a node; undefined where it is no name. */
export function wantedName(node: Properties | undefined): WantedName | undefined {
  if (node === undefined || !hasName(node) || node['ephemeral'] === 'true') return undefined;
  const fqdn = fqdnOf(node);
  const interval = textValue(fqdn, 'interval');
  return {
    name: textValue(fqdn, 'tm-name') ?? '',
    types: types[textValue(fqdn, 'address-family') ?? 'ipv4'] ?? ['a'],
    isWhole: textValue(fqdn, 'autopopulate') === 'enabled',
    intervalSeconds: interval === 'ttl' ? undefined : numberValue(fqdn, 'interval', 3600),
    downIntervalSeconds: numberValue(fqdn, 'down-interval', 5),
  };
}

/** Those to be kept, of what was found. */
export function keptAddresses(
  { isWhole }: WantedName,
  before: readonly string[],
  found: readonly string[],
): readonly string[] {
  if (isWhole) return found;
  const same = before.find((address) => found.includes(address));
  return same === undefined ? found.slice(0, 1) : [same];
}

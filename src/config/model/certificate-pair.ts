/**
 * The certificate of a client-ssl profile, which is said in either of two ways: as `cert` and `key`, or as links of
 * `cert-key-chain`. Pure.
 */
import type { ComponentId, Properties, Value } from '../../catalogue/types.ts';
import { itemsOf } from './values.ts';

export const certificatePair = ['cert', 'key', 'chain', 'passphrase'] as const;

const profile = 'ltm profile client-ssl';
const chain = 'cert-key-chain';

/** What the parent hands down: nothing of its certificate to a profile that has one of its own. */
export function withoutPair(component: ComponentId, own: Properties, base: Properties): Properties {
  if (component !== profile || ![own['cert'], own['key'], own[chain]].some(isSaid)) return base;
  return without(base, [...certificatePair, chain]);
}

/** The way that is changed counts from now on: the other would go on saying what was before. */
export function afterChange(
  component: ComponentId,
  properties: Properties,
  said: ReadonlyMap<string, Value | undefined>,
): Properties {
  if (component !== profile) return properties;
  const saysPair = said.has('cert') || said.has('key');
  if (said.has(chain) && !saysPair) return without(properties, certificatePair);
  const isOneLink = itemsOf(properties[chain]).length === 1;
  return saysPair && !said.has(chain) && isOneLink ? without(properties, [chain]) : properties;
}

function isSaid(value: Value | undefined): boolean {
  return value !== undefined;
}

function without(properties: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}

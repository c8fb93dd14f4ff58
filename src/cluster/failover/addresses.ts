/** Changes of addresses: what a commit of one virtual server is for the failover process, of ten thousand. Pure. */
import { isDeepStrictEqual } from 'node:util';
import { present } from '../../base/assert.ts';
import type { FailoverConfig, FloatingAddress, TrafficGroup } from './types.ts';

/** Addresses of this group do not float. */
export const localOnlyGroup = '/Common/traffic-group-local-only';

/** Of one traffic group; an address whose interface changes is removed and added. */
export interface AddressChange {
  readonly group: string;
  readonly removed: readonly FloatingAddress[];
  readonly added: readonly FloatingAddress[];
}

/** What is added stands last; groups that the configuration does not have are passed over. */
export function withChanges(
  config: FailoverConfig,
  changes: readonly AddressChange[],
): FailoverConfig {
  const byGroup = new Map(changes.map((change) => [change.group, change]));
  const fixed = byGroup.get(localOnlyGroup);
  const trafficGroups = config.own.trafficGroups.map((group): TrafficGroup => {
    const change = byGroup.get(group.name);
    return change === undefined ? group : { ...group, addresses: changed(group.addresses, change) };
  });
  return {
    ...config,
    own: { ...config.own, trafficGroups },
    ...(fixed && { fixedAddresses: changed(config.fixedAddresses, fixed) }),
  };
}

/** Undefined: more than addresses differs. Their order does not count. */
export function changesBetween(
  before: FailoverConfig,
  after: FailoverConfig,
): readonly AddressChange[] | undefined {
  if (!isDeepStrictEqual(withoutAddresses(before), withoutAddresses(after))) return undefined;
  const lists = (config: FailoverConfig): readonly Pick<TrafficGroup, 'name' | 'addresses'>[] => [
    ...config.own.trafficGroups,
    { name: localOnlyGroup, addresses: config.fixedAddresses },
  ];
  const old = new Map(lists(before).map(({ name, addresses }) => [name, addresses]));
  return lists(after).flatMap(({ name, addresses }) => {
    const change = differenceOf(name, old.get(name) ?? [], addresses);
    return change.removed.length + change.added.length === 0 ? [] : [change];
  });
}

/**
 * What makes `after` of `before`, in two: `rest` is all but the addresses (groups have those that they had before; one
 * that comes has none yet), undefined when nothing but addresses differs.
 */
export function addressesApart(
  before: FailoverConfig,
  after: FailoverConfig,
): { readonly rest: FailoverConfig | undefined; readonly changes: readonly AddressChange[] } {
  const had = new Map(before.own.trafficGroups.map(({ addresses, name }) => [name, addresses]));
  const trafficGroups = after.own.trafficGroups.map((group): TrafficGroup => ({
    ...group,
    addresses: had.get(group.name) ?? [],
  }));
  const { fixedAddresses } = before;
  const rest = { ...after, own: { ...after.own, trafficGroups }, fixedAddresses };
  const changes = present(changesBetween(rest, after), 'only addresses differ');
  return { rest: isDeepStrictEqual(before, rest) ? undefined : rest, changes };
}

/** The same in steps of no more than `most` addresses each; those that go first, when they do not fit one step. */
export function inSteps(
  changes: readonly AddressChange[],
  most: number,
): readonly (readonly AddressChange[])[] {
  const size = changes.reduce((sum, { removed, added }) => sum + removed.length + added.length, 0);
  if (size === 0) return [];
  if (size <= most) return [changes];
  const parts = <T>(list: readonly T[]): readonly (readonly T[])[] =>
    Array.from({ length: Math.ceil(list.length / most) }, (_, index) =>
      list.slice(index * most, (index + 1) * most),
    );
  return [
    ...changes.flatMap(({ group, removed }) =>
      parts(removed).map((part) => [{ group, removed: part, added: [] }]),
    ),
    ...changes.flatMap(({ group, added }) =>
      parts(added).map((part) => [{ group, removed: [], added: part }]),
    ),
  ];
}

function keyOf({ address, interface: device }: FloatingAddress): string {
  return `${address} ${device}`;
}

function changed(
  addresses: readonly FloatingAddress[],
  { removed, added }: AddressChange,
): readonly FloatingAddress[] {
  const gone = new Set(removed.map(keyOf));
  const kept =
    gone.size === 0 ? addresses : addresses.filter((address) => !gone.has(keyOf(address)));
  return [...kept, ...added];
}

function differenceOf(
  group: string,
  before: readonly FloatingAddress[],
  after: readonly FloatingAddress[],
): AddressChange {
  const [old, next] = [before, after].map((list) => new Set(list.map(keyOf)));
  return {
    group,
    removed: before.filter((one) => next?.has(keyOf(one)) !== true),
    added: after.filter((one) => old?.has(keyOf(one)) !== true),
  };
}

function withoutAddresses(config: FailoverConfig): FailoverConfig {
  const trafficGroups = config.own.trafficGroups.map((group) => ({ ...group, addresses: [] }));
  return { ...config, own: { ...config.own, trafficGroups }, fixedAddresses: [] };
}

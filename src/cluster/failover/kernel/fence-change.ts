/**
 * From one fence to another, as nft text: only what differs, in one transaction. With ten thousand addresses the whole
 * takes a fifth of a second, in which nothing is renewed; an interface or a group that comes or goes takes some ms.
 * What is open stays open, and what comes begins closed. Pure.
 */
import type { AddressChange } from '../addresses.ts';
import type { TrafficGroup } from '../types.ts';
import {
  elementsOfGroup,
  type FencedInterface,
  type FenceElements,
  fenceMaps,
  type FencePlan,
  fenceTable,
  groupLines,
  hookRules,
  hooks,
  hookType,
  mergeElements,
  numbered,
  ownedRules,
} from './fence.ts';
import { masqueradedInterfaces } from './masquerade.ts';

export function interfaceKey({ index, name }: FencedInterface): string {
  return `${name} ${index}`;
}

/**
 * What stays keeps its place. What comes takes one that was free before, or a new one: never one that becomes free
 * by the same change.
 */
export function inPlaces<T>(
  before: readonly (T | undefined)[],
  now: readonly T[],
  keyOf: (one: T) => string,
): readonly (T | undefined)[] {
  const waiting = new Map(now.map((one) => [keyOf(one), one]));
  const places = before.map((old) => {
    if (old === undefined) return undefined;
    const key = keyOf(old);
    const next = waiting.get(key);
    waiting.delete(key);
    return next;
  });
  const free = before.flatMap((old, index) => (old === undefined ? [index] : []));
  for (const one of waiting.values()) places[free.shift() ?? places.length] = one;
  return places;
}

/** Empty: nothing differs. */
export function renderChange(before: FencePlan, after: FencePlan): string {
  const groups = groupsThatDiffer(before, after);
  const { gone, come } = elementsThatDiffer(groups);
  const differing = hooksThatDiffer(before, after);
  const [owned, toBeOwned] = [ownedRules(before), ownedRules(after)];
  const marksDiffer = owned.join() !== toBeOwned.join();
  return [
    ...differing.flatMap(({ flush }) => flush),
    ...(marksDiffer ? [`flush chain ${fenceTable} owned`] : []),
    ...elementLines('delete', gone),
    ...groups.flatMap(({ number, now }) => (now === undefined ? groupEnds(number) : [])),
    ...groups.flatMap(({ number, was }) =>
      was === undefined ? [`table ${fenceTable} {`, ...groupLines(number, undefined), '}'] : [],
    ),
    ...elementLines('add', come),
    ...(marksDiffer ? toBeOwned.map((rule) => `add rule ${fenceTable} owned ${rule}`) : []),
    ...differing.flatMap(({ fill }) => fill),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

interface Differing {
  readonly number: number;
  readonly was: TrafficGroup | undefined;
  readonly now: TrafficGroup | undefined;
}

function groupsThatDiffer(before: FencePlan, after: FencePlan): readonly Differing[] {
  return after.trafficGroups.flatMap((now, index) => {
    const was = before.trafficGroups[index];
    const isSame = was?.addresses === now?.addresses && was?.mac === now?.mac;
    return isSame && was?.name === now?.name ? [] : [{ number: index + 1, was, now }];
  });
}

function elementsThatDiffer(groups: readonly Differing[]) {
  const of = (side: 'was' | 'now'): FenceElements =>
    mergeElements(groups.map((one) => elementsOfGroup(one[side] ?? { addresses: [] }, one.number)));
  const [old, next] = [of('was'), of('now')];
  return { gone: without(old, next), come: without(next, old) };
}

function without(elements: FenceElements, others: FenceElements): FenceElements {
  return new Map(
    fenceMaps.map((map) => {
      const known = new Set(others.get(map));
      return [map, (elements.get(map) ?? []).filter((element) => !known.has(element))];
    }),
  );
}

function elementLines(verb: 'add' | 'delete', elements: FenceElements): readonly string[] {
  return [...elements].flatMap(([map, list]) =>
    list.length === 0 ? [] : [`${verb} element ${fenceTable} ${map} { ${list.join(', ')} }`],
  );
}

function groupEnds(number: number): readonly string[] {
  return [
    `flush chain ${fenceTable} group_${number}`,
    `delete chain ${fenceTable} group_${number}`,
    ...['own', 'permit', 'draining', 'drained'].map(
      (set) => `delete set ${fenceTable} ${set}_${number}`,
    ),
  ];
}

/** `flush` comes before the sets that the rules name go, `fill` when those are there that they will name. */
function hooksThatDiffer(before: FencePlan, after: FencePlan) {
  return after.interfaces.flatMap((now, index) => {
    const was = before.interfaces[index];
    const rules = now === undefined ? undefined : hookRules(after, now.name);
    const former = was === undefined ? undefined : hookRules(before, was.name);
    return [hooks.in, hooks.out].flatMap((hook) => {
      const chain = `${fenceTable} ${hook.chain}_${index + 1}`;
      const [old, next] = [former?.[hook.chain], rules?.[hook.chain]];
      if (old?.join('\n') === next?.join('\n')) return [];
      // The kernel has taken the chain away with its interface; then it is made for a moment.
      const flush = old === undefined ? [] : [`add chain ${chain}`, `flush chain ${chain}`];
      const end = next === undefined ? [`delete chain ${chain}`] : [];
      const begin =
        now === undefined || was !== undefined
          ? []
          : [`add chain ${chain} { ${hookType(hook, now.name)} }`];
      const fill = (next ?? []).map((rule) => `add rule ${chain} ${rule}`);
      return [{ flush: [...flush, ...end], fill: [...begin, ...fill] }];
    });
  });
}

/**
 * A few addresses that come to groups of the fence and go, without a look at the others. Undefined: a group is not
 * there, or masquerades on other interfaces than before. `groups` is what will be.
 */
export function renderReaddressing(
  before: FencePlan,
  groups: readonly TrafficGroup[],
  changes: readonly AddressChange[],
): string | undefined {
  const standing = new Map(numbered(before.trafficGroups).map((one) => [one[0].name, one]));
  const isKnown = groups.length === standing.size && groups.every(({ name }) => standing.has(name));
  if (!isKnown) return undefined;
  const next = new Map(groups.map((group) => [group.name, group]));
  const gone: FenceElements[] = [];
  const come: FenceElements[] = [];
  for (const { added, group: name, removed } of changes) {
    const [was, number] = standing.get(name) ?? [];
    const now = next.get(name);
    if (was === undefined || number === undefined || now === undefined) continue;
    if (interfacesOf(was) !== interfacesOf(now) || was.mac !== now.mac) return undefined;
    gone.push(elementsOfGroup({ ...now, addresses: removed }, number));
    come.push(elementsOfGroup({ ...now, addresses: added }, number));
  }
  const [old, fresh] = [mergeElements(gone), mergeElements(come)];
  const lines = [
    ...elementLines('delete', without(old, fresh)),
    ...elementLines('add', without(fresh, old)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** Where it masquerades. */
function interfacesOf(group: TrafficGroup): string {
  return masqueradedInterfaces(group).join();
}

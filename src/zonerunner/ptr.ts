/** PTR records that follow the addresses of zones with `sync-ptrs`, as BIG-IP's ZoneRunner makes them. Pure. */
import { parseAddress } from '../base/address.ts';
import type { Change, ConfigView, EffectiveObject, Operation } from '../config/types.ts';
import { isWithin, parentOf } from './name.ts';
import { printData } from './rdata.ts';
import { readZone, type Zone, zoneComponent } from './zone.ts';

/** `198.18.0.1` → `1.0.18.198.in-addr.arpa.` */
export function reverseName(address: string): string | undefined {
  const parsed = parseAddress(address);
  if (parsed === undefined) return undefined;
  if (parsed.family === 4) return `${parsed.bytes.toReversed().join('.')}.in-addr.arpa.`;
  const digits = parsed.bytes.flatMap((byte) => [byte >> 4, byte & 15]);
  return `${digits
    .toReversed()
    .map((digit) => digit.toString(16))
    .join('.')}.ip6.arpa.`;
}

/** What has to be done to the reverse zones after these changes; nothing when they are right already. */
export function ptrOperations(
  before: ConfigView,
  after: ConfigView,
  changes: readonly Change[],
): readonly Operation[] {
  const wanted = new Map<string, Map<string, boolean>>();
  const note = (view: string, pairs: ReadonlySet<string>, isThere: boolean): void => {
    for (const pair of pairs) {
      const [reverse = '', owner = ''] = pair.split(' ');
      const zone = reverseZone(after, view, reverse);
      if (zone === undefined) continue;
      const key = `${zone.object} ${reverse}`;
      const targets = wanted.get(key) ?? new Map<string, boolean>();
      wanted.set(key, targets.set(owner, isThere));
    }
  };
  for (const { component, name } of changes) {
    if (component !== zoneComponent) continue;
    const old = pairsOf(before.get(component, name));
    const now = pairsOf(after.get(component, name));
    note(now.view ?? old.view ?? '', old.pairs, false);
    note(now.view ?? '', now.pairs, true);
  }
  return [...wanted].flatMap(([key, targets]) => {
    const space = key.lastIndexOf(' ');
    return operationFor(after, key.slice(0, space), key.slice(space + 1), targets);
  });
}

/** "REVERSE OWNER" of every address in a zone that wants it. */
function pairsOf(object: EffectiveObject | undefined): {
  readonly pairs: ReadonlySet<string>;
  readonly view?: string;
} {
  if (object?.properties['sync-ptrs'] !== 'yes') return { pairs: new Set() };
  const { zone } = readZone(object);
  const pairs = new Set<string>();
  for (const { owner, type, data } of zone.records) {
    if ((type !== 'A' && type !== 'AAAA') || owner.startsWith('*')) continue;
    for (const one of data) {
      const reverse = reverseName(printData(one));
      if (reverse !== undefined) pairs.add(`${reverse} ${owner}`);
    }
  }
  return { pairs, view: zone.view };
}

function reverseZone(view: ConfigView, zoneView: string, reverse: string): Zone | undefined {
  let name = parentOf(reverse);
  while (name !== undefined && isWithin(name, 'arpa.')) {
    const object = view.get(zoneComponent, name) ?? view.get(zoneComponent, `${zoneView}:${name}`);
    const zone = object && readZone(object).zone;
    if (zone?.kind === 'primary' && zone.view === zoneView) return zone;
    name = parentOf(name);
  }
  return undefined;
}

function operationFor(
  after: ConfigView,
  object: string,
  reverse: string,
  targets: ReadonlyMap<string, boolean>,
): readonly Operation[] {
  const found = after.get(zoneComponent, object);
  if (found === undefined) return [];
  const set = readZone(found).zone.records.find(
    ({ owner, type }) => owner === reverse && type === 'PTR',
  );
  const had = (set?.data ?? []).map(printData);
  const data = new Set(had);
  for (const [owner, isThere] of targets) {
    if (isThere) data.add(owner);
    else data.delete(owner);
  }
  if (data.size === had.length && had.every((one) => data.has(one))) return [];
  const item = set?.item ?? `${reverse}:PTR`;
  const place = { component: zoneComponent, name: object, property: 'records', item } as const;
  const properties = { data: [...data] };
  if (data.size === 0) return [{ kind: 'delete-item', ...place }];
  return [{ kind: set === undefined ? 'create-item' : 'modify-item', ...place, properties }];
}

/**
 * What BIG-IP does by itself when something is configured: a pool member makes its node, a virtual
 * server its address and default profiles, a traffic group gets a number. Pure; works on the draft, so
 * that it is part of the same commit.
 */
import type { ComponentId, Properties, Value } from '../../catalogue/types.ts';
import { opaqueId, opaqueName } from '../../catalogue/sys/opaque.ts';
import type { Sliced } from '../../base/slices.ts';
import { parseAddress } from '../../base/address.ts';
import type { Draft } from './draft.ts';
import { settleEphemeralNodes, withoutEphemeral } from './ephemeral.ts';
import { virtualAddressName } from './references.ts';
import type { TreeIndex } from './tree.ts';
import { folderOf, leafOf, splitMember } from './names.ts';
import { compareText, itemsOf, nameOf } from './values.ts';

interface Touched {
  readonly draft: Draft;
  readonly component: ComponentId;
  readonly name: string;
  readonly before: Properties | undefined;
  readonly after: Properties | undefined;
}

type Rule = (touched: Touched) => void;

function forTypes(id: string, rule: Rule): Readonly<Record<ComponentId, Rule>> {
  const types = ['a', 'aaaa', 'cname', 'mx', 'naptr', 'srv'];
  return Object.fromEntries(types.map((type) => [`${id} ${type}`, rule]));
}

const rules: Readonly<Record<ComponentId, Rule>> = {
  'ltm pool': memberNodes,
  'ltm virtual': virtualParts,
  'cm device-group': clearedCache,
  'cm traffic-group': unitId,
  'net vlan': vlanParts,
  'net route': routeNetwork,
  'net route-domain': routeDomainId,
  'gtm server': serverDevices,
  ...forTypes('gtm pool', memberOrder),
  ...forTypes('gtm wideip', poolOrder),
};

const folderRules: Readonly<Record<ComponentId, Rule>> = {
  'auth partition': partitionFolder,
  'sys folder': folderPartition,
};

/** At once, so that later operations of the same commit find the folder. */
export function completeFolder(draft: Draft, component: ComponentId, name: string): void {
  apply(folderRules[component], draft, component, name);
}

/** When all operations are done. `device` is this device's name. */
export function* complete(draft: Draft, device: string): Sliced<void> {
  for (const { component, name } of draft.touched()) {
    yield;
    apply(rules[component], draft, component, name);
    if (component === 'sys global-settings') ownHostname(draft, name, `/Common/${device}`);
    dropFragments(draft, component, name);
  }
  dropVirtualAddresses(draft);
  settleEphemeralNodes(draft);
}

/** What nobody knows of an object goes with it. */
function dropFragments(draft: Draft, component: ComponentId, name: string): void {
  const header = opaqueName(`${component} ${name}`);
  if (!draft.has(component, name) && draft.has(opaqueId, header)) {
    draft.set(opaqueId, header, undefined);
  }
}

function apply(rule: Rule | undefined, draft: Draft, component: ComponentId, name: string): void {
  rule?.({
    draft,
    component,
    name,
    before: draft.base.get(component, name)?.properties,
    after: draft.get(component, name),
  });
}

/** What peers are told follows the device's own setting. */
function ownHostname(draft: Draft, settings: string, name: string): void {
  const hostname = draft.get('sys global-settings', settings)?.['hostname'];
  const former = draft.base.get('sys global-settings', settings)?.properties['hostname'];
  const device = draft.get('cm device', name);
  if (hostname === undefined || hostname === former || device === undefined) return;
  draft.set('cm device', name, { ...device, hostname });
}

function partitionFolder({ draft, name, before, after }: Touched): void {
  const folder = `/${name}`;
  if (after !== undefined && !draft.has('sys folder', folder)) draft.set('sys folder', folder, {});
  if (after === undefined && before !== undefined && isEmptyFolder(draft, folder)) {
    draft.set('sys folder', folder, undefined);
  }
}

/** A folder below the root is a partition, and the other way round. */
function folderPartition({ draft, name, before, after }: Touched): void {
  if (folderOf(name) !== '/') return;
  const partition = leafOf(name);
  if (after !== undefined && before === undefined && !draft.has('auth partition', partition)) {
    draft.set('auth partition', partition, {});
  }
  if (after === undefined && before !== undefined && draft.has('auth partition', partition)) {
    draft.set('auth partition', partition, undefined);
  }
}

function isEmptyFolder(draft: Draft, folder: string): boolean {
  return !draft.names('sys folder').some((name) => folderOf(name) === folder);
}

function memberNodes({ draft, name, after }: Touched): void {
  if (after === undefined) return;
  const members = withoutEphemeral(itemsOf(after['members']));
  if (members.length === 0 && itemsOf(after['members']).length === 0) return;
  const completed = members.map((member) => {
    const node = splitMember(nameOf(member)).node;
    const known = draft.get('ltm node', node);
    const implied = parseAddress(leafOf(node)) === undefined ? undefined : leafOf(node);
    const address = known?.['address'] ?? implied ?? member['address'];
    const home = folderOf(node);
    const hasHome = home !== undefined && draft.has('sys folder', home);
    const fqdn = member['fqdn'];
    if (known === undefined && hasHome && (address !== undefined || fqdn !== undefined)) {
      draft.set('ltm node', node, {
        ...(address !== undefined && { address }),
        ...(fqdn !== undefined && { fqdn }),
      });
    }
    return address === undefined ? member : withAddress(member, address);
  });
  draft.set('ltm pool', name, { ...after, members: completed });
}

function withAddress(member: Properties, address: Value): Properties {
  const { name, address: _former, ...rest } = member;
  return { ...(name !== undefined && { name }), address, ...rest };
}

function virtualParts({ draft, name, after }: Touched): void {
  if (after === undefined) return;
  const completed = withDefaults(draft, after);
  draft.set('ltm virtual', name, completed);
  makeVirtualAddress(draft, completed);
}

function withDefaults(draft: Draft, virtual: Properties): Properties {
  // A struct by its type.
  const translation = virtual['source-address-translation'] as Properties | undefined;
  const isSnat = translation?.['type'] === 'snat';
  const { pool: _pool, ...withoutPool } = translation ?? {};
  return {
    destination: '/Common/0.0.0.0:0',
    ...virtual,
    profiles: withProfiles(draft, virtual),
    ...(translation !== undefined && {
      'source-address-translation': isSnat ? translation : withoutPool,
    }),
  };
}

const sides: Readonly<Record<ComponentId, string>> = {
  'ltm profile client-ssl': 'clientside',
  'ltm profile server-ssl': 'serverside',
};

/** TLS profiles know their side; a virtual server without a transport profile gets one. */
function withProfiles(draft: Draft, virtual: Properties): readonly Properties[] {
  const given = itemsOf(virtual['profiles']).map((item) => {
    const component = Object.keys(sides).find((id) => draft.has(id, nameOf(item)));
    const context = item['context'] ?? sides[component ?? ''] ?? 'all';
    return { ...item, context };
  });
  const isTransport = (item: Properties): boolean =>
    transportProfiles.some((id) => draft.has(id, nameOf(item)));
  if (given.some(isTransport)) return given;
  const protocol = given.length === 0 ? 'any' : String(virtual['ip-protocol'] ?? 'any');
  const transport = { name: transportOf[protocol] ?? '/Common/fastL4', context: 'all' };
  return [...given, transport].toSorted((a, b) => compareText(nameOf(a), nameOf(b)));
}

const transportProfiles = ['ltm profile tcp', 'ltm profile udp', 'ltm profile fastl4'];
const transportOf: Readonly<Record<string, string>> = { tcp: '/Common/tcp', udp: '/Common/udp' };

function makeVirtualAddress(draft: Draft, virtual: Properties): void {
  const destination = String(virtual['destination']);
  const name = virtualAddressName(destination);
  const address = leafOf(name);
  const home = folderOf(name);
  if (
    home === undefined ||
    !draft.has('sys folder', home) ||
    draft.has('ltm virtual-address', name)
  ) {
    return;
  }
  if (addressIsKnown(draft, home, address)) return;
  const mask = virtual['mask'];
  draft.set('ltm virtual-address', name, { address, ...(mask !== undefined && { mask }) });
}

/** Virtual addresses whose name is not their address, by folder and address. */
const namedAddresses: TreeIndex = {
  component: 'ltm virtual-address',
  keyOf({ name, properties: { address } }) {
    const isNamed = address !== undefined && address !== leafOf(name);
    return isNamed ? `${folderOf(name)}|${String(address)}` : undefined;
  },
};

/** A virtual address of another name may have the address already. */
function addressIsKnown(draft: Draft, home: string, address: string): boolean {
  return draft.base.hasKey(namedAddresses, `${home}|${address}`);
}

/** An address goes with its last virtual server, unless auto-delete is false. */
function dropVirtualAddresses(draft: Draft): void {
  const left = new Set<string>();
  const taken = new Set<string>();
  for (const { component, name } of draft.touched()) {
    if (component !== 'ltm virtual') continue;
    const before = draft.base.get(component, name)?.properties['destination'];
    const after = draft.get(component, name)?.['destination'];
    if (before !== undefined) left.add(virtualAddressName(String(before)));
    if (after !== undefined) taken.add(virtualAddressName(String(after)));
  }
  for (const name of left) {
    const address = draft.get('ltm virtual-address', name);
    if (taken.has(name) || address === undefined || address['auto-delete'] === 'false') continue;
    const users = draft.base.referrers('ltm virtual-address', name);
    const stays = users.some(
      (user) =>
        draft.get(user.component, user.name) ===
        draft.base.get(user.component, user.name)?.properties,
    );
    if (!stays) draft.set('ltm virtual-address', name, undefined);
  }
}

function smallestFree(taken: ReadonlySet<number>, first: number, step: 1 | -1): number {
  let number = first;
  while (taken.has(number)) number += step;
  return number;
}

function numbersOf(draft: Draft, component: ComponentId, property: string): ReadonlySet<number> {
  const numbers = draft
    .names(component)
    .map((name) => Number(draft.get(component, name)?.[property] ?? Number.NaN));
  return new Set(numbers);
}

const clearCache = 'clear-incremental-config-sync-cache';

/** An order, not a state: what is kept of it is how often it was given. */
function clearedCache({ draft, name, after }: Touched): void {
  if (after?.[clearCache] === undefined) return;
  const { [clearCache]: _order, ...rest } = after;
  const count = Number(after['incremental-cache-clearings'] ?? 0) + 1;
  draft.set('cm device-group', name, { ...rest, 'incremental-cache-clearings': count });
}

function unitId({ draft, name, after }: Touched): void {
  if (after === undefined || after['unit-id'] !== undefined) return;
  const taken = numbersOf(draft, 'cm traffic-group', 'unit-id');
  draft.set('cm traffic-group', name, { ...after, 'unit-id': smallestFree(taken, 1, 1) });
}

const highestTag = 4094;

/** A tag when none was given; and the interfaces become known, whether or not the kernel has them yet. */
function vlanParts({ draft, name, after }: Touched): void {
  if (after === undefined) return;
  for (const item of itemsOf(after['interfaces'])) {
    if (!draft.has('net interface', nameOf(item))) draft.set('net interface', nameOf(item), {});
  }
  if (after['tag'] !== undefined) return;
  const tag = smallestFree(numbersOf(draft, 'net vlan', 'tag'), highestTag, -1);
  if (tag >= 1) draft.set('net vlan', name, { ...after, tag });
}

function routeNetwork({ draft, name, after }: Touched): void {
  if (after === undefined || after['network'] !== undefined) return;
  const leaf = leafOf(name);
  if (leaf === 'default' || leaf === 'default-inet6') {
    draft.set('net route', name, { ...after, network: leaf });
  }
}

/** A route domain that is named by its number. */
function routeDomainId({ draft, name, after }: Touched): void {
  if (after === undefined || after['id'] !== undefined) return;
  const leaf = leafOf(name);
  const taken = numbersOf(draft, 'net route-domain', 'id');
  const id = /^\d{1,5}$/.test(leaf) ? Number(leaf) : smallestFree(taken, 1, 1);
  draft.set('net route-domain', name, { ...after, id });
}

/** The older form, `addresses`, becomes devices. */
function serverDevices({ draft, name, before, after }: Touched): void {
  if (after?.['addresses'] === undefined) return;
  const { addresses, ...rest } = after;
  // Of a new server that has both, as a listing prints them, the newer form says more.
  if (before === undefined && itemsOf(rest['devices']).length > 0) {
    draft.set('gtm server', name, rest);
    return;
  }
  const byDevice = Map.groupBy(itemsOf(addresses), (item) =>
    String(item['device-name'] ?? leafOf(name)),
  );
  const known = itemsOf(rest['devices']);
  const devices = [...byDevice].map(([device, items]) => ({
    ...known.find((one) => nameOf(one) === device),
    name: device,
    addresses: items.map(({ 'device-name': _device, ...address }) => address),
  }));
  draft.set('gtm server', name, { ...rest, devices });
}

/** Orders are counted from 0 without gaps; those not given come last, as they were listed. */
function renumber(items: readonly Properties[], key: string): Properties[] {
  const place = (item: Properties): number => Number(item[key] ?? Number.MAX_SAFE_INTEGER);
  const sorted = items.toSorted((a, b) => place(a) - place(b));
  return sorted.map((item, index) => ({ ...item, [key]: index }));
}

function memberOrder({ draft, component, name, after }: Touched): void {
  if (after?.['members'] === undefined) return;
  const members = renumber(itemsOf(after['members']), 'member-order');
  draft.set(component, name, { ...after, members });
}

function poolOrder({ draft, component, name, after }: Touched): void {
  if (after?.['pools'] === undefined) return;
  draft.set(component, name, { ...after, pools: renumber(itemsOf(after['pools']), 'order') });
}

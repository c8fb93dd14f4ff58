import { gtmGroup, trustGroup } from '../../catalogue/cm/device-group.ts';
import type { Properties, Value } from '../../catalogue/types.ts';
import { groupObjects } from '../../config/model/scope.ts';
import type {
  ConfigView,
  ObjectKey,
  Operation,
  PropertyChanges,
  SharedObject,
} from '../../config/types.ts';

/**
 * The trust domain as configuration: who is in it, and the operations that take a device in or out.
 * Pure: keys and certificates are made elsewhere.
 */
export const rootName = '/Common/Root';

export function devicePath(device: string): string {
  return `/Common/${device}`;
}

export interface DomainSecrets {
  readonly guid: string;
  /** PEM. */
  readonly caCertificate: string;
  readonly caKey: string;
  /** Base64. */
  readonly heartbeatKey: string;
}

export interface OwnDevice {
  readonly device: string;
  /** Without certificate: hostname, management-ip, configsync-ip, … */
  readonly properties: Properties;
  /** PEM. */
  readonly certificate: string;
}

/** A domain of one device: at first boot, and after a reset. */
export function foundOperations(
  view: ConfigView,
  own: OwnDevice,
  secrets: DomainSecrets,
): readonly Operation[] {
  const path = devicePath(own.device);
  const others = view.list('cm device').filter(({ name }) => name !== path);
  const known = view.stored('cm device', path)?.properties;
  const properties = { ...own.properties, ...known, certificate: own.certificate };
  return [
    ...formerGroupOperations(view),
    ...leaveOperations(
      view,
      others.map(({ name }) => name),
      isGroup,
    ),
    ...forgottenOperations(view),
    known === undefined
      ? { kind: 'create', component: 'cm device', name: path, properties }
      : { kind: 'modify', component: 'cm device', name: path, properties },
    domainOperation(path, secrets),
    trustGroupOperation([path]),
  ];
}

/** The only device of a domain takes another name: another identity, so the domain is founded anew. */
export function renameOperations(
  view: ConfigView,
  own: OwnDevice,
  secrets: DomainSecrets,
): readonly Operation[] {
  const to = devicePath(own.device);
  const [create, gone, changes] = renaming(view, own);
  return [
    create,
    ...changes,
    ...forgottenOperations(view),
    domainOperation(to, secrets),
    trustGroupOperation([to]),
    gone,
  ];
}

/** One of several takes another name; the key, by which the others know it, stays. */
export function renameMemberOperations(view: ConfigView, own: OwnDevice): readonly Operation[] {
  const [create, gone, changes] = renaming(view, own);
  return [create, ...changes, gone];
}

function renaming(
  view: ConfigView,
  own: OwnDevice,
): readonly [Operation, Operation, readonly Operation[]] {
  const from = devicePath(view.deviceName);
  const to = devicePath(own.device);
  const known = view.stored('cm device', from)?.properties;
  const properties = { ...own.properties, ...known, certificate: own.certificate };
  const referrers = new Map(
    view.referrers('cm device', from).map((one) => [`${one.component} ${one.name}`, one]),
  );
  const changes = [...referrers.values()].map(({ component, name }): Operation => {
    const held = view.stored(component, name)?.properties ?? {};
    const entries = Object.entries(held).map(([key, value]) => [key, renamed(value, from, to)]);
    return { kind: 'modify', component, name, properties: Object.fromEntries(entries) };
  });
  return [
    { kind: 'create', component: 'cm device', name: to, properties },
    { kind: 'delete', component: 'cm device', name: from },
    changes,
  ];
}

function renamed(value: Value, from: string, to: string): Value {
  if (Array.isArray(value)) {
    const list = value as readonly Value[]; // Array.isArray widens to any[].
    return list.map((entry) => renamed(entry, from, to));
  }
  if (typeof value === 'object') {
    const entries = Object.entries(value as Properties); // Not an array, so properties.
    return Object.fromEntries(entries.map(([key, entry]) => [key, renamed(entry, from, to)]));
  }
  return value === from ? to : value;
}

function domainOperation(path: string, secrets: DomainSecrets): Operation {
  return {
    kind: 'modify',
    component: 'cm trust-domain',
    name: rootName,
    properties: {
      'ca-devices': [path],
      'non-ca-devices': null,
      'answered-revocations': null,
      'ca-cert': secrets.caCertificate,
      'ca-cert-bundle': secrets.caCertificate,
      'ca-key': secrets.caKey,
      'heartbeat-key': secrets.heartbeatKey,
      'heartbeat-answered-revocations': null,
      'heartbeat-key-date': null,
      guid: secrets.guid,
    },
  };
}

/** A group of the former domain has no members left to share with. */
function formerGroupOperations(view: ConfigView): readonly Operation[] {
  const former = view
    .list('cm device-group')
    .filter(({ name }) => name !== trustGroup && name !== gtmGroup);
  return former.flatMap(({ name }): readonly Operation[] => [
    ...releaseFolders(view, name),
    { kind: 'delete', component: 'cm device-group', name },
  ]);
}

const isGroup = ({ component }: ObjectKey): boolean => component === 'cm device-group';

/** The other domains knew our former authority, and we them by it; who was removed was removed from there. */
function forgottenOperations(view: ConfigView): readonly Operation[] {
  return ['cm iquery-trust', revocationId].flatMap((component) =>
    view.names(component).map((name): Operation => ({ kind: 'delete', component, name })),
  );
}

function trustGroupOperation(paths: readonly string[]): Operation {
  const devices = paths.map((name) => ({ name }));
  return {
    kind: 'modify',
    component: 'cm device-group',
    name: trustGroup,
    properties: { devices },
  };
}

/** A device becomes a member; one of the same name that was there is replaced (a rebuilt device). */
export function admitOperations(
  view: ConfigView,
  joiner: OwnDevice & { readonly isCertifier: boolean },
): readonly Operation[] {
  const path = devicePath(joiner.device);
  const properties = { ...joiner.properties, certificate: joiner.certificate };
  const paths = [...memberPaths(view).filter((name) => name !== path), path];
  const isKnown = view.stored('cm device', path) !== undefined;
  const lists = listsOf(view);
  const others = lists.certifiers.filter((name) => name !== path);
  const bound = lists.others.filter((name) => name !== path);
  return [
    isKnown
      ? { kind: 'replace', component: 'cm device', name: path, properties }
      : { kind: 'create', component: 'cm device', name: path, properties },
    rootOperation({
      'ca-devices': joiner.isCertifier ? [...others, path] : others,
      'non-ca-devices': joiner.isCertifier ? bound : [...bound, path],
    }),
    trustGroupOperation(paths),
  ];
}

/** Members that may take others in and out, and those that may not; full paths. */
export function listsOf(view: ConfigView): {
  readonly certifiers: readonly string[];
  readonly others: readonly string[];
} {
  const root = view.get('cm trust-domain', rootName)?.properties;
  return { certifiers: root?.['ca-devices'] ?? [], others: root?.['non-ca-devices'] ?? [] };
}

export function isCertifier(view: ConfigView, device: string): boolean {
  return listsOf(view).certifiers.includes(devicePath(device));
}

/** The authority from now on, and what it has signed. */
export interface NextAuthority {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
  /** PEM: the authority, what leads to it from the former one, and, when it goes on to count, that one. */
  readonly bundle: string;
  /** PEM by device: of every member that stays. */
  readonly signed: ReadonlyMap<string, string>;
}

/** `revoked`: keys of devices that were removed; none of them gets the authority's. */
export function authorityOperations(
  next: NextAuthority,
  revoked: readonly string[],
): readonly Operation[] {
  return [
    rootOperation({
      'answered-revocations': revoked.toSorted(),
      'ca-cert': next.certificate,
      'ca-cert-bundle': next.bundle,
      'ca-key': next.key,
    }),
    ...certificateOperations(next.signed),
  ];
}

export function certificateOperations(signed: ReadonlyMap<string, string>): readonly Operation[] {
  return [...signed].map(([device, certificate]) => ({
    kind: 'modify',
    component: 'cm device',
    name: devicePath(device),
    properties: { certificate },
  }));
}

/** `key` is base64; `revoked`: keys of devices that were removed before, none of which gets it; `now`: wall milliseconds. */
export function heartbeatOperation(
  key: string,
  revoked: readonly string[],
  now: number,
): Operation {
  return rootOperation({
    'heartbeat-key': key,
    'heartbeat-answered-revocations': revoked.toSorted(),
    'heartbeat-key-date': Math.floor(now / 1000),
  });
}

export function rootOperation(properties: PropertyChanges): Operation {
  return { kind: 'modify', component: 'cm trust-domain', name: rootName, properties };
}

/** A key that is never let in again. */
export interface Revocation {
  readonly device: string;
  /** SHA-256, hexadecimal. */
  readonly key: string;
  /** End of its certificate, milliseconds of 1970: forgotten then. */
  readonly until: number;
  readonly by: string;
}

export const revocationId = 'cm trust-revocation';

export function revokeOperations(
  view: ConfigView,
  { device, key, until, by }: Revocation,
): readonly Operation[] {
  const name = `/Common/${key}`;
  if (view.stored(revocationId, name) !== undefined) return [];
  const seconds = Math.min(Math.ceil(until / 1000), 4_294_967_295);
  const properties = { 'device-name': device, 'removed-by': by, 'expiration-date': seconds };
  return [{ kind: 'create', component: revocationId, name, properties }];
}

/** Fingerprints of the keys of removed devices, with the end of their certificates in milliseconds. */
export function revocations(view: ConfigView): ReadonlyMap<string, number> {
  return new Map(
    view
      .list('cm trust-revocation')
      .map(({ name, properties }) => [
        name.slice(name.lastIndexOf('/') + 1),
        (properties['expiration-date'] ?? 0) * 1000,
      ]),
  );
}

/** Out of everything that names it, then gone. */
export function removeOperations(view: ConfigView, device: string): readonly Operation[] {
  return leaveOperations(view, [devicePath(device)]);
}

/** All devices at once: an object may name several. */
function leaveOperations(
  view: ConfigView,
  paths: readonly string[],
  isSpared: (object: ObjectKey) => boolean = () => false,
): readonly Operation[] {
  const leaving = new Set<Value>(paths);
  const referrers = new Map(
    paths
      .flatMap((path) => view.referrers('cm device', path))
      .map((one) => [`${one.component} ${one.name}`, one]),
  );
  const changes = [...referrers.values()].flatMap((referrer): Operation[] => {
    if (isSpared(referrer)) return [];
    const properties = view.stored(referrer.component, referrer.name)?.properties;
    if (properties === undefined) return [];
    const changed = Object.entries(properties).flatMap(([key, value]) => {
      const rest = without(value, leaving);
      return rest === undefined ? [] : [[key, rest] as const];
    });
    if (changed.length === 0) return [];
    const { component, name } = referrer;
    return [{ kind: 'modify', component, name, properties: Object.fromEntries(changed) }];
  });
  const gone = paths.map((name): Operation => ({ kind: 'delete', component: 'cm device', name }));
  return [...changes, ...gone];
}

/** A list, or items, without the devices; undefined when none is in there. */
function without(value: Value, leaving: ReadonlySet<Value>): readonly Value[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const list = value as readonly Value[]; // Array.isArray widens to any[].
  const rest = list.filter((entry) => !leaving.has(nameIn(entry) ?? ''));
  return rest.length === list.length ? undefined : rest;
}

function nameIn(entry: Value): Value | undefined {
  return typeof entry === 'object' && !Array.isArray(entry)
    ? (entry as Properties)['name'] // Not an array, so properties.
    : entry;
}

/** What the domain shares: what a joiner takes over. Secrets are sealed. */
export function domainContent(view: ConfigView): readonly SharedObject[] {
  return groupObjects(view, trustGroup);
}

/**
 * The joiner's former domain goes, the new one comes; its own configuration stays. `authorityKey` (PEM) when
 * it may sign certificates there.
 */
export function joinOperations(
  view: ConfigView,
  content: readonly SharedObject[],
  authorityKey: string | undefined,
): readonly Operation[] {
  const wanted = new Set(content.map(keyOf));
  const gone = domainContent(view).filter((object) => !wanted.has(keyOf(object)));
  const lostGroups = gone.filter(({ component }) => component === 'cm device-group');
  return [
    ...lostGroups.flatMap(({ name }) => releaseFolders(view, name)),
    ...gone.map(({ component, name }): Operation => ({
      kind: 'install',
      component,
      name,
      object: undefined,
    })),
    ...content.map((object): Operation => {
      const { component, name } = object;
      return { kind: 'install', component, name, object };
    }),
    rootOperation({ 'ca-key': authorityKey ?? null }),
  ];
}

/** Folders that named a group of the former domain inherit again. */
function releaseFolders(view: ConfigView, group: string): readonly Operation[] {
  return view
    .referrers('cm device-group', group)
    .filter(({ component }) => component === 'sys folder')
    .map(({ component, name }) => ({
      kind: 'modify',
      component,
      name,
      properties: { 'device-group': null },
    }));
}

function keyOf(object: ObjectKey): string {
  return `${object.component} ${object.name}`;
}

/** Full paths of the members, by name. */
export function memberPaths(view: ConfigView): readonly string[] {
  return view.list('cm device').map(({ name }) => name);
}

export interface Member {
  readonly device: string;
  /** PEM; "" when it has none yet. */
  readonly certificate: string;
  /** "none" when it has none. */
  readonly configsyncIp: string;
}

export function members(view: ConfigView): readonly Member[] {
  return view.list('cm device').map(({ name, properties }) => ({
    device: name.slice(name.lastIndexOf('/') + 1),
    certificate: properties.certificate ?? '',
    configsyncIp: properties['configsync-ip'] ?? 'none',
  }));
}

/** Members that this device dials: of two the one with the smaller name calls. */
export function membersToDial(
  view: ConfigView,
): readonly { readonly device: string; readonly address: string }[] {
  return members(view)
    .filter(({ device, configsyncIp }) => view.deviceName < device && configsyncIp !== 'none')
    .map(({ device, configsyncIp }) => ({ device, address: configsyncIp }));
}

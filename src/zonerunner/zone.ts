/** A zone as it is to be served, from the configuration's objects, with all that is wrong in them. Pure. */
import { type Sliced, finishAtOnce, flatMapSliced } from '../base/slices.ts';
import type { Properties, Value } from '../catalogue/types.ts';
import type { ConfigView, EffectiveObject, StoredObject } from '../config/types.ts';
import { isWithin, parseName } from './name.ts';
import { hostOf, parseData, type RecordData } from './rdata.ts';
import { recordTypeName, recordTypeTable } from './records/types.ts';
import type { Problem, RuleName } from './rules.ts';
import { serialOf } from './serial.ts';

export const zoneComponent = 'gtm zone-runner zone';
export const viewComponent = 'gtm zone-runner view';
export const defaultView = 'external';

export interface RecordSet {
  /** As configured: `www.example.com.:A`. */
  readonly item: string;
  readonly owner: string;
  readonly type: string;
  readonly ttl: number;
  readonly data: readonly RecordData[];
}

export type ZoneKind = 'primary' | 'secondary' | 'stub' | 'forward' | 'hint';

export interface Zone {
  /** Name of the configuration object. */
  readonly object: string;
  readonly kind: ZoneKind;
  /** Absolute, lower case. */
  readonly domain: string;
  readonly view: string;
  readonly ttl: number;
  readonly serial: number;
  /** What is added to the time of a commit (`serialOf`). */
  readonly serialOffset: number;
  /** Another one with every commit that changes it. */
  readonly stamp: string;
  readonly soa: {
    readonly primary: string;
    /** As a name: `hostmaster.example.com.` */
    readonly mailbox: string;
    readonly refresh: number;
    readonly retry: number;
    readonly expire: number;
    readonly negativeTtl: number;
  };
  readonly records: readonly RecordSet[];
  readonly links: ZoneLinks;
}

/** Other servers that the zone is shared with. */
export interface ZoneLinks {
  readonly primaries: readonly string[];
  readonly primaryPort: number;
  /** Name of a TSIG key. */
  readonly key: string | undefined;
  readonly allowNotify: readonly string[];
  readonly forwarders: readonly string[];
  readonly forwarderPort: number;
  readonly forward: string;
  /** Prefixes. */
  readonly transferClients: readonly string[];
  readonly transferKeys: readonly string[];
  /** Names of TSIG keys: who signs with one may change records. */
  readonly updateKeys: readonly string[];
  readonly alsoNotify: readonly string[];
  readonly notifyPort: number;
  /** Name of a TSIG key. */
  readonly notifyKey: string | undefined;
  readonly dnssecPolicy: string;
}

export interface ReadZone {
  readonly zone: Zone;
  readonly problems: readonly Problem[];
}

export function viewsOf(view: ConfigView): readonly string[] {
  const names = view.list(viewComponent).map((object) => object.name);
  return names.includes(defaultView) ? names : [...names, defaultView];
}

/** By the stored object, which is another one after each change of the zone. */
const readZones = new WeakMap<StoredObject, ReadZone>();

export function readZone(object: EffectiveObject): ReadZone {
  return finishAtOnce(readingZone(object));
}

/** The same, which lets go between record sets. */
export function* readingZone(object: EffectiveObject): Sliced<ReadZone> {
  const known = readZones.get(object.stored);
  if (known !== undefined) return known;
  const fresh = yield* readingAnew(object);
  readZones.set(object.stored, fresh);
  return fresh;
}

function* readingAnew(object: EffectiveObject): Sliced<ReadZone> {
  const problems: Problem[] = [];
  const { properties } = object;
  const view = text(properties['view']) ?? defaultView;
  const domain = readDomain(object.name, view, problems);
  const ttl = number(properties['ttl'], 3600);
  const records = yield* flatMapSliced(items(properties['records']), (item) => {
    const set = readOnce(item, domain, ttl, problems);
    return set === undefined ? [] : [set];
  });
  const soa = {
    primary: readPrimary(text(properties['primary-server']), domain, records, problems),
    mailbox: readMailbox(text(properties['admin-email']), domain, problems),
    refresh: number(properties['refresh'], 10_800),
    retry: number(properties['retry'], 3600),
    expire: number(properties['expire'], 604_800),
    negativeTtl: number(properties['negative-ttl'], 300),
  };
  const serialOffset = number(properties['serial-offset'], 0);
  const serial = serialOf(object.stored.version, serialOffset);
  // The catalogue allows only these words.
  const kind = (text(properties['type']) ?? 'primary') as ZoneKind;
  const links = readLinks(properties);
  const { wall, counter } = object.stored.version;
  const stamp = `${wall}.${counter}.${object.stored.generation}`;
  const names = { object: object.name, kind, domain, view };
  const zone = { ...names, ttl, serial, serialOffset, stamp, soa, records, links };
  problems.push(...checkKind(zone));
  return { zone, problems };
}

function readLinks(properties: Properties): ZoneLinks {
  return {
    primaries: list(properties['primaries']),
    primaryPort: number(properties['primary-port'], 53),
    key: text(properties['tsig-key']),
    allowNotify: list(properties['allow-notify']),
    forwarders: list(properties['forwarders']),
    forwarderPort: number(properties['forwarder-port'], 53),
    forward: text(properties['forward']) ?? 'only',
    transferClients: list(properties['transfer-clients']),
    transferKeys: list(properties['transfer-keys']),
    updateKeys: list(properties['update-keys']),
    alsoNotify: list(properties['also-notify']),
    notifyPort: number(properties['notify-port'], 53),
    notifyKey: text(properties['notify-key']),
    dnssecPolicy: text(properties['dnssec-policy']) ?? 'none',
  };
}

/** What named-checkconf lets pass, or refuses in its own words. */
function checkKind({ kind, domain, records, links }: Zone): readonly Problem[] {
  const problems: Problem[] = [];
  const fault = (message: string): void => void problems.push({ rule: 'zone-kind', message });
  const needsPrimaries = kind === 'secondary' || kind === 'stub';
  if (needsPrimaries && links.primaries.length === 0) fault(`a ${kind} zone has primaries`);
  if (!needsPrimaries && links.primaries.length > 0) fault(`a ${kind} zone has no primaries`);
  if (kind === 'forward' && links.forwarders.length === 0) fault('a forward zone has forwarders');
  if (kind === 'hint' && domain !== '.') fault('the hint zone is "."');
  if (kind !== 'primary' && kind !== 'hint' && records.length > 0) {
    fault(`a ${kind} zone has no records of its own`);
  }
  const isSigned = links.dnssecPolicy !== 'none';
  if (isSigned && kind !== 'primary') fault('only primary zones are signed');
  if (links.updateKeys.length > 0 && kind !== 'primary') {
    fault('only primary zones take updates (set the keys where the records are)');
  }
  if (isSigned && domain.includes('/')) fault('a zone with "/" in its name is not signed');
  return problems;
}

/** `example.com.`, or `VIEW:example.com.` for another view than the default. */
function readDomain(object: string, view: string, problems: Problem[]): string {
  const colon = object.lastIndexOf(':');
  if (colon >= 0 && object.slice(0, colon) !== view) {
    const prefix = object.slice(0, colon);
    const message = `the name says view "${prefix}", but its view is "${view}"`;
    problems.push({ rule: 'zone-name', message });
  }
  const result = parseName(object.slice(colon + 1));
  if ('name' in result) return result.name;
  problems.push({ rule: 'zone-name', message: `the zone's name is bad: ${result.problem}` });
  return object.slice(colon + 1);
}

interface ReadSet {
  readonly set: RecordSet;
  readonly domain: string;
}

/** By its data, which stays the same value while others of the zone change: most changes touch one set. */
const readSets = new WeakMap<object, ReadSet>();

function readOnce(
  item: Properties,
  domain: string,
  zoneTtl: number,
  problems: Problem[],
): RecordSet | undefined {
  const { data } = item;
  if (typeof data !== 'object') return readRecordSet(item, domain, zoneTtl, problems);
  const known = readSets.get(data);
  const isSame =
    known?.domain === domain &&
    known.set.item === item['name'] &&
    known.set.ttl === number(item['ttl'], zoneTtl);
  if (isSame) return known.set;
  const before = problems.length;
  const set = readRecordSet(item, domain, zoneTtl, problems);
  if (set !== undefined && problems.length === before) readSets.set(data, { set, domain });
  return set;
}

function readRecordSet(
  item: Properties,
  domain: string,
  zoneTtl: number,
  problems: Problem[],
): RecordSet | undefined {
  const name = text(item['name']) ?? '';
  const fault: Tell = (rule, message) => {
    problems.push({ item: name, rule, message });
  };
  const colon = name.lastIndexOf(':');
  const written = name.slice(colon + 1).toUpperCase();
  if (colon < 0) {
    fault('record-name', `a record set is named OWNER:TYPE, for instance "www.${domain}:A"`);
    return undefined;
  }
  if (written === 'SOA') {
    fault(
      'soa-record',
      'a zone has one SOA record, made from the properties of the zone: set those',
    );
    return undefined;
  }
  const type = recordTypeName(written);
  if (type === undefined) {
    const known = Object.keys(recordTypeTable).join(' ');
    fault('record-type', `"${written}" is not a record type that can be set (${known} TYPEnnn)`);
    return undefined;
  }
  const owner = parseName(name.slice(0, colon), true);
  if ('problem' in owner) {
    fault('owner-name', `its owner is bad: ${owner.problem}`);
    return undefined;
  }
  if (!isWithin(owner.name, domain)) {
    fault('out-of-zone', `its owner is outside of the zone ${domain}`);
    return undefined;
  }
  const data = readData(type, item, fault);
  const ttl = number(item['ttl'], zoneTtl);
  return { item: name, owner: owner.name, type, ttl, data };
}

type Tell = (rule: RuleName, message: string) => void;

function readData(type: string, item: Properties, fault: Tell): readonly RecordData[] {
  const texts = list(item['data']);
  if (texts.length === 0) fault('no-data', 'it has no data');
  return texts.flatMap((written) => {
    const result = parseData(type, written);
    if ('data' in result) return [result.data];
    fault('record-data', result.problem);
    return [];
  });
}

function readPrimary(
  written: string | undefined,
  domain: string,
  records: readonly RecordSet[],
  problems: Problem[],
): string {
  if (written === undefined) {
    const servers = records.find((set) => set.type === 'NS' && set.owner === domain)?.data[0];
    return (servers && hostOf(servers)) ?? domain;
  }
  const result = parseName(written);
  if ('name' in result) return result.name;
  problems.push({ rule: 'soa-field', message: `primary-server: ${result.problem}` });
  return written;
}

/** Where mail can go to: `2.0.192.in-addr.arpa.` for `0/25.2.0.192.in-addr.arpa.`; the root is "". */
function hostDomain(domain: string): string {
  return domain === '.' ? '' : domain.replace(/^.*[/_][^.]*\./, '');
}

/** A mail address or, as in zone files, a name whose first dot is the "@". */
function readMailbox(written: string | undefined, domain: string, problems: Problem[]): string {
  if (written === undefined) return `hostmaster.${hostDomain(domain)}`;
  const at = written.indexOf('@');
  const local = written.slice(0, at);
  const name = at < 0 ? written : `${local.replaceAll('.', '-')}.${written.slice(at + 1)}`;
  const result = parseName(at >= 0 && !name.endsWith('.') ? `${name}.` : name);
  if ('problem' in result) {
    problems.push({ rule: 'soa-field', message: `admin-email: ${result.problem}` });
    return written;
  }
  if (at < 0) return result.name;
  // The local part keeps its dots, escaped (RFC 1035 8).
  const rest = result.name.slice(result.name.indexOf('.'));
  return `${local.toLowerCase().replaceAll('.', String.raw`\.`)}${rest}`;
}

function items(value: Value | undefined): readonly Properties[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is Properties => typeof item === 'object' && item !== null);
}

function list(value: Value | undefined): readonly string[] {
  if (!Array.isArray(value)) return typeof value === 'string' ? [value] : [];
  return value.map(String);
}

function text(value: Value | undefined): string | undefined {
  return typeof value === 'string' && value !== '' && value !== 'none' ? value : undefined;
}

function number(value: Value | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

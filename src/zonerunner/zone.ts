/** A zone as it is to be served, from the configuration's objects, with all that is wrong in them. Pure. */
import type { Properties, Value } from '../catalogue/types.ts';
import type { ConfigView, EffectiveObject } from '../config/types.ts';
import { isWithin, parseName } from './name.ts';
import { isRecordType, parseData, type RecordData, recordTypes, type RecordType } from './rdata.ts';
import { serialOf } from './serial.ts';

export const zoneComponent = 'gtm zone-runner zone';
export const viewComponent = 'gtm zone-runner view';
export const defaultView = 'external';

export interface RecordSet {
  /** As configured: `www.example.com.:A`. */
  readonly item: string;
  readonly owner: string;
  readonly type: RecordType;
  readonly ttl: number;
  readonly data: readonly RecordData[];
}

export interface Zone {
  /** Name of the configuration object. */
  readonly object: string;
  /** Absolute, lower case. */
  readonly domain: string;
  readonly view: string;
  readonly ttl: number;
  readonly serial: number;
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
}

export interface Problem {
  readonly message: string;
  /** The record set it is about. */
  readonly item?: string;
}

export interface ReadZone {
  readonly zone: Zone;
  readonly problems: readonly Problem[];
}

export function zonesOf(view: ConfigView): readonly ReadZone[] {
  return view.list(zoneComponent).map(readZone);
}

export function viewsOf(view: ConfigView): readonly string[] {
  const names = view.list(viewComponent).map((object) => object.name);
  return names.includes(defaultView) ? names : [...names, defaultView];
}

export function readZone(object: EffectiveObject): ReadZone {
  const problems: Problem[] = [];
  const { properties } = object;
  const view = text(properties['view']) ?? defaultView;
  const domain = readDomain(object.name, view, problems);
  const ttl = number(properties['ttl'], 3600);
  const records = items(properties['records']).flatMap((item) => {
    const set = readRecordSet(item, domain, ttl, problems);
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
  const serial = serialOf(object.stored.version);
  return { zone: { object: object.name, domain, view, ttl, serial, soa, records }, problems };
}

/** `example.com.`, or `VIEW:example.com.` for another view than the default. */
function readDomain(object: string, view: string, problems: Problem[]): string {
  const colon = object.lastIndexOf(':');
  if (colon >= 0 && object.slice(0, colon) !== view) {
    const prefix = object.slice(0, colon);
    problems.push({ message: `the name says view "${prefix}", but its view is "${view}"` });
  }
  const result = parseName(object.slice(colon + 1));
  if ('name' in result) return result.name;
  problems.push({ message: `the zone's name is bad: ${result.problem}` });
  return object.slice(colon + 1);
}

function readRecordSet(
  item: Properties,
  domain: string,
  zoneTtl: number,
  problems: Problem[],
): RecordSet | undefined {
  const name = text(item['name']) ?? '';
  const fault = (message: string): void => {
    problems.push({ item: name, message });
  };
  const colon = name.lastIndexOf(':');
  const type = name.slice(colon + 1).toUpperCase();
  if (colon < 0) {
    fault(`a record set is named OWNER:TYPE, for instance "www.${domain}:A"`);
    return undefined;
  }
  if (type === 'SOA') {
    fault('a zone has one SOA record, made from the properties of the zone: set those');
    return undefined;
  }
  if (!isRecordType(type)) {
    fault(`"${type}" is not a record type that can be set (${recordTypes.join(' ')})`);
    return undefined;
  }
  const owner = parseName(name.slice(0, colon), true);
  if ('problem' in owner) {
    fault(`its owner is bad: ${owner.problem}`);
    return undefined;
  }
  if (!isWithin(owner.name, domain)) {
    fault(`its owner is outside of the zone ${domain}`);
    return undefined;
  }
  const data = readData(type, item, fault);
  const ttl = number(item['ttl'], zoneTtl);
  return { item: name, owner: owner.name, type, ttl, data };
}

function readData(
  type: RecordType,
  item: Properties,
  fault: (message: string) => void,
): readonly RecordData[] {
  const texts = list(item['data']);
  if (texts.length === 0) fault('it has no data');
  return texts.flatMap((written) => {
    const result = parseData(type, written);
    if ('data' in result) return [result.data];
    fault(result.problem);
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
    return servers?.type === 'NS' ? servers.target : domain;
  }
  const result = parseName(written);
  if ('name' in result) return result.name;
  problems.push({ message: `primary-server: ${result.problem}` });
  return written;
}

/** A mail address or, as in zone files, a name whose first dot is the "@". */
function readMailbox(written: string | undefined, domain: string, problems: Problem[]): string {
  if (written === undefined) return `hostmaster.${domain === '.' ? '' : domain}`;
  const at = written.indexOf('@');
  const local = written.slice(0, at);
  const name = at < 0 ? written : `${local.replaceAll('.', '-')}.${written.slice(at + 1)}`;
  const result = parseName(at >= 0 && !name.endsWith('.') ? `${name}.` : name);
  if ('problem' in result) {
    problems.push({ message: `admin-email: ${result.problem}` });
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

import type { Properties } from '../../catalogue/types.ts';
import type { SharedObject } from '../../config/types.ts';

/** What travels between two devices while they come to trust each other; read with care. Pure. */
export interface IdentityDocument {
  readonly device: string;
  readonly software: string;
  /** Of its `cm device`, without certificate. */
  readonly properties: Properties;
  /** Signing request, PEM. */
  readonly request: string;
  /** That it shows on 4353 now, PEM. */
  readonly certificate: string;
  readonly wallMilliseconds: number;
  readonly guid: string;
}

export interface JoinDocument {
  readonly from: string;
  readonly certificate: string;
  /** Of a device that may take others in: the authority's key, PEM. */
  readonly authorityKey?: string;
  readonly content: readonly SharedObject[];
}

export interface ExchangeDocument {
  readonly device: string;
  readonly guid: string;
  readonly caCertificate: string;
}

export interface ProbeDocument {
  readonly address: string;
  readonly port: number;
}

/** Answer to a probe: "" when somebody answers, and what it shows. */
export interface SeenDocument {
  readonly reason: string;
  readonly sha256: string;
}

export function readSeen(value: unknown): SeenDocument {
  const { reason, sha256 } = record(value);
  return {
    reason: typeof reason === 'string' ? reason : 'no answer',
    sha256: typeof sha256 === 'string' ? sha256 : '',
  };
}

type Unknown = Readonly<Record<string, unknown>>;

export function readIdentity(value: unknown): IdentityDocument | undefined {
  const document = record(value);
  const { device, software, properties, request, certificate, wallMilliseconds, guid } = document;
  if (!isName(device) || !isText(software) || !isText(request) || !isText(guid)) return undefined;
  if (typeof wallMilliseconds !== 'number' || !isRecord(properties)) return undefined;
  // The store checks each property when they are committed.
  return {
    device,
    software,
    properties: properties as Properties,
    request,
    certificate: isText(certificate) ? certificate : '',
    wallMilliseconds,
    guid,
  };
}

export function readJoin(value: unknown): JoinDocument | undefined {
  const { from, certificate, authorityKey, content } = record(value);
  if (!isName(from) || !isText(certificate) || !Array.isArray(content)) return undefined;
  const objects = content.filter(isObject);
  if (objects.length !== content.length) return undefined;
  const join = { from, certificate, content: objects };
  return isText(authorityKey) ? { ...join, authorityKey } : join;
}

export function readExchange(value: unknown): ExchangeDocument | undefined {
  const { device, guid, caCertificate } = record(value);
  if (!isName(device) || !isText(guid) || !isText(caCertificate)) return undefined;
  return /^[0-9a-f-]{36}$/.test(guid) ? { device, guid, caCertificate } : undefined;
}

export function readProbe(value: unknown): ProbeDocument | undefined {
  const { address, port } = record(value);
  if (!isText(address) || typeof port !== 'number' || port < 1 || port > 65_535) return undefined;
  return { address, port };
}

function record(value: unknown): Unknown {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Device names are host names; they become part of paths and certificates. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/.test(value);
}

function isObject(value: unknown): value is SharedObject {
  const { component, name, properties, version } = record(value);
  return isText(component) && typeof name === 'string' && isRecord(properties) && isRecord(version);
}

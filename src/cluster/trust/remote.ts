import {
  type PinnedAnswer,
  postPinned,
  readCertificate,
  type ShownCertificate,
} from '../../platform/pinned-https.ts';
import type { Log } from '../../platform/log.ts';

/** Asking a device that is a stranger still: its management HTTPS, pinned to the first fingerprint. */
export interface RemotePlace {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** With or without colons, any case; refused when the certificate has another one. */
  readonly sha1?: string;
  readonly sha256?: string;
  readonly md5?: string;
  /** Hexadecimal. */
  readonly serial?: string;
}

export interface Remote {
  readonly shown: ShownCertificate;
  /** The answer's document; rejects with what the remote said. */
  ask(operation: 'identity' | 'probe' | 'join' | 'exchange', document: object): Promise<unknown>;
  /** Changes an object of its configuration; the path is below /mgmt/tm. */
  patch(path: string, body: object): Promise<void>;
}

/** What the device shows there; rejects when nobody answers. */
export async function lookAtRemote({ address, port }: RemotePlace): Promise<ShownCertificate> {
  return readCertificate(address, port).catch((error: Error) => {
    throw new Error(
      `Device ${address} port ${port} cannot be reached over HTTPS: ${error.message}`,
    );
  });
}

/** Why the certificate is not the expected one; `now` in wall milliseconds. */
function pinFault(place: RemotePlace, seen: ShownCertificate, now: number): string | undefined {
  const where = `${place.address} port ${place.port}`;
  const pins = [
    [place.sha1, seen.sha1],
    [place.sha256, seen.sha256],
    [place.md5, seen.md5],
  ] as const;
  for (const [wanted, actual] of pins) {
    if (wanted === undefined || plain(wanted) === plain(actual)) continue;
    return `The certificate of ${where} has the fingerprint ${actual}, not ${wanted}: refused.`;
  }
  if (place.serial !== undefined && plain(place.serial) !== plain(seen.serial)) {
    return `The certificate of ${where} has the serial number ${seen.serial}, not ${place.serial}: refused.`;
  }
  if (isPinned(place) || now <= Date.parse(seen.validTo)) return undefined;
  return (
    `The certificate of ${where} has expired on ${seen.validTo}: renew it there, ` +
    `or give its fingerprint (sha256-fingerprint ${seen.sha256}).`
  );
}

function isPinned(place: RemotePlace): boolean {
  return [place.sha1, place.sha256, place.md5, place.serial].some((pin) => pin !== undefined);
}

/** Rejects when nobody answers, or the certificate is not the expected one. */
export async function openRemote(place: RemotePlace, log: Log, now: number): Promise<Remote> {
  const { address, port } = place;
  const where = `${address} port ${port}`;
  const seen = await lookAtRemote(place);
  const fault = pinFault(place, seen, now);
  if (fault !== undefined) throw new Error(fault);
  const how = isPinned(place) ? 'as expected' : 'trusted on first use';
  log.write('notice', `certificate of ${where} has SHA-256 fingerprint ${seen.sha256}, ${how}`);
  const credentials = Buffer.from(`${place.user}:${place.password}`).toString('base64');
  return {
    shown: seen,
    async ask(operation, document) {
      const body = { command: 'run', operation, document: JSON.stringify(document) };
      const answer = await postPinned(
        address,
        port,
        seen.sha256,
        '/mgmt/tm/cm/trust-exchange',
        { authorization: `Basic ${credentials}` },
        JSON.stringify(body),
      );
      return parse(String(read(answer, where)['commandResult']));
    },
    async patch(path, body) {
      const headers = { authorization: `Basic ${credentials}` };
      const target = `/mgmt/tm/${path}`;
      const text = JSON.stringify(body);
      read(await postPinned(address, port, seen.sha256, target, headers, text, 'PATCH'), where);
    },
  };
}

/** Throws what the remote said. */
function read({ status, text }: PinnedAnswer, where: string): Record<string, unknown> {
  if (status === 401) throw new Error(`Authentication failed on device ${where}.`);
  const json = parse(text);
  if (status === 200) return json;
  const why = typeof json['message'] === 'string' ? json['message'] : text;
  throw new Error(`Device ${where} answered ${status}: ${why.slice(0, 1000)}`);
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    // What is inside is checked where it is used.
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  return { message: text };
}

function plain(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toUpperCase();
}

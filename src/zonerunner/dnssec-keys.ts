/**
 * Keys of signed zones, from the configuration: every device of the group signs with the same one, so that
 * one DS in the parent zone holds for all. Pure.
 */
import type { ConfigView } from '../config/types.ts';
import { readZone, type Zone, zoneComponent } from './zone.ts';

export const dnssecKeyComponent = 'gtm zone-runner dnssec-key';

export interface DnssecKey {
  readonly tag: number;
  /** Of BIND's three files, by their ending. */
  readonly files: Readonly<Record<KeyEnding, Uint8Array>>;
}

export type KeyEnding = 'key' | 'private' | 'state';
export const keyEndings: readonly KeyEnding[] = ['key', 'private', 'state'];

/** `object`: name of the zone. */
export function dnssecKeyOf(view: ConfigView, object: string): DnssecKey | undefined {
  const found = view.get(dnssecKeyComponent, object)?.properties;
  const tag = found?.['key-tag'];
  if (found === undefined || tag === undefined) return undefined;
  const files = [
    found['public-file'],
    view.plain(found['private-file'] ?? ''),
    found['state-file'],
  ];
  const [key, secret, state] = files.map((text) => bytesOf(text ?? ''));
  if (key === undefined || secret === undefined || state === undefined) return undefined;
  return { tag, files: { key, private: secret, state } };
}

function bytesOf(base64: string): Uint8Array | undefined {
  const isBase64 = base64.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(base64);
  return isBase64 ? Uint8Array.fromBase64(base64) : undefined;
}

/** As BIND names them: `Kexample.com.+013+13057`. */
export function keyFileName({ domain }: Zone, tag: number): string {
  return `${keyFilePrefix(domain)}${String(tag).padStart(5, '0')}`;
}

export function keyFilePrefix(domain: string): string {
  return `K${domain}+013+`;
}

/** Zones that are to be signed, and cannot be for want of a key. */
export function zonesWithoutKey(view: ConfigView): readonly Zone[] {
  return view.list(zoneComponent).flatMap((object) => {
    if ((object.properties['dnssec-policy'] ?? 'none') === 'none') return [];
    if (view.stored(dnssecKeyComponent, object.name) !== undefined) return [];
    return [readZone(object).zone];
  });
}

/** Attributes of RADIUS by name. Pure. */
import type { RadiusAttribute } from '../../platform/radius-packet.ts';
import type { Attribute } from './answer.ts';

const vendorSpecific = 26;

/** Of what roles may be about, by the names that FreeRADIUS's dictionaries have. */
const textNames: Readonly<Record<number, string>> = {
  1: 'User-Name',
  11: 'Filter-Id',
  18: 'Reply-Message',
  25: 'Class',
};
const numberNames: Readonly<Record<number, string>> = { 6: 'Service-Type' };

interface Vendor {
  readonly texts: Readonly<Record<number, string>>;
  readonly numbers: Readonly<Record<number, string>>;
}

const vendors: Readonly<Record<number, Vendor>> = {
  // F5
  3375: {
    texts: {
      3: 'F5-LTM-User-Partition',
      5: 'F5-LTM-User-Shell',
      12: 'F5-LTM-User-Info-1',
      13: 'F5-LTM-User-Info-2',
    },
    numbers: {
      1: 'F5-LTM-User-Role',
      2: 'F5-LTM-User-Role-Universal',
      4: 'F5-LTM-User-Console',
      10: 'F5-LTM-User-Context-1',
      11: 'F5-LTM-User-Context-2',
    },
  },
  // Cisco
  9: { texts: { 1: 'Cisco-AVPair' }, numbers: {} },
};

export function named({ type, value }: RadiusAttribute): readonly Attribute[] {
  if (type !== vendorSpecific) return one(textNames[type], numberNames[type], value);
  if (value.length < 4) return [];
  const vendor = vendors[value.readUInt32BE(0)];
  if (vendor === undefined) return [];
  const found: Attribute[] = [];
  for (let at = 4; at + 2 <= value.length;) {
    const kind = value[at] ?? 0;
    const length = value[at + 1] ?? 0;
    if (length < 2 || at + length > value.length) break;
    const inner = value.subarray(at + 2, at + length);
    found.push(...one(vendor.texts[kind], vendor.numbers[kind], inner));
    at += length;
  }
  return found;
}

function one(
  textName: string | undefined,
  numberName: string | undefined,
  value: Buffer,
): readonly Attribute[] {
  if (textName !== undefined) return [{ name: textName, value: value.toString('utf8') }];
  if (numberName === undefined || value.length !== 4) return [];
  return [{ name: numberName, value: String(value.readUInt32BE(0)) }];
}

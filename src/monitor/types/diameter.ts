import { parseAddress } from '../../base/address.ts';
import type { InstancePlan } from '../instance-plan.ts';
import { bytesOf } from './strings.ts';
import { askOnce, type MonitorType, option } from './type.ts';

/** RFC 6733, 5.3: capabilities are exchanged; up is the result DIAMETER_SUCCESS. */
export const diameter: MonitorType = {
  name: 'diameter',
  transport: () => 'tcp',
  target: 'endpoint',
  options: [
    'origin-host',
    'origin-realm',
    'host-ip-address',
    'vendor-id',
    'product-name',
    'acct-application-id',
    'auth-application-id',
    'vendor-specific-acct-application-id',
    'vendor-specific-auth-application-id',
    'vendor-specific-vendor-id',
  ],
  converse: (plan) =>
    askOnce(capabilitiesRequest(plan), ({ bytes, isComplete }) => {
      const answer = capabilitiesAnswer(bytes);
      if (answer === undefined) {
        return isComplete ? { ok: false, detail: 'closed without a whole answer' } : undefined;
      }
      if (typeof answer === 'string') return { ok: false, detail: answer };
      const detail = `capabilities exchanged, result ${answer}`;
      return answer === success ? { ok: true, detail } : { ok: false, detail };
    }),
};

const success = 2001;
const headerBytes = 20;
const capabilitiesExchange = 257;
const requestFlag = 0x80;
const mandatory = 0x40;
const vendorSpecific = 0x80;

const avpCode = {
  hostIpAddress: 257,
  authApplicationId: 258,
  acctApplicationId: 259,
  vendorSpecificApplicationId: 260,
  originHost: 264,
  vendorId: 266,
  resultCode: 268,
  productName: 269,
  originRealm: 296,
} as const;

/** Any will do: there is one request on the connection. */
const identifier = 0x0e7e_5ee1;

export function capabilitiesRequest(plan: InstancePlan): Uint8Array {
  const realm = option(plan, 'origin-realm', 'f5.com');
  const own = parseAddress(option(plan, 'host-ip-address', '0.0.0.0')) ?? parseAddress('0.0.0.0');
  const family = own?.family === 6 ? 2 : 1;
  const avps = [
    ...avp(avpCode.originHost, bytesOf(option(plan, 'origin-host', `monitor.${realm}`))),
    ...avp(avpCode.originRealm, bytesOf(realm)),
    ...avp(avpCode.hostIpAddress, [0, family, ...(own?.bytes ?? [])]),
    ...avp(avpCode.vendorId, numberBytes(Number(option(plan, 'vendor-id', '3375')))),
    ...avp(avpCode.productName, bytesOf(option(plan, 'product-name', 'monitor')), 0),
    ...applications(plan, 'auth-application-id', 'acct-application-id'),
    ...vendorApplications(plan),
  ];
  const length = headerBytes + avps.length;
  return Uint8Array.from([
    1,
    ...numberBytes(length).slice(1),
    requestFlag,
    ...numberBytes(capabilitiesExchange).slice(1),
    ...numberBytes(0),
    ...numberBytes(identifier),
    ...numberBytes(identifier),
    ...avps,
  ]);
}

function applications(plan: InstancePlan, auth: string, acct: string): readonly number[] {
  const one = (name: string, code: number): readonly number[] => {
    const written = option(plan, name);
    return written === '' ? [] : avp(code, numberBytes(Number(written)));
  };
  return [...one(auth, avpCode.authApplicationId), ...one(acct, avpCode.acctApplicationId)];
}

function vendorApplications(plan: InstancePlan): readonly number[] {
  const inside = applications(
    plan,
    'vendor-specific-auth-application-id',
    'vendor-specific-acct-application-id',
  );
  if (inside.length === 0) return [];
  const vendor = Number(option(plan, 'vendor-specific-vendor-id', '0'));
  return avp(avpCode.vendorSpecificApplicationId, [
    ...avp(avpCode.vendorId, numberBytes(vendor)),
    ...inside,
  ]);
}

/** Padded to four octets; the length counts without. */
function avp(code: number, data: Iterable<number>, flags: number = mandatory): readonly number[] {
  const content = [...data];
  const padding = Array.from({ length: (4 - (content.length % 4)) % 4 }, () => 0);
  const length = numberBytes(8 + content.length).slice(1);
  return [...numberBytes(code), flags, ...length, ...content, ...padding];
}

function numberBytes(value: number): readonly number[] {
  const whole = Number.isFinite(value) ? value >>> 0 : 0;
  return [whole >>> 24, (whole >>> 16) & 0xff, (whole >>> 8) & 0xff, whole & 0xff];
}

/** The result code; undefined while it is not all there; words when it is no such answer. */
function capabilitiesAnswer(bytes: Uint8Array): number | string | undefined {
  if (bytes.length > 0 && bytes[0] !== 1) return 'the answer is no Diameter message';
  if (bytes.length < headerBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0) & 0xff_ffff;
  const isAnswer = ((view.getUint32(4) >>> 24) & requestFlag) === 0;
  const code = view.getUint32(4) & 0xff_ffff;
  if (length < headerBytes || !isAnswer || code !== capabilitiesExchange) {
    return `the answer is command ${code}, not capabilities`;
  }
  if (bytes.length < length) return undefined;
  for (let at = headerBytes; at + 8 <= length;) {
    const size = view.getUint32(at + 4) & 0xff_ffff;
    const isVendors = ((bytes[at + 4] ?? 0) & vendorSpecific) !== 0;
    if (size < 8 || at + size > length) return 'the answer is cut short';
    if (view.getUint32(at) === avpCode.resultCode && !isVendors && size === 12) {
      return view.getUint32(at + 8);
    }
    at += Math.ceil(size / 4) * 4;
  }
  return 'the answer has no result';
}

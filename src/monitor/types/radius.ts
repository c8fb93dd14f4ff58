import { createHash } from 'node:crypto';
import { parseAddress } from '../../base/address.ts';
import {
  accessAccept,
  accountingResponse,
  decodeAnswer,
  encodeAccounting,
  encodeRequest,
} from '../../platform/radius-packet.ts';
import type { ProbeOutcome } from '../outcome.ts';
import type { InstancePlan } from '../instance-plan.ts';
import { askOnce, type MonitorType, option } from './type.ts';

/** A login by password (RFC 2865); only "accepted" is up. */
export const radius: MonitorType = {
  name: 'radius',
  transport: () => 'udp',
  target: 'endpoint',
  options: ['username', 'password', 'secret', 'nas-ip-address'],
  converse(plan) {
    const request = {
      identifier: 1,
      authenticator: authenticatorOf(plan),
      secret: option(plan, 'secret'),
      user: option(plan, 'username'),
      password: option(plan, 'password'),
      client: '',
      service: undefined,
      address: '',
      ...nasAddressOf(plan),
    };
    return askOnce(encodeRequest(request), ({ bytes }) =>
      judge(decodeAnswer(bytes, request)?.code, accessAccept),
    );
  },
};

/** The beginning of a session (RFC 2866). */
export const radiusAccounting: MonitorType = {
  name: 'radius-accounting',
  transport: () => 'udp',
  target: 'endpoint',
  options: ['username', 'secret', 'nas-ip-address', 'session-id'],
  converse(plan) {
    const secret = option(plan, 'secret');
    const { packet, authenticator } = encodeAccounting({
      identifier: 1,
      secret,
      user: option(plan, 'username'),
      session: option(plan, 'session-id', 'evenkeel'),
      ...nasAddressOf(plan),
    });
    return askOnce(packet, ({ bytes }) =>
      judge(
        decodeAnswer(bytes, { identifier: 1, authenticator, secret })?.code,
        accountingResponse,
      ),
    );
  },
};

/** Hides the password: other for each target, and known only with the secret. */
function authenticatorOf(plan: InstancePlan): Uint8Array {
  const text = `${option(plan, 'secret')}\0${plan.id}\0${option(plan, 'password')}`;
  return createHash('sha256').update(text).digest().subarray(0, 16);
}

function nasAddressOf(plan: InstancePlan): { readonly nasAddress?: Uint8Array } {
  const address = parseAddress(option(plan, 'nas-ip-address'));
  return address?.family === 4 ? { nasAddress: Uint8Array.from(address.bytes) } : {};
}

function judge(code: number | undefined, wanted: number): ProbeOutcome {
  if (code === undefined) return { ok: false, detail: 'an answer that does not fit the secret' };
  if (code === wanted) return { ok: true, detail: 'accepted' };
  return { ok: false, detail: code === 3 ? 'refused' : `answered with code ${code}` };
}

import type { Properties, Value } from '../../catalogue/types.ts';
import type { ActionRequest } from '../../config/runtime-state.ts';
import type { CommitOrigin } from '../../config/types.ts';
import type { RemotePlace } from './remote.ts';

/** What the commands read from their requests. Pure. */

/** Whoever asked gives the reason; otherwise it is what was asked. */
export function originOf({ origin, user }: ActionRequest, reason: string): CommitOrigin {
  return { reason, ...(origin ?? { user, source: 'rest' }) };
}

export function textOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** "/Common/a.example" and "a.example" are one device. */
export function deviceOf(value: Value | undefined): string {
  const given = textOf(value) ?? '';
  return given.slice(given.lastIndexOf('/') + 1);
}

export function placeOf(parameters: Properties): RemotePlace {
  const text = (name: string): string | undefined => {
    const value = parameters[name];
    return value === undefined || value === '' ? undefined : String(value);
  };
  const pins = {
    sha1: text('sha1-fingerprint'),
    sha256: text('sha256-fingerprint'),
    md5: text('md5-fingerprint'),
    serial: text('serial'),
  };
  return {
    address: text('device') ?? '',
    port: Number(text('port') ?? 443),
    user: text('username') ?? 'admin',
    password: text('password') ?? '',
    ...Object.fromEntries(Object.entries(pins).filter(([, value]) => value !== undefined)),
  };
}

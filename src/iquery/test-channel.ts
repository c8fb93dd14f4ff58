/** For tests only: channels on loopback, and directories of trust for them. */
import {
  createDeviceCertificate,
  createKey,
  type KeyMaterial,
} from '../cluster/trust/certificates.ts';
import { systemClock } from '../platform/clock.ts';
import { dialStream, type Wire } from '../platform/http2.ts';
import { systemRandom } from '../platform/random.ts';
import type { TrustDirectory } from './admission.ts';
import { type RunningIquery, startIquery } from './channel.ts';
import { credentialsOf, type TrustSource } from './core.ts';

export const guids: Readonly<Record<string, string>> = {
  'domain-1': '11111111-1111-4111-8111-111111111111',
  'domain-2': '22222222-2222-4222-8222-222222222222',
};

export interface TestChannel {
  readonly directory: TrustDirectory;
  readonly channel: RunningIquery;
  readonly log: string[];
  change(next: TrustDirectory): void;
}

export async function directories(
  authority: KeyMaterial,
  names: readonly string[],
  domain = guids['domain-1'] ?? '',
): Promise<Map<string, TrustDirectory>> {
  const now = systemClock.wallMilliseconds();
  const made = await Promise.all(
    names.map(async (device) => {
      const key = await createKey();
      return {
        device,
        key,
        certificate: await createDeviceCertificate(authority, { device, domain }, key, now),
      };
    }),
  );
  const members = new Map(made.map(({ device, certificate }) => [device, certificate]));
  return new Map(
    made.map((identity) => [
      identity.device,
      {
        identity,
        domain,
        authority: authority.certificate,
        chain: [],
        members,
        certifiers: new Set(members.keys()),
        removed: new Set<string>(),
        exchanged: [],
      },
    ]),
  );
}

/** A device that is nothing but a channel; `change` gives it other trust. */
export async function startChannel(directory: TrustDirectory, port = 0): Promise<TestChannel> {
  let current = directory;
  const listeners: (() => void)[] = [];
  const log: string[] = [];
  const trust: TrustSource = {
    current: () => current,
    onChange(listener) {
      listeners.push(listener);
      return () => void listeners.splice(listeners.indexOf(listener), 1);
    },
  };
  const channel = await startIquery({
    trust,
    clock: systemClock,
    random: systemRandom,
    log: { write: (_level, message) => void log.push(message) },
    port,
    addresses: ['127.0.0.1'],
    software: '16.1.0',
  });
  return {
    directory,
    channel,
    log,
    change(next: TrustDirectory) {
      current = next;
      for (const listener of listeners) listener();
    },
  };
}

/** One lane, by whoever the directory says we are. */
export function dial(
  port: number,
  directory: TrustDirectory,
  lane = 'control',
  address = '127.0.0.1',
): Promise<Wire> {
  return new Promise((resolve, reject) => {
    dialStream({
      address,
      port,
      path: `/evenkeel.iquery.v1/${lane}`,
      credentials: credentialsOf(directory),
      refuse: () => undefined,
    }).then(resolve, reject);
  });
}

/** The product's own dns process, told what to hold as control tells it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ZoneAccess } from '../../src/base/dns/zone-access.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { connectLocal } from '../../src/platform/local-channel.ts';
import { devicePaths } from '../../src/platform/device-paths.ts';
import type { GtmSnapshot } from '../../src/gtm/decision/snapshot-types.ts';
import {
  defaultDnsProfile,
  holdMessages,
  type FromDns,
  type ToDns,
} from '../../src/gtm/protocol.ts';
import { startOnCore, type Server } from './peers.ts';

const startMilliseconds = 30_000;
const main = new URL('../../src/cmd/dns.ts', import.meta.url).pathname;

export interface Ours extends Server {
  /** Milliseconds from handing over until all of it is answered from. */
  readonly loadMilliseconds: number;
}

export async function startOurs(
  folder: string,
  port: number,
  snapshot: GtmSnapshot,
  zones: ZoneAccess | null = null,
): Promise<Ours> {
  mkdirSync(folder, { recursive: true });
  const child = startOnCore(process.execPath, [main, '--config', folder], join(folder, 'output'));
  let isHeld = false;
  let isOpen = false;
  const peer = connectLocal<FromDns, ToDns>(devicePaths(folder).dnsSocket, systemClock, {
    onOpen: () => void (isOpen = true),
    onMessage(message) {
      if (message.type !== 'holding' || message.sequence !== snapshot.sequence) return;
      isHeld = message.listeners.some(({ state }) => state === 'open');
    },
    onClose: () => undefined,
  });
  await waitUntil(systemClock, 'the dns process', startMilliseconds, () => isOpen);
  const startedAt = systemClock.monotonicMilliseconds();
  const messages = holdMessages({
    sequence: snapshot.sequence,
    snapshot,
    listeners: [{ address: '127.0.0.1', port, protocol: 'udp', profile: defaultDnsProfile }],
    zones,
    explainClients: [],
    cookieSecret: '000102030405060708090a0b0c0d0e0f',
    responseRate: 0,
    signedZones: [],
    serverName: '',
  });
  messages.forEach(peer.send);
  await waitUntil(systemClock, 'the listener', 120_000, () => isHeld, 1);
  const loadMilliseconds = Math.round(systemClock.monotonicMilliseconds() - startedAt);
  // What is held of static zones stands as long as control is there to say when they move.
  if (zones === null) peer.close();
  return { name: 'evenkeel', port, process: child, loadMilliseconds };
}

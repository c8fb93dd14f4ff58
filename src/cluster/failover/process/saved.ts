/**
 * What the failover process keeps on disk, read back with suspicion: a process that dies of its own file
 * would die for ever, and with it the device's part in every vote. Pure.
 */
import type { FormerKey } from '../heartbeats/key-ring.ts';
import type { Durable } from '../machine/machine.ts';
import type { FailoverConfig } from '../types.ts';

export interface Saved {
  readonly config: FailoverConfig;
  /** Of the group that `config` is in. */
  readonly durable: Durable;
  /** Heartbeat keys that some devices may still use; absent from files of older versions. */
  readonly formers?: readonly FormerKey[];
}

/** Undefined when it is damaged: then the process waits for control, as on its first day. */
export function parseSaved(text: string): Saved | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isSaved(value) ? value : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function isSaved(value: unknown): value is Saved {
  if (!isObject(value) || !isObject(value['config']) || !isObject(value['durable'])) return false;
  const { config, durable } = value;
  return (
    typeof durable['forcedOffline'] === 'boolean' &&
    (durable['mode'] === undefined || isMode(durable['mode'])) &&
    isGroup(config['own']) &&
    (value['formers'] === undefined || isList(value['formers'], isFormerKey)) &&
    typeof config['key'] === 'string' &&
    isList(config['localAddresses'], isSocketAddress) &&
    isList(config['fixedAddresses'], isFloatingAddress) &&
    isList(
      config['witnessing'],
      (duty) => typeof duty['key'] === 'string' && isGroup(duty['group']),
    )
  );
}

function isFormerKey({ key, refusedAt }: Fields): boolean {
  return typeof key === 'string' && typeof refusedAt === 'number';
}

function isGroup(value: unknown): boolean {
  if (!isObject(value) || !isObject(value['profile']) || !isObject(value['capacity'])) return false;
  const { profile } = value;
  return (
    typeof value['device'] === 'string' &&
    typeof value['deviceGroup'] === 'string' &&
    isList(value['members'], isVoter) &&
    isList(value['witnesses'], isVoter) &&
    isList(value['trafficGroups'], isTrafficGroup) &&
    ['interval', 'fence', 'detect', 'permit'].every((name) => typeof profile[name] === 'number')
  );
}

function isMode(value: unknown): boolean {
  return (
    isObject(value) && typeof value['epoch'] === 'number' && typeof value['phase'] === 'string'
  );
}

function isVoter(voter: Fields): boolean {
  return typeof voter['device'] === 'string' && isList(voter['addresses'], isSocketAddress);
}

function isTrafficGroup(group: Fields): boolean {
  return (
    typeof group['name'] === 'string' &&
    isList(group['addresses'], isFloatingAddress) &&
    Array.isArray(group['haOrder'])
  );
}

function isSocketAddress({ address, port }: Fields): boolean {
  return typeof address === 'string' && typeof port === 'number';
}

function isFloatingAddress(one: Fields): boolean {
  return typeof one['address'] === 'string' && typeof one['interface'] === 'string';
}

function isList(value: unknown, check: (entry: Fields) => boolean): boolean {
  return Array.isArray(value) && value.every((entry) => isObject(entry) && check(entry));
}

function isObject(value: unknown): value is Record<string, Fields> {
  return typeof value === 'object' && value !== null;
}

/**
 * ConfigView → what is to be probed: one instance for each monitor and target, however many pools share
 * it. Pure. An instance's id names monitor and target only, so that a changed interval or string keeps
 * its state.
 */
import { parseAddress, printAddress, printEndpoint } from '../base/address.ts';
import type { Properties, Value } from '../catalogue/types.ts';
import type { ConfigView } from '../config/types.ts';
import type { InstancePlan } from './instance-plan.ts';
import { monitorTypes } from './types/index.ts';

/** A monitor, ready to be applied to targets. */
export interface MonitorSettings extends Omit<InstancePlan, 'id' | 'address' | 'port'> {
  /** From `destination`; `*` parts come from the member. */
  readonly aliasAddress: string | undefined;
  readonly aliasPort: number | undefined;
}

export interface Target {
  /** With `%N`. */
  readonly address: string;
  /** 0 for a node, or a member on any port. */
  readonly port: number;
}

export function monitorSettings(view: ConfigView, name: string): MonitorSettings | undefined {
  for (const type of monitorTypes.keys()) {
    const object = view.get(`ltm monitor ${type}`, name);
    if (object !== undefined) return settingsOf(view, name, type, object.properties);
  }
  return undefined;
}

function settingsOf(
  view: ConfigView,
  name: string,
  type: string,
  properties: Properties,
): MonitorSettings {
  const alias = parseAlias(text(properties['destination'], '*:*'));
  const seconds = (property: string, otherwise: number): number => {
    const value = Number(properties[property]);
    return (Number.isFinite(value) ? value : otherwise) * 1000;
  };
  return {
    monitor: name,
    type,
    intervalMilliseconds: Math.max(1000, seconds('interval', 5)),
    upIntervalMilliseconds: seconds('up-interval', 0),
    timeoutMilliseconds: Math.max(1000, seconds('timeout', 16)),
    timeUntilUpMilliseconds: seconds('time-until-up', 0),
    manualResume: properties['manual-resume'] === 'enabled',
    reverse: properties['reverse'] === 'enabled',
    send: text(properties['send'], ''),
    recv: text(properties['recv'], ''),
    recvDisable: text(properties['recv-disable'], ''),
    ...credentialsOf(view, properties),
    aliasAddress: alias.address,
    aliasPort: alias.port,
  };
}

function credentialsOf(
  view: ConfigView,
  properties: Properties,
): { readonly credentials?: string } {
  const username = text(properties['username'], '');
  if (username === '') return {};
  const password = view.plain(text(properties['password'], ''));
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return { credentials: btoa(String.fromCharCode(...bytes)) };
}

/** The instance that tells the state of `target`; undefined when the target leaves the port open. */
export function instanceFor(settings: MonitorSettings, target: Target): InstancePlan | undefined {
  const { aliasAddress, aliasPort, ...plan } = settings;
  const address = parseAddress(aliasAddress ?? target.address);
  if (address === undefined) return undefined;
  const needsPort = monitorTypes.get(settings.type)?.target === 'endpoint';
  const port = needsPort ? (aliasPort ?? target.port) : 0;
  if (needsPort && port === 0) return undefined;
  const place = port === 0 ? printAddress(address) : printEndpoint({ address, port });
  return { ...plan, id: `${plan.monitor} ${place}`, address: printAddress(address), port };
}

function parseAlias(destination: string): {
  address: string | undefined;
  port: number | undefined;
} {
  const bare = destination.slice(destination.lastIndexOf('/') + 1);
  const match = /^(.*?)(?:[:.](\d+|\*|any))?$/.exec(bare);
  // An IPv6 address contains colons itself: BIG-IP separates its port by a dot.
  const whole = parseAddress(bare);
  const address = whole === undefined ? (match?.[1] ?? '*') : bare;
  const port = whole === undefined ? Number(match?.[2]) : Number.NaN;
  return {
    address: parseAddress(address) === undefined ? undefined : address,
    port: Number.isInteger(port) && port > 0 ? port : undefined,
  };
}

function text(value: Value | undefined, otherwise: string): string {
  return typeof value === 'string' && value !== 'none' ? value : otherwise;
}

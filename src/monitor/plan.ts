/**
 * ConfigView → what is to be probed: one instance for each monitor and target, however many pools share
 * it. Pure. An instance's id names monitor and target only, so that a changed interval or string keeps
 * its state.
 */
import { parseAddress, printAddress, printEndpoint } from '../base/address.ts';
import { componentById } from '../catalogue/index.ts';
import type { ComponentId, Properties, Value } from '../catalogue/types.ts';
import type { ConfigView } from '../config/types.ts';
import { fileContent } from '../config/file-content.ts';
import type { Adaptive, InstancePlan, TlsFacts } from './instance-plan.ts';
import { monitorTypes } from './types/index.ts';

/** A monitor, ready to be applied to targets. */
export interface MonitorSettings extends Omit<InstancePlan, 'id' | 'address' | 'port' | 'through'> {
  /** From `destination`; `*` parts come from the member. */
  readonly aliasAddress: string | undefined;
  readonly aliasPort: number | undefined;
  /** The alias address is asked by way of the target. */
  readonly isTransparent: boolean;
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

/** Monitors that only a device of another maker, or a protocol of one, could answer. */
const speechless: Readonly<Record<string, string>> = {
  firepass: 'it asks a FirePass, which only FirePass devices answer',
  'module-score': 'it takes scores of BIG-IP modules that are not here',
  none: 'it is the monitor that probes nothing',
  'real-server': 'it asks the plug-in of RealServer, which is no longer made',
  sasp: 'it takes weights from a group workload manager (SASP is not spoken)',
  smb: 'it fetches files over SMB (SMB is not spoken)',
  'virtual-location': 'it follows virtual machines between data centers by iSessions',
  wap: 'it asks gateways of WAP, which are no longer made',
  wmi: 'it asks the plug-in of BIG-IP for Windows servers (snmp-dca asks the same by SNMP)',
};

/** Why a monitor says nothing. */
export function noProbe(view: ConfigView, name: string): string {
  const components = Object.keys(speechless).map((type): ComponentId => `ltm monitor ${type}`);
  const found = components.find((component) => view.get(component, name) !== undefined);
  return (found && noProbeOf(found, name)) ?? `${name} is not there`;
}

/** Undefined: of a component whose monitors probe, or that has none. */
export function noProbeOf(component: ComponentId, name: string): string | undefined {
  const type = component.slice('ltm monitor '.length);
  const why = component.startsWith('ltm monitor ') ? speechless[type] : undefined;
  return why && `${name} (${type}) probes nothing here: ${why}`;
}

/** Of a monitor of this type, here or among those of global traffic. */
export function settingsOf(
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
    ...optionsOf(view, type, properties),
    ...tlsOf(view, type, properties),
    ...adaptiveOf(properties),
    aliasAddress: alias.address,
    aliasPort: alias.port,
    isTransparent: properties['transparent'] === 'enabled',
  };
}

/** Only what the type asks for; programs and certificates by their content. */
function optionsOf(
  view: ConfigView,
  type: string,
  properties: Properties,
): { readonly options?: Readonly<Record<string, string>> } {
  const options: Record<string, string> = {};
  const secrets = secretsOf(type);
  for (const name of monitorTypes.get(type)?.options ?? []) {
    const value = wordOf(properties[name]);
    if (value === '' || tlsOptions.has(name)) continue;
    const file = isFileOf(type, name) ? programOf(view, value) : undefined;
    options[name] = file ?? (secrets.has(name) ? view.plain(value) : value);
  }
  return Object.keys(options).length === 0 ? {} : { options };
}

/** A number of 0 is none. */
function wordOf(value: Value | undefined): string {
  return typeof value === 'number' && value !== 0 ? String(value) : text(value, '');
}

/** Programs of external monitors and the scripts of scripted ones, which are uploaded the same way. */
function isFileOf(type: string, name: string): boolean {
  return name === 'run' || (name === 'filename' && type === 'scripted');
}

/** By its full name, or by that in /Common. */
function programOf(view: ConfigView, name: string): string | undefined {
  const path = name.startsWith('/') ? name : `/Common/${name}`;
  return fileContent(view, 'sys file external-monitor', path);
}

/** By the catalogue; a type has the same secrets among the monitors of global traffic. */
function secretsOf(type: string): ReadonlySet<string> {
  const properties = componentById(`ltm monitor ${type}`)?.properties ?? [];
  return new Set(properties.flatMap(({ name, secret }) => (secret === true ? [name] : [])));
}

const tlsOptions: ReadonlySet<string> = new Set(['cipherlist', 'cert', 'key', 'ssl-profile']);

/** From the monitor's own certificate and ciphers, or from the server TLS profile that it names. */
function tlsOf(
  view: ConfigView,
  type: string,
  properties: Properties,
): { readonly tls?: TlsFacts } {
  if (monitorTypes.get(type)?.options?.includes('ssl-profile') !== true) return {};
  const profile: Properties | undefined = view.get(
    'ltm profile server-ssl',
    text(properties['ssl-profile'], ''),
  )?.properties;
  const named = (name: string): string => text(properties[name], '') || text(profile?.[name], '');
  const certificate = fileContent(view, 'sys file ssl-cert', named('cert'));
  const key = fileContent(view, 'sys file ssl-key', named('key'));
  const ciphers = text(properties['cipherlist'], '') || text(profile?.['ciphers'], '');
  const serverName = text(profile?.['server-name'], '');
  const passphrase = view.plain(text(profile?.['passphrase'], ''));
  const tls: TlsFacts = {
    ...(certificate !== undefined && key !== undefined && { certificate, key }),
    ...(passphrase !== '' && { passphrase }),
    ...(ciphers !== '' && ciphers !== 'DEFAULT' && { ciphers }),
    ...(serverName !== '' && { serverName }),
  };
  return Object.keys(tls).length === 0 ? {} : { tls };
}

function adaptiveOf(properties: Properties): { readonly adaptive?: Adaptive } {
  if (properties['adaptive'] !== 'enabled') return {};
  const number = (name: string): number => Number(properties[name]);
  const adaptive = {
    isRelative: properties['adaptive-divergence-type'] !== 'absolute',
    divergence: number('adaptive-divergence-value'),
    limitMilliseconds: number('adaptive-limit'),
    spanMilliseconds: number('adaptive-sampling-timespan') * 1000,
  };
  return { adaptive };
}

/** The instance that tells the state of `target`; undefined when the target leaves the port open. */
export function instanceFor(settings: MonitorSettings, target: Target): InstancePlan | undefined {
  const { aliasAddress, aliasPort, isTransparent, ...plan } = settings;
  const address = parseAddress(aliasAddress ?? target.address);
  if (address === undefined) return undefined;
  const type = monitorTypes.get(settings.type);
  const needsPort = type?.target === 'endpoint';
  const port = needsPort ? (aliasPort ?? target.port) : (type?.port ?? 0);
  if (needsPort && port === 0 && type.takesAnyPort !== true) return undefined;
  const place = port === 0 ? printAddress(address) : printEndpoint({ address, port });
  const own = { ...plan, id: `${plan.monitor} ${place}`, address: printAddress(address), port };
  const gateway = parseAddress(target.address);
  if (!isTransparent || aliasAddress === undefined || gateway === undefined) return own;
  const through = printAddress(gateway);
  return through === own.address ? own : { ...own, id: `${own.id} by ${through}`, through };
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

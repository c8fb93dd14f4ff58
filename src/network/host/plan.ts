/**
 * What `sys dns`, `ntp`, `sshd` and the hostname mean for the files of a Debian host. What nobody set stays as the
 * host has it: a host has had its resolver and its clock before. Pure.
 */
import type { Change, ConfigView } from '../../config/types.ts';
import { numberValue, textValue } from '../../config/property-values.ts';
import type { Properties, Value } from '../../catalogue/types.ts';

export interface HostFile {
  /** On the host. */
  readonly path: string;
  /** Undefined: the file is ours, and goes. */
  readonly text: string | undefined;
  /** Refuses what was written; then the former text comes back. */
  readonly check?: readonly string[];
  /** Told that the file is another one; a program that the host does not have is left out. */
  readonly reload?: readonly string[];
}

export interface HostPlan {
  readonly hostname: string | undefined;
  /** "Europe/Berlin" */
  readonly timezone: string | undefined;
  readonly files: readonly HostFile[];
}

const components = new Set(['sys dns', 'sys ntp', 'sys sshd', 'sys global-settings']);

export function concernsHost(changes: readonly Change[]): boolean {
  return changes.some(({ component }) => components.has(component));
}

/** `hasChrony`: else the time servers are systemd-timesyncd's. */
export function planHost(view: ConfigView, hasChrony: boolean): HostPlan {
  const hostname = textValue(view.get('sys global-settings', '')?.properties ?? {}, 'hostname');
  return {
    hostname,
    timezone: textValue(setOf(view, 'sys ntp'), 'timezone'),
    files: [
      ...(hostname === undefined ? [] : [{ path: '/etc/hostname', text: `${hostname}\n` }]),
      ...resolver(view),
      ...timeServers(view, hasChrony),
      ...secureShell(view),
    ],
  };
}

const heading = '# Written by Evenkeel from its configuration: change it there.\n';

/** What was set, defaults left out. */
function setOf(view: ConfigView, component: string): Properties {
  return view.stored(component, '')?.properties ?? {};
}

function words(value: Value | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly Value[]).map(String) : [];
}

/** resolv.conf(5): three servers are asked at most. */
const maximumServers = 3;

function resolver(view: ConfigView): readonly HostFile[] {
  const { properties } = view.get('sys dns', '') ?? {};
  const servers = words(properties?.['name-servers']).slice(0, maximumServers);
  if (properties === undefined || servers.length === 0) return [];
  const search = words(properties['search']);
  const dots = numberValue(properties, 'number-of-dots', 0);
  const lines = [
    ...(search.length === 0 ? [] : [`search ${search.join(' ')}`]),
    ...servers.map((server) => `nameserver ${server.split('%')[0]}`),
    ...(dots === 0 ? [] : [`options ndots:${dots}`]),
  ];
  return [{ path: '/etc/resolv.conf', text: `${heading}${lines.join('\n')}\n` }];
}

function timeServers(view: ConfigView, hasChrony: boolean): readonly HostFile[] {
  const servers = words(setOf(view, 'sys ntp')['servers']);
  if (hasChrony) {
    const lines = servers.map((server) => `server ${server} iburst\n`);
    const text = servers.length === 0 ? undefined : `${heading}${lines.join('')}`;
    const path = '/etc/chrony/sources.d/evenkeel.sources';
    return [{ path, text, reload: ['chronyc', 'reload', 'sources'] }];
  }
  const text =
    servers.length === 0 ? undefined : `${heading}[Time]\nNTP=${servers.join(' ')}\nFallbackNTP=\n`;
  const path = '/etc/systemd/timesyncd.conf.d/evenkeel.conf';
  return [{ path, text, reload: ['systemctl', 'try-restart', 'systemd-timesyncd'] }];
}

const bannerPath = '/etc/ssh/evenkeel-banner';
const levels: Readonly<Record<string, string>> = {
  debug: 'DEBUG',
  debug1: 'DEBUG1',
  debug2: 'DEBUG2',
  debug3: 'DEBUG3',
  error: 'ERROR',
  fatal: 'FATAL',
  info: 'INFO',
  quiet: 'QUIET',
  verbose: 'VERBOSE',
};

function secureShell(view: ConfigView): readonly HostFile[] {
  const set = setOf(view, 'sys sshd');
  const banner = textValue(set, 'banner-text');
  const hasBanner = banner !== undefined && textValue(set, 'banner') !== 'disabled';
  const lines = Object.keys(set).length === 0 ? [] : sshLines(set, hasBanner);
  return [
    { path: bannerPath, text: hasBanner ? `${banner}\n` : undefined },
    {
      path: '/etc/ssh/sshd_config.d/evenkeel.conf',
      text: lines.length === 0 ? undefined : `${heading}${lines.join('\n')}\n`,
      check: ['sshd', '-t'],
      reload: ['systemctl', 'try-reload-or-restart', 'ssh'],
    },
  ];
}

/** sshd_config(5); the first value of an option counts, and Debian reads this folder first. */
function sshLines(set: Properties, hasBanner: boolean): readonly string[] {
  const port = numberValue(set, 'port', 0);
  const idle = numberValue(set, 'inactivity-timeout', 0);
  const level = levels[textValue(set, 'log-level') ?? ''];
  const allowed = words(set['allow']);
  const isOpen = allowed.length === 0 || allowed.some((one) => one.toUpperCase() === 'ALL');
  const include = textValue(set, 'include');
  return [
    ...(port === 0 ? [] : [`Port ${port}`]),
    ...(level === undefined ? [] : [`LogLevel ${level}`]),
    ...(hasBanner ? [`Banner ${bannerPath}`] : []),
    ...(idle === 0 ? [] : [`ChannelTimeout session:*=${idle}s`]),
    ...(textValue(set, 'login') === 'disabled' ? ['DenyUsers *'] : []),
    ...(isOpen ? [] : [`AllowUsers ${allowed.map((one) => `*@${network(one)}`).join(' ')}`]),
    ...(include === undefined ? [] : [include]),
  ];
}

/** "10.0.0.0/255.0.0.0" → "10.0.0.0/8", which sshd reads. */
function network(text: string): string {
  const [address = '', mask] = text.split('/');
  if (mask?.includes('.') !== true) return text;
  const bits = mask.split('.').map((byte) => Number(byte).toString(2).replaceAll('0', '').length);
  return `${address}/${bits.reduce((sum, count) => sum + count, 0)}`;
}

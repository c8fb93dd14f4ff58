/**
 * `auth source` and what it names, from the configuration. BIG-IP looks for one object of each kind,
 * `system-auth` in /Common.
 */
import type { Properties } from '../../catalogue/types.ts';
import { fileContent } from '../../config/file-content.ts';
import { textValue } from '../../config/property-values.ts';
import type { ConfigView } from '../../config/types.ts';
import type { TlsTrust } from '../../platform/frame-stream.ts';
import type { Scope } from '../../base/ldap/message.ts';

export interface DirectorySettings {
  readonly kind: 'directory';
  readonly servers: readonly string[];
  readonly port: number;
  readonly version: number;
  readonly encryption: 'disabled' | 'enabled' | 'start-tls';
  /** Or why there can be none. */
  readonly trust: TlsTrust | string;
  readonly bindName: string;
  readonly bindPassword: string;
  readonly bindMilliseconds: number;
  readonly searchSeconds: number;
  readonly base: string;
  readonly scope: Scope;
  /** RFC 4515; "": any entry. */
  readonly filter: string;
  readonly loginAttribute: string;
  /** "": users are searched for. */
  readonly userTemplate: string;
  /** "": no group is asked for. */
  readonly group: string;
  readonly memberAttribute: string;
  /** Users must be allowed on this host name, by their attribute `host`. */
  readonly host: string | undefined;
  readonly looksAtGroups: boolean;
  readonly ignoresUnknown: boolean;
  readonly ignoresAbsence: boolean;
}

export interface RadiusServer {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  readonly milliseconds: number;
}

export interface RadiusSettings {
  readonly kind: 'radius';
  readonly servers: readonly RadiusServer[];
  readonly retries: number;
  /** NAS-Identifier. */
  readonly client: string;
  /** Number of Service-Type; undefined: not said. */
  readonly service: number | undefined;
}

export interface TacacsSettings {
  readonly kind: 'tacacs';
  readonly servers: readonly { readonly host: string; readonly port: number }[];
  readonly secret: string;
  readonly isEncrypted: boolean;
  readonly asksAll: boolean;
  /** Of what is accounted for: every server is told, not the first that takes it. */
  readonly accountsToAll: boolean;
  readonly service: string;
  readonly protocol: string;
  readonly milliseconds: number;
}

export type ServerSettings = DirectorySettings | RadiusSettings | TacacsSettings;

export interface LoginSource {
  /** As `auth source type` names it. */
  readonly type: string;
  /** Is the local password good when nobody answers? */
  readonly fallsBack: boolean;
  /** Absent: the object that the type needs is not there. */
  readonly servers: ServerSettings | undefined;
  /** The object: `auth ldap /Common/system-auth`. */
  readonly object: string;
}

const objectName = '/Common/system-auth';
const objectKinds: Readonly<Record<string, string>> = {
  ldap: 'auth ldap',
  'active-directory': 'auth ldap',
  'cert-ldap': 'auth cert-ldap',
  radius: 'auth radius',
  tacacs: 'auth tacacs',
};

/** Undefined: users are those of this device. */
export function loginSource(view: ConfigView): LoginSource | undefined {
  const source: Properties = view.get('auth source', '')?.properties ?? {};
  const type = String(source['type'] ?? 'local');
  const component = objectKinds[type];
  if (component === undefined) return undefined;
  const properties = view.get(component, objectName)?.properties;
  return {
    type,
    fallsBack: source['fallback'] === 'true',
    object: `${component} ${objectName}`,
    servers: properties === undefined ? undefined : serversOf(view, type, properties),
  };
}

function serversOf(view: ConfigView, type: string, properties: Properties): ServerSettings {
  if (type === 'radius') return radius(view, properties);
  return type === 'tacacs' ? tacacs(view, properties) : directory(view, type, properties);
}

function textsOf(properties: Properties, name: string): readonly string[] {
  const value = properties[name];
  return Array.isArray(value) ? value.map(String) : [];
}

function text(properties: Properties, name: string, preset = ''): string {
  const value = textValue(properties, name);
  return value === undefined || value === 'none' ? preset : value;
}

function directory(view: ConfigView, type: string, properties: Properties): DirectorySettings {
  const secret = text(properties, 'bind-pw');
  const isActiveDirectory = type === 'active-directory';
  const hostname = view.get('sys global-settings', '')?.properties['hostname'];
  const isOn = (name: string): boolean => properties[name] === 'enabled';
  const encryption = text(properties, 'ssl', 'disabled');
  return {
    kind: 'directory',
    servers: textsOf(properties, 'servers'),
    port: Number(properties['port']),
    version: Number(properties['version']),
    encryption: encryption === 'enabled' || encryption === 'start-tls' ? encryption : 'disabled',
    trust: trustOf(view, properties),
    bindName: text(properties, 'bind-dn'),
    bindPassword: secret === '' ? '' : view.plain(secret),
    bindMilliseconds: boundedSeconds(properties['bind-timeout']) * 1000,
    searchSeconds: boundedSeconds(properties['search-timeout']),
    base: text(properties, 'search-base-dn'),
    scope: scopeOf(text(properties, 'scope')),
    filter: text(properties, 'filter'),
    loginAttribute: text(
      properties,
      'login-attribute',
      isActiveDirectory ? 'samaccountname' : 'uid',
    ),
    userTemplate: text(properties, 'user-template'),
    group: text(properties, 'group-dn'),
    memberAttribute: text(properties, 'group-member-attribute', 'member'),
    host: isOn('check-host-attr') ? (hostname ?? view.deviceName) : undefined,
    looksAtGroups: isOn('check-roles-group'),
    ignoresUnknown: isOn('ignore-unknown-user'),
    ignoresAbsence: isOn('ignore-auth-info-unavail'),
  };
}

/** 0 stands for "no bound" on BIG-IP; nobody's login may wait for ever here. */
const longestSeconds = 60;

function boundedSeconds(value: Properties[string] | undefined): number {
  const seconds = Number(value);
  return seconds > 0 ? Math.min(seconds, longestSeconds) : longestSeconds;
}

function scopeOf(value: string): Scope {
  return value === 'base' || value === 'one' ? value : 'sub';
}

function trustOf(view: ConfigView, properties: Properties): TlsTrust | string {
  const checksPeer = properties['ssl-check-peer'] === 'enabled';
  const wanted = [
    ['authorities', 'sys file ssl-cert', 'ssl-ca-cert-file'],
    ['certificate', 'sys file ssl-cert', 'ssl-client-cert'],
    ['key', 'sys file ssl-key', 'ssl-client-key'],
  ] as const;
  const files: Record<string, string> = {};
  for (const [name, component, property] of wanted) {
    const file = text(properties, property);
    if (file === '') continue;
    const content = fileContent(view, component, file.startsWith('/') ? file : `/Common/${file}`);
    if (content === undefined) return `${property}: there is no ${component} ${file}`;
    files[name] = content;
  }
  const ciphers = text(properties, 'ssl-ciphers');
  return { checksPeer, ...files, ...(ciphers !== '' && { ciphers }) };
}

/** RFC 2865, 5.6. */
const serviceTypes: Readonly<Record<string, number>> = {
  login: 1,
  framed: 2,
  'callback-login': 3,
  'callback-framed': 4,
  outbound: 5,
  administrative: 6,
  'nas-prompt': 7,
  'authenticate-only': 8,
  'callback-nas-prompt': 9,
  'call-check': 10,
  'callback-administrative': 11,
  // What pam_radius says by itself.
  default: 8,
};

function radius(view: ConfigView, properties: Properties): RadiusSettings {
  const servers = textsOf(properties, 'servers').flatMap((name) => {
    const server = view.get('auth radius-server', name)?.properties;
    if (server === undefined) return [];
    const secret = text(server, 'secret');
    return [
      {
        host: text(server, 'server'),
        port: server['port'],
        secret: secret === '' ? '' : view.plain(secret),
        milliseconds: boundedSeconds(server['timeout']) * 1000,
      },
    ];
  });
  return {
    kind: 'radius',
    servers,
    retries: Number(properties['retries']),
    client: text(properties, 'client-id'),
    service: serviceTypes[text(properties, 'service-type', 'default')],
  };
}

const tacacsPort = 49;

function tacacs(view: ConfigView, properties: Properties): TacacsSettings {
  const secret = text(properties, 'secret');
  return {
    kind: 'tacacs',
    servers: textsOf(properties, 'servers').map((server) => serverAt(server, tacacsPort)),
    secret: secret === '' ? '' : view.plain(secret),
    isEncrypted: properties['encryption'] !== 'disabled',
    asksAll: properties['authentication'] === 'use-all-servers',
    accountsToAll: false,
    service: text(properties, 'service'),
    protocol: text(properties, 'protocol'),
    milliseconds: boundedSeconds(properties['timeout']) * 1000,
  };
}

export type AuditTarget =
  | TacacsSettings
  | (RadiusSettings & {
      /** Every server is told, not the first that takes it. */
      readonly accountsToAll: boolean;
    });

/**
 * Where the audit log goes as well (`sys db config.auditing.forward.*`): to one server of its own, or with `multiple` to
 * those of `auth tacacs system-auth` or `auth radius system-auth`. Undefined: nowhere; a text: it should go somewhere, and
 * cannot.
 */
export function auditTarget(view: ConfigView): AuditTarget | string | undefined {
  const variable = (name: string): string =>
    view.get('sys db', `config.auditing.forward.${name}`)?.properties.value ?? '';
  const type = variable('type');
  if (type === '' || type === 'none') return undefined;
  if (type !== 'tacacs+' && type !== 'radius') {
    return `config.auditing.forward.type ${type} is not carried, tacacs+ and radius are`;
  }
  const multiple = variable('multiple');
  if (multiple === 'broadcast' || multiple === 'failover') {
    const component = type === 'radius' ? 'auth radius' : 'auth tacacs';
    const properties = view.get(component, objectName)?.properties;
    if (properties === undefined) return `there is no ${component} ${objectName}`;
    const accountsToAll = multiple === 'broadcast';
    return type === 'radius'
      ? { ...accounting(radius(view, properties)), accountsToAll }
      : { ...tacacs(view, properties), accountsToAll };
  }
  const destination = variable('destination');
  if (destination === '' || destination === '::') {
    return 'config.auditing.forward.destination is not set';
  }
  const secret = variable('sharedsecret');
  return type === 'radius' ? ownRadius(destination, secret) : ownTacacs(destination, secret);
}

function ownTacacs(destination: string, secret: string): TacacsSettings {
  return {
    kind: 'tacacs',
    servers: [serverAt(destination, tacacsPort)],
    secret,
    isEncrypted: secret !== '',
    asksAll: false,
    accountsToAll: false,
    service: '',
    protocol: '',
    milliseconds: auditMilliseconds,
  };
}

function ownRadius(destination: string, secret: string): AuditTarget {
  const server = serverAt(destination, accountingPort);
  return {
    kind: 'radius',
    servers: [{ ...server, secret, milliseconds: auditMilliseconds }],
    retries: auditRetries,
    client: '',
    service: undefined,
    accountsToAll: false,
  };
}

/** RFC 2866, 3; who listens for logins elsewhere listens for accounting at the next port, as pam_radius has it. */
const accountingPort = 1813;
const auditRetries = 2;

function accounting(settings: RadiusSettings): RadiusSettings {
  const servers = settings.servers.map((server) => ({ ...server, port: server.port + 1 }));
  return { ...settings, servers };
}

const auditMilliseconds = 5000;

/** `10.0.0.1`, `10.0.0.1:4949`, `tac.example.com`, `[2001:db8::1]:4949`, `2001:db8::1`. */
function serverAt(
  value: string,
  usualPort: number,
): { readonly host: string; readonly port: number } {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(value);
  const plain = bracketed ?? /^([^:]+)(?::(\d+))?$/.exec(value);
  return plain === null
    ? { host: value, port: usualPort }
    : { host: plain[1] ?? value, port: Number(plain[2] ?? usualPort) };
}

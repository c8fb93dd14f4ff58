/** Zone text and named's configuration, whole, from plain data. Pure: the same input, the same bytes. */
import { printData } from './rdata.ts';
import type { TsigKey } from './tsig-keys.ts';
import { viewAddress } from './view-address.ts';
import { defaultView, type Zone } from './zone.ts';

/** One line for each record, every name absolute, owners in canonical order. */
export function renderZone(zone: Zone, serial = zone.serial): string {
  const { soa } = zone;
  const records = zone.records.flatMap((set) =>
    set.data.map((data) => `${set.owner} ${set.ttl} IN ${set.type} ${printData(data)}`),
  );
  const times = [serial, soa.refresh, soa.retry, soa.expire, soa.negativeTtl].join(' ');
  const first = `${zone.domain} ${zone.ttl} IN SOA ${soa.primary} ${soa.mailbox} ${times}`;
  return [
    `; written by evenkeel from the configuration database; changes here are lost`,
    `$ORIGIN ${zone.domain}`,
    `$TTL ${zone.ttl}`,
    ...(zone.kind === 'hint' ? [] : [first]),
    ...records.toSorted(),
    '',
  ].join('\n');
}

export interface NamedSettings {
  /** Where named lives; all paths are below it. */
  readonly folder: string;
  readonly port: number;
  readonly controlPort: number;
  readonly controlSecret: string;
  readonly views: readonly NamedView[];
  readonly keys: readonly TsigKey[];
}

export interface NamedView {
  readonly name: string;
  /** Base64; signs transfers and, for all views but the default one, picks the view. */
  readonly secret: string;
  readonly zones: readonly NamedZone[];
}

export interface NamedZone {
  readonly zone: Zone;
  /** Relative to named's folder. */
  readonly file: string;
  /** Tag of the key that signs it; without one it is not signed yet. */
  readonly keyTag?: number | undefined;
}

/** The default view answers who has no other one, so it comes last. */
export function renderNamedConf(settings: NamedSettings): string {
  const views = settings.views.toSorted(
    (a, b) =>
      Number(a.name === defaultView) - Number(b.name === defaultView) || (a.name < b.name ? -1 : 1),
  );
  const { folder, port, controlPort } = settings;
  return [
    '// written by evenkeel from the configuration database; changes here are lost',
    renderKey('evenkeel-control', settings.controlSecret),
    ...views.map((view) => renderKey(viewKey(view.name), view.secret)),
    ...settings.keys.map(({ name, algorithm, secret }) => renderKey(name, secret, algorithm)),
    'controls {',
    `  inet 127.0.0.1 port ${controlPort} allow { 127.0.0.1; } keys { "evenkeel-control"; };`,
    '};',
    ...signingPolicy,
    'options {',
    `  directory "${folder}";`,
    `  pid-file "${folder}/named.pid";`,
    `  session-keyfile "${folder}/session.key";`,
    `  managed-keys-directory "${folder}";`,
    '  lock-file none;',
    `  listen-on port ${port} { 127.0.0.1; };`,
    '  listen-on-v6 { none; };',
    '  allow-query { 127.0.0.0/8; };',
    '  allow-update { none; };',
    '  recursion no;',
    '  notify no;',
    '  ixfr-from-differences yes;',
    '  dnssec-validation no;',
    // Names are judged before the commit; one that BIND finds odd must not keep all zones from being configured.
    '  check-names primary ignore;',
    '  check-names secondary ignore;',
    '  empty-zones-enable no;',
    '  version none;',
    '  hostname none;',
    '  server-id none;',
    '};',
    ...views.flatMap(renderView),
    '',
  ].join('\n');
}

/** One key that signs everything and stays until somebody changes it, so that no parent is surprised. */
const signingPolicy = [
  'dnssec-policy "evenkeel-nsec3" {',
  '  keys { csk lifetime unlimited algorithm ecdsap256sha256; };',
  '  nsec3param iterations 0 optout no salt-length 0;',
  '};',
];

export function viewKey(view: string): string {
  return `evenkeel-view-${view}`;
}

/** Also the whole text of a key file for `rndc -k` and `dig -k`. */
export function renderKey(name: string, secret: string, algorithm = 'hmac-sha256'): string {
  return `key "${name}" { algorithm ${algorithm}; secret "${secret}"; };`;
}

/** Zones whose names are asked of other servers. */
export function isAskedElsewhere({ kind }: Zone): boolean {
  return kind === 'stub' || kind === 'forward';
}

function renderView(view: NamedView): string[] {
  const own = ['query', 'recursion', 'transfer'] as const;
  const addresses = own.map((purpose) => `${viewAddress(view.name, purpose)};`).join(' ');
  const clients = view.name === defaultView ? 'any;' : `key "${viewKey(view.name)}"; ${addresses}`;
  const asks = view.zones.some(({ zone }) => isAskedElsewhere(zone));
  return [
    `view "${view.name}" {`,
    `  match-clients { ${clients} };`,
    `  allow-transfer { key "${viewKey(view.name)}"; };`,
    // The listener asks from that address for names of those zones only; all others are refused.
    ...(asks
      ? ['  recursion yes;', `  allow-recursion { ${viewAddress(view.name, 'recursion')}; };`]
      : []),
    ...view.zones.flatMap((zone) => renderNamedZone(zone, view.name)),
    '};',
  ];
}

function renderNamedZone({ zone, file, keyTag }: NamedZone, view: string): string[] {
  const { links } = zone;
  const key = links.key === undefined ? '' : ` key "${links.key}"`;
  const primaries = links.primaries.map(
    (address) => `${address} port ${links.primaryPort}${key}; `,
  );
  const isShared = zone.kind === 'primary' || zone.kind === 'secondary';
  const lines = [
    `  zone "${zone.domain}" {`,
    `    type ${zone.kind};`,
    ...(zone.kind === 'forward' ? [] : [`    file "${file}";`]),
    ...(primaries.length > 0 ? [`    primaries { ${primaries.join('')}};`] : []),
    ...(zone.kind === 'forward'
      ? [
          `    forward ${links.forward};`,
          `    forwarders port ${links.forwarderPort} { ${members(links.forwarders)}};`,
        ]
      : []),
    ...(isShared ? renderSharing(zone, view) : []),
    ...(zone.kind === 'primary' ? [`    allow-update { key "${viewKey(view)}"; };`] : []),
    ...(keyTag === undefined ? [] : renderSigning(zone, view, keyTag)),
    '  };',
  ];
  return lines;
}

function renderSharing({ kind, links }: Zone, view: string): string[] {
  const keys = [viewKey(view), ...links.transferKeys].map((name) => `key "${name}"`);
  const allowed = members([...keys, viewAddress(view, 'transfer')]);
  const notifyKey = links.notifyKey === undefined ? '' : ` key "${links.notifyKey}"`;
  const told = links.alsoNotify.map((address) => `${address} port ${links.notifyPort}${notifyKey}`);
  return [
    `    allow-transfer { ${allowed}};`,
    ...(told.length > 0 ? ['    notify explicit;', `    also-notify { ${members(told)}};`] : []),
    // From whom it may come is the listener's to check: here it comes from the listener.
    ...(kind === 'secondary' ? [`    allow-notify { ${viewAddress(view, 'query')}; };`] : []),
    ...(kind === 'secondary' ? ['    masterfile-format text;'] : []),
  ];
}

function renderSigning({ links }: Zone, view: string, keyTag: number): string[] {
  if (links.dnssecPolicy === 'none') return [];
  const policy = links.dnssecPolicy === 'nsec3' ? 'evenkeel-nsec3' : 'default';
  return [`    dnssec-policy "${policy}"; // key ${keyTag}`, `    key-directory "dnssec/${view}";`];
}

function members(list: readonly string[]): string {
  return list.map((member) => `${member}; `).join('');
}

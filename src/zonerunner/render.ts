/** Zone text and named's configuration, whole, from plain data. Pure: the same input, the same bytes. */
import { printData } from './rdata.ts';
import { defaultView, type Zone } from './zone.ts';

/** One line for each record, every name absolute, owners in canonical order. */
export function renderZone(zone: Zone): string {
  const { soa } = zone;
  const times = [zone.serial, soa.refresh, soa.retry, soa.expire, soa.negativeTtl].join(' ');
  const records = zone.records.flatMap((set) =>
    set.data.map((data) => `${set.owner} ${set.ttl} IN ${set.type} ${printData(data)}`),
  );
  return [
    `; written by evenkeel from the configuration database; changes here are lost`,
    `$ORIGIN ${zone.domain}`,
    `$TTL ${zone.ttl}`,
    `${zone.domain} ${zone.ttl} IN SOA ${soa.primary} ${soa.mailbox} ${times}`,
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
}

export interface NamedView {
  readonly name: string;
  /** Base64; signs transfers and, for all views but the default one, picks the view. */
  readonly secret: string;
  readonly zones: readonly { readonly domain: string; readonly file: string }[];
}

/** The default view answers who brings no key, so it comes last. */
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
    'controls {',
    `  inet 127.0.0.1 port ${controlPort} allow { 127.0.0.1; } keys { "evenkeel-control"; };`,
    '};',
    'options {',
    `  directory "${folder}";`,
    `  pid-file "${folder}/named.pid";`,
    `  session-keyfile "${folder}/session.key";`,
    `  managed-keys-directory "${folder}";`,
    '  lock-file none;',
    `  listen-on port ${port} { 127.0.0.1; };`,
    '  listen-on-v6 { none; };',
    '  allow-query { localhost; };',
    '  allow-update { none; };',
    '  recursion no;',
    '  notify no;',
    '  dnssec-validation no;',
    '  empty-zones-enable no;',
    '  version none;',
    '  hostname none;',
    '  server-id none;',
    '};',
    ...views.flatMap(renderView),
    '',
  ].join('\n');
}

export function viewKey(view: string): string {
  return `evenkeel-view-${view}`;
}

/** Also the whole text of a key file for `rndc -k` and `dig -k`. */
export function renderKey(name: string, secret: string): string {
  return `key "${name}" { algorithm hmac-sha256; secret "${secret}"; };`;
}

function renderView(view: NamedView): string[] {
  const clients = view.name === defaultView ? 'any;' : `key "${viewKey(view.name)}";`;
  return [
    `view "${view.name}" {`,
    `  match-clients { ${clients} };`,
    `  allow-transfer { key "${viewKey(view.name)}"; };`,
    ...view.zones.map((zone) => `  zone "${zone.domain}" { type primary; file "${zone.file}"; };`),
    '};',
  ];
}

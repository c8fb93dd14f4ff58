/** Objects of other kinds as AS3's classes: those of its table, and those with a form of their own. Pure. */
import type { Component } from '../../../src/catalogue/types.ts';
import type { Json, JsonObject } from '../../../src/config/text/json.ts';
import { isObject } from '../catalogue/shape.ts';
import { as3Table } from './as3-table.ts';
import {
  type As3Context,
  type As3Object,
  Taking,
  isNothing,
  isStockParent,
  itemsAt,
} from './as3-values.ts';

type Converter = (
  component: Component,
  body: JsonObject,
  context: As3Context,
) => As3Object | undefined;

export function tableOf(
  component: Component,
  body: JsonObject,
  context: As3Context,
): As3Object | undefined {
  const entry = as3Table[component.id];
  if (entry === undefined) return undefined;
  const isStock = isStockParent(component.id, body['defaultsFrom']);
  // What another parent gives a new object, nobody has said.
  const own = isStock || 'selfLink' in body ? entry.own : undefined;
  const taking = new Taking(component, body, { class: entry.class, ...entry.fixed }, own);
  if (isStock) taking.get('defaultsFrom');
  taking.words(entry.words, context);
  const left: string[] = [];
  for (const [name, words] of Object.entries(entry.inside ?? {})) {
    const held = taking.get(name);
    const type = component.properties.find((one) => one.name === name)?.type;
    if (held === undefined || !isObject(held) || type?.kind !== 'struct') continue;
    const inner = new Taking(type, held, taking.json);
    inner.words(words, context);
    left.push(...inner.done().left.map((one) => `${name}.${one}`));
  }
  if (component.id === 'ltm profile http') insertedHeader(taking);
  if (component.properties.some((one) => one.name === 'enabled' && one.type.kind === 'flags')) {
    const isDisabled = taking.isDisabled();
    if (isDisabled && entry.class.startsWith('GSLB_')) taking.json['enabled'] = false;
    else if (isDisabled) taking.leave('disabled');
  }
  const made = taking.done();
  return { json: made.json, left: [...made.left, ...left] };
}

/** "X-Name: value". */
function insertedHeader(taking: Taking): void {
  const header = taking.told('headerInsert');
  if (header === undefined) return;
  const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(String(header)) ?? [];
  if (name === undefined || value === undefined) taking.leave('headerInsert');
  else taking.json['insertHeader'] = { name, value };
}

const dataGroup: Converter = (component, body) => {
  const type = String(body['type'] ?? '');
  const taking = new Taking(component, body, { class: 'Data_Group', keyDataType: type });
  taking.remark();
  taking.get('type');
  taking.get('records');
  taking.json['records'] = itemsAt(body, 'records').map(({ name, data }) => ({
    key: type === 'integer' ? Number(name) : String(name),
    value: isNothing(data) ? '' : String(data),
  }));
  return taking.done();
};

const rule: Converter = (component, body) => {
  const text = body['apiAnonymous'];
  if (typeof text !== 'string') return undefined;
  const kind = component.id === 'gtm rule' ? 'GSLB_iRule' : 'iRule';
  const taking = new Taking(component, body, { class: kind, iRule: text });
  taking.get('apiAnonymous');
  // It would put values of its own between backquotes.
  if (text.includes('`')) taking.json['expand'] = false;
  return taking.done();
};

const snatPool: Converter = (component, body) => {
  const taking = new Taking(component, body, { class: 'SNAT_Pool' });
  taking.remark();
  taking.json['snatAddresses'] = taking
    .texts('members')
    .map((name) => name.slice(name.lastIndexOf('/') + 1));
  return taking.done();
};

const onOff: Readonly<Record<string, string>> = { enabled: 'enable', disabled: 'disable' };

const address: Converter = (component, body, context) => {
  const taking = new Taking(component, body, { class: 'Service_Address' });
  taking.json['virtualAddress'] = String(taking.get('address') ?? '').replace(/^\/.*\//, '');
  taking.words('arp:arpEnabled? spanning:spanningEnabled? traffic-group', context);
  for (const [name, theirs] of [
    ['icmpEcho', 'icmpEcho'],
    ['routeAdvertisement', 'routeAdvertisement'],
  ] as const) {
    const value = taking.told(name);
    if (value !== undefined) taking.json[theirs] = onOff[String(value)] ?? value;
  }
  const mask = String(taking.get('mask') ?? 'any');
  if (!/^(any6?|255\.255\.255\.255|ffff(:ffff){7})$/.test(mask)) taking.leave('mask');
  for (const name of ['floating', 'unit', 'inheritedTrafficGroup', 'enabled']) taking.get(name);
  if (body['enabled'] === 'no') taking.leave('enabled');
  return taking.done();
};

/** AS3 gives the file the ending. */
const certificate: Converter = (component, body) => {
  const pem = body['content'];
  const source = body['sourcePath'];
  const text: Json | undefined =
    typeof pem === 'string' && pem.startsWith('-----BEGIN')
      ? pem
      : typeof source === 'string' && /^https?:/.test(source)
        ? { url: source }
        : undefined;
  if (text === undefined) return undefined;
  const taking = new Taking(component, body, { class: 'Certificate', certificate: text });
  taking.get('content');
  taking.get('sourcePath');
  return taking.done();
};

const cipherRule: Converter = (component, body) => {
  const suites = String(body['cipher'] ?? 'DEFAULT').split(':');
  const taking = new Taking(component, body, { class: 'Cipher_Rule', cipherSuites: suites });
  taking.get('cipher');
  taking.remark();
  return taking.done();
};

const tlsWords = `description:remark cache-timeout# ciphers cipher-group:cipherGroup@ crl-file:crlFile@
  alert-timeout# allow-expired-crl:allowExpiredCRL? authenticate:authenticationFrequency
  proxy-ssl:proxySslEnabled? proxy-ssl-passthrough:proxySslPassthroughEnabled? renegotiation:renegotiationEnabled?
  retain-certificate:retainCertificateEnabled? secure-renegotiation sni-default:sniDefault? sni-require:requireSNI?
  ssl-forward-proxy:forwardProxyEnabled? ssl-forward-proxy-bypass:forwardProxyBypassEnabled?
  unclean-shutdown:uncleanShutdownEnabled?`;

/** A certificate that is there, as an item: classes of TLS name only such. */
function heldCertificate(cert: unknown, key: unknown, chain: unknown): JsonObject {
  return {
    class: 'Certificate',
    certificate: { bigip: String(cert) },
    ...(!isNothing(key) && { privateKey: { bigip: String(key) } }),
    ...(!isNothing(chain) && { chainCA: { bigip: String(chain) } }),
  };
}

const versions: readonly (readonly [string, string, boolean])[] = [
  ['no-tlsv1', 'tls1_0Enabled', true],
  ['no-tlsv1.1', 'tls1_1Enabled', true],
  ['no-tlsv1.2', 'tls1_2Enabled', true],
  ['no-tlsv1.3', 'tls1_3Enabled', false],
];

/** "{ dont-insert-empty-fragments no-tlsv1.3 }", or the same as a list. */
function putVersions(taking: Taking): void {
  const options = taking.get('tmOptions');
  if (options === undefined) return;
  const words = Array.isArray(options)
    ? options.map(String)
    : String(options)
        .split(/[\s{}]+/)
        .filter(Boolean);
  for (const [option, theirs, isUsual] of versions) {
    const isOn = !words.includes(option);
    if (isOn !== isUsual) taking.json[theirs] = isOn;
  }
  const known = new Set(['dont-insert-empty-fragments', ...versions.map(([option]) => option)]);
  if (!words.every((word) => known.has(word))) taking.leave('tmOptions');
}

const tlsServer: Converter = (component, body, context) => {
  const taking = new Taking(component, body, { class: 'TLS_Server' }, { sniDefault: 'true' });
  if (isStockParent('clientssl', body['defaultsFrom'])) taking.get('defaultsFrom');
  taking.words(
    `${tlsWords} server-name:matchToSNI peer-cert-mode:authenticationMode ca-file:authenticationTrustCA@
    client-cert-ca:authenticationInviteCA@ allow-non-ssl:nonSslConnectionsEnabled?
    ocsp-stapling:staplerOCSPEnabled? allow-dynamic-record-sizing?`,
    context,
  );
  putVersions(taking);
  for (const name of ['certKeyChain', 'cert', 'key', 'chain']) taking.get(name);
  const chain = itemsAt(body, 'certKeyChain').filter(({ cert }) => !isNothing(cert));
  const given =
    chain.length > 0 ? chain : [{ cert: '/Common/default.crt', key: '/Common/default.key' }];
  const beside = Object.fromEntries(
    given.map((one: JsonObject, index) => [
      `_cert${index}`,
      heldCertificate(one['cert'], one['key'], one['chain']),
    ]),
  );
  taking.json['certificates'] = Object.keys(beside).map((end) => ({
    certificate: `${context.item}${end}`,
  }));
  return { ...taking.done(), beside };
};

const tlsClient: Converter = (component, body, context) => {
  const taking = new Taking(component, body, { class: 'TLS_Client' });
  if (isStockParent('serverssl', body['defaultsFrom'])) taking.get('defaultsFrom');
  taking.words(
    `${tlsWords} server-name:sendSNI authenticate-name:serverName ca-file:trustCA@
    session-ticket:sessionTickets? peer-cert-mode:validateCertificate?`,
    context,
  );
  putVersions(taking);
  for (const name of ['cert', 'key', 'chain']) taking.get(name);
  const { cert } = body;
  if (isNothing(cert)) return taking.done();
  taking.json['clientCertificate'] = `${context.item}_cert`;
  return { ...taking.done(), beside: { _cert: heldCertificate(cert, body['key'], body['chain']) } };
};

export const otherConverters: Readonly<Record<string, Converter>> = {
  'ltm data-group internal': dataGroup,
  'ltm rule': rule,
  'gtm rule': rule,
  'ltm snatpool': snatPool,
  'ltm virtual-address': address,
  'sys file ssl-cert': certificate,
  'ltm cipher rule': cipherRule,
  'ltm profile client-ssl': tlsServer,
  'ltm profile server-ssl': tlsClient,
};

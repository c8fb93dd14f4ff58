/** A BIND's configuration and zone files → operations, and a report of what became of each. Pure. */
import { parseAddress, parsePrefix, printPrefix } from '../base/address.ts';
import type { HybridTime } from '../base/hybrid-clock.ts';
import { type Sliced, finishAtOnce } from '../base/slices.ts';
import type { Properties } from '../catalogue/types.ts';
import type { ConfigView, Operation } from '../config/types.ts';
import { isKeyName, isViewName, surroundingsOf } from './check.ts';
import {
  type ConfZone,
  type NamedConf,
  parseNamedConf,
  readNamedConf,
  type Statement,
} from './file/named-conf.ts';
import { isError, parsingZoneFile } from './file/parse.ts';
import { makingProperties, zoneDomain, zoneObjectName } from './import.ts';
import { type Problem, severityOf, textOfProblem } from './rules.ts';
import { isTsigSecret, keyComponent } from './tsig-keys.ts';
import { validatingZone } from './validate.ts';
import { defaultView, readingZone, viewComponent, type ZoneKind, zoneComponent } from './zone.ts';

export interface ConfigImport {
  readonly operations: readonly Operation[];
  readonly report: readonly string[];
}

export type FileLookup = (path: string) => string | undefined;

const kinds: Readonly<Record<string, ZoneKind>> = {
  primary: 'primary',
  master: 'primary',
  secondary: 'secondary',
  slave: 'secondary',
  stub: 'stub',
  forward: 'forward',
  hint: 'hint',
};
const shownProblems = 20;

/** A problem is what keeps the whole from being read. */
type ImportResult = ConfigImport | { readonly problem: string };

export function importConfig(
  conf: string,
  fileOf: FileLookup,
  view: ConfigView,
  time: HybridTime,
): ImportResult {
  return finishAtOnce(importingConfig(conf, fileOf, view, time));
}

/** The same, which lets go between lines and records of the zones. */
export function* importingConfig(
  conf: string,
  fileOf: FileLookup,
  view: ConfigView,
  time: HybridTime,
): Sliced<ImportResult> {
  const report: string[] = [];
  const statements = withIncludes(conf, fileOf, report, { depth: 0, left: maximumIncludes });
  if ('problem' in statements) return { problem: `line ${statements.line}: ${statements.problem}` };
  const named = readNamedConf(statements.statements);
  const operations: Operation[] = [];
  const keys = takeKeys(named, view, operations, report);
  const views = takeViews(named, view, operations, report);
  const taken = new Set<string>();
  for (const zone of named.zones) {
    yield* takeZone(zone, { named, fileOf, view, time, keys, views, taken, operations, report });
  }
  report.push(...named.ignored.map((what) => `ignored  ${what}`));
  return { operations, report };
}

const maximumDepth = 8;
const maximumIncludes = 1000;

/** `left` is shared by all: files that include each other many times come to an end. */
interface Inclusion {
  readonly depth: number;
  left: number;
}

function withIncludes(
  conf: string,
  fileOf: FileLookup,
  report: string[],
  inclusion: Inclusion,
): ReturnType<typeof parseNamedConf> {
  const parsed = parseNamedConf(conf);
  if ('problem' in parsed) return parsed;
  const statements: Statement[] = [];
  for (const statement of parsed.statements) {
    const [word, path = ''] = statement.words;
    if (word !== 'include') {
      statements.push(statement);
      continue;
    }
    inclusion.left -= 1;
    if (inclusion.left === 0) report.push('refused  include: there are too many');
    if (inclusion.left <= 0) break;
    const isTooDeep = inclusion.depth >= maximumDepth;
    const text = isTooDeep ? undefined : fileOf(path);
    if (text === undefined) {
      const why = isTooDeep ? 'it is included too deep' : 'it is not in the archive';
      report.push(`refused  include ${path}: ${why}`);
    } else {
      const depth = inclusion.depth + 1;
      const below = { depth, left: inclusion.left };
      const inner = withIncludes(text, fileOf, report, below);
      inclusion.left = below.left;
      if ('problem' in inner) return { ...inner, problem: `${path}: ${inner.problem}` };
      statements.push(...inner.statements);
    }
  }
  return { statements };
}

const algorithms = new Set(['hmac-sha256', 'hmac-sha384', 'hmac-sha512', 'hmac-sha1', 'hmac-md5']);

function takeKeys(
  { keys, zones }: NamedConf,
  view: ConfigView,
  operations: Operation[],
  report: string[],
): ReadonlySet<string> {
  // Keys of rndc and of updates have nobody to be shared with here.
  const used = new Set(
    zones.flatMap(({ lists }) => Object.values(lists).flat().flatMap(keyNameIn)),
  );
  const taken = new Set<string>();
  for (const { name, algorithm, secret } of keys) {
    if (!used.has(name)) continue;
    if (!algorithms.has(algorithm) || !isTsigSecret(secret) || !isKeyName(name)) {
      report.push(`refused  key ${name}: its name, algorithm or secret cannot be used`);
      continue;
    }
    taken.add(name);
    operations.push(upsert(view, keyComponent, name, { algorithm, secret }));
    report.push(`taken    key ${name}`);
  }
  return taken;
}

function takeViews(
  named: NamedConf,
  view: ConfigView,
  operations: Operation[],
  report: string[],
): ReadonlySet<string> {
  const taken = new Set([defaultView]);
  for (const [index, { name, matchClients }] of named.views.entries()) {
    if (!isViewName(name)) {
      report.push(`refused  view ${name}: its name may have letters, digits, "-" and "_" only`);
      continue;
    }
    taken.add(name);
    const clients = matchClients.flatMap((member) => {
      const prefix = parsePrefix(member);
      return prefix === undefined ? [] : [printPrefix(prefix)];
    });
    const left = matchClients.filter(
      (member) => parsePrefix(member) === undefined && member !== 'any',
    );
    if (name !== defaultView) {
      const properties = { 'match-clients': clients, 'view-order': index + 1 };
      operations.push(upsert(view, viewComponent, name, properties));
    }
    report.push(`taken    view ${name}`);
    if (left.length > 0)
      report.push(`warned   view ${name}: match-clients ${left.join(', ')} left out`);
  }
  return taken;
}

interface Taking {
  readonly named: NamedConf;
  readonly fileOf: FileLookup;
  readonly view: ConfigView;
  readonly time: HybridTime;
  readonly keys: ReadonlySet<string>;
  readonly views: ReadonlySet<string>;
  readonly taken: Set<string>;
  readonly operations: Operation[];
  readonly report: string[];
}

/** Zones that every BIND has for itself. */
const usual =
  /^(?:localhost|localhost\.localdomain|(?:0|127|255)\.in-addr\.arpa|(?:0\.){31}[01]\.ip6\.arpa|1\.(?:0\.){31}ip6\.arpa|1\.0\.0\.127\.in-addr\.arpa)$/;

function* takeZone(zone: ConfZone, taking: Taking): Sliced<void> {
  const { operations, report, taken, view } = taking;
  const viewName = zone.view ?? defaultView;
  const label = `zone ${zone.name} of view ${viewName}`;
  const refuse = (why: string): void => void report.push(`refused  ${label}: ${why}`);
  const domain = zoneDomain(zone.name);
  const kind = kinds[zone.type];
  if (!taking.views.has(viewName)) return refuse('its view is refused');
  if (kind === undefined) return refuse(`its type "${zone.type}" has no place here`);
  if ('problem' in domain) return refuse(domain.problem);
  if (usual.test(zone.name.replace(/\.$/, '')))
    return refuse('every name server has it for itself');
  const name = zoneObjectName(domain.name, viewName, defaultView);
  if (taken.has(name)) return refuse('it is there twice');
  const links = linkProperties(zone, taking.keys);
  const content =
    kind === 'primary' || kind === 'hint' ? yield* zoneContent(zone, domain.name, taking) : {};
  if ('refusal' in content) return content.refusal.forEach(refuse);
  const properties: Properties = {
    view: viewName,
    type: kind,
    ...links.properties,
    ...content.properties,
  };
  const problems = yield* judging(name, properties, view);
  const errors = problems.filter((problem) => severityOf(problem) === 'error');
  if (errors.length > 0)
    return errors.slice(0, shownProblems).forEach((one) => refuse(printed(one)));
  taken.add(name);
  operations.push(upsert(view, zoneComponent, name, properties));
  const { records } = properties;
  const count = Array.isArray(records) ? `: ${records.length} record sets` : '';
  report.push(`taken    ${label} (${kind})${count}`);
  const warnings = [...links.left, ...(content.warnings ?? []), ...problems.map(printed)];
  for (const text of warnings.slice(0, shownProblems)) report.push(`warned   ${label}: ${text}`);
  const more = warnings.length - shownProblems;
  if (more > 0) report.push(`warned   ${label}: … and ${more} more`);
}

interface TakenContent {
  readonly properties?: Properties;
  readonly warnings?: readonly string[];
}

function* zoneContent(
  zone: ConfZone,
  domain: string,
  { fileOf, named, time }: Taking,
): Sliced<TakenContent | { readonly refusal: readonly string[] }> {
  const path = zone.file ?? '';
  const text = fileOf(path) ?? fileOf(`${named.directory}/${path}`);
  if (text === undefined) return { refusal: [`its file "${path}" is not in the archive`] };
  const parsed = yield* parsingZoneFile(text, domain);
  const print = ({ line, message, rule }: (typeof parsed.problems)[number]): string =>
    line === 0 ? `${message} (${rule})` : `line ${line}: ${message} (${rule})`;
  const errors = parsed.problems.filter(isError);
  if (errors.length > 0) return { refusal: errors.slice(0, shownProblems).map(print) };
  if (parsed.soa === undefined && zone.type !== 'hint') return { refusal: ['it has no SOA'] };
  return {
    properties: yield* makingProperties(parsed, time),
    warnings: parsed.problems.map(print),
  };
}

interface Links {
  readonly properties: Properties;
  readonly left: readonly string[];
}

function linkProperties(zone: ConfZone, keys: ReadonlySet<string>): Links {
  const { lists, forward, dnssecPolicy } = zone;
  const left: string[] = [];
  const addresses = (name: string): readonly string[] =>
    (lists[name] ?? []).flatMap((member) => {
      const address = parseAddress(member.split(' ')[0] ?? '');
      if (address === undefined) left.push(`${name} ${member} is left out`);
      return address === undefined ? [] : [address.text];
    });
  const transfer = lists['allow-transfer'] ?? [];
  const clients = transfer.flatMap((member) => {
    const prefix = parsePrefix(member);
    return prefix === undefined ? [] : [printPrefix(prefix)];
  });
  const keysIn = (name: string): readonly string[] =>
    (lists[name] ?? []).flatMap(keyNameIn).filter((key) => keys.has(key));
  for (const name of ['allow-transfer', 'allow-update']) {
    for (const member of lists[name] ?? []) {
      const isPrefix = name === 'allow-transfer' && parsePrefix(member) !== undefined;
      const isTaken = isPrefix || keyNameIn(member).some((key) => keys.has(key));
      if (!isTaken && member !== 'none') left.push(`${name} ${member} is left out`);
    }
  }
  const port = (name: string, ...from: readonly string[]): Properties => {
    const found = portOf(zone, from, left);
    return found === undefined ? {} : { [name]: found };
  };
  const key = (name: string, ...from: readonly string[]): Properties => {
    const found = from.flatMap(keysIn)[0];
    return found === undefined ? {} : { [name]: found };
  };
  const isSigned = dnssecPolicy !== undefined && dnssecPolicy !== 'none';
  if (isSigned) left.push(`dnssec-policy ${dnssecPolicy} becomes "default", with a key of its own`);
  const properties = {
    ...list('primaries', [...addresses('primaries'), ...addresses('masters')]),
    ...port('primary-port', 'primaries', 'masters'),
    ...key('tsig-key', 'primaries', 'masters'),
    ...list('forwarders', addresses('forwarders')),
    ...port('forwarder-port', 'forwarders'),
    ...((forward === 'first' || forward === 'only') && { forward }),
    ...list('transfer-clients', clients),
    ...list('transfer-keys', keysIn('allow-transfer')),
    ...list('update-keys', keysIn('allow-update')),
    ...list('also-notify', addresses('also-notify')),
    ...port('notify-port', 'also-notify'),
    ...key('notify-key', 'also-notify'),
    ...list('allow-notify', addresses('allow-notify')),
    ...(isSigned && { 'dnssec-policy': 'default' }),
  };
  return { properties, left };
}

/** One for all servers of a list: others are warned of. */
function portOf(
  { lists, ports }: ConfZone,
  names: readonly string[],
  left: string[],
): number | undefined {
  const found = names.flatMap((name) =>
    (lists[name] ?? []).map((member) => {
      const own = /(?:^|\s)port\s+(\d+)/.exec(member)?.[1];
      return own === undefined ? (ports[name] ?? 53) : Number(own);
    }),
  );
  const [port] = found;
  const others = found.filter((other) => other !== port);
  if (others.length > 0) left.push(`port ${others.join(', ')} of ${names[0]} becomes ${port}`);
  const isPort = port !== undefined && Number.isInteger(port) && port > 0 && port < 65_536;
  return isPort && port !== 53 ? port : undefined;
}

function keyNameIn(member: string): readonly string[] {
  const name = /(?:^|\s)key\s+(\S+)/.exec(member)?.[1];
  return name === undefined ? [] : [name.toLowerCase()];
}

function list(name: string, members: readonly string[]): Properties {
  return members.length === 0 ? {} : { [name]: [...new Set(members)] };
}

/** As it would be judged at the commit, warnings included. */
export function judge(name: string, properties: Properties, view: ConfigView): readonly Problem[] {
  return finishAtOnce(judging(name, properties, view));
}

function* judging(
  name: string,
  properties: Properties,
  view: ConfigView,
): Sliced<readonly Problem[]> {
  const version = { wall: 0, counter: 0 };
  const stored = { component: zoneComponent, name, properties, generation: 0, version };
  const object = { component: zoneComponent, name, properties, stored };
  const { zone, problems } = yield* readingZone(object);
  if (problems.some((problem) => severityOf(problem) === 'error')) return problems;
  const around = surroundingsOf(view, zone);
  return [...problems, ...(yield* validatingZone(zone, around, { warnings: true }))];
}

function printed(problem: Problem): string {
  return `${problem.item === undefined ? '' : `${problem.item}: `}${textOfProblem(problem)}`;
}

function upsert(
  view: ConfigView,
  component: string,
  name: string,
  properties: Properties,
): Operation {
  const kind = view.stored(component, name) === undefined ? 'create' : 'modify';
  return { kind, component, name, properties };
}

/** A zone file → records and an SOA, with everything that is wrong or odd in it, by line. Pure. */
import { type Sliced, finishAtOnce, flatMapSliced } from '../../base/slices.ts';
import { isWithin, parseName } from '../name.ts';
import { parseTokens, type RecordData } from '../rdata.ts';
import { type Token, tokenise } from '../records/tokens.ts';
import { recordTypeName, typeEntry } from '../records/types.ts';
import { type RuleName, rules } from '../rules.ts';
import { generateLines } from './generate.ts';
import { cuttingLines, type FileLine } from './lines.ts';

export interface FileRecord {
  readonly owner: string;
  readonly type: string;
  readonly ttl: number;
  readonly data: RecordData;
}

export interface FileSoa {
  readonly primary: string;
  /** As a name, escapes kept. */
  readonly mailbox: string;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly negativeTtl: number;
}

export interface FileProblem {
  readonly line: number;
  readonly rule: RuleName;
  readonly message: string;
}

export interface ZoneFileContent {
  readonly soa: FileSoa | undefined;
  /** $TTL, or what stands in for it. */
  readonly ttl: number;
  readonly records: readonly FileRecord[];
  readonly problems: readonly FileProblem[];
}

const maximumRecords = 1_000_000;
const maximumProblems = 1000;
const presetTtl = 3600;
/** What a signed zone has beside its own records: made anew when it is signed here. */
const signatureTypes = new Set(['RRSIG', 'NSEC', 'NSEC3', 'NSEC3PARAM', 'DNSKEY', 'TYPE65534']);

interface State {
  readonly zone: string;
  origin: string;
  owner: string | undefined;
  ttl: number | undefined;
  lastTtl: number | undefined;
  soa: FileSoa | undefined;
  readonly records: FileRecord[];
  readonly problems: FileProblem[];
  signatures: number;
}

/** `zone` is absolute and lower case. */
export function parseZoneFile(text: string, zone: string): ZoneFileContent {
  return finishAtOnce(parsingZoneFile(text, zone));
}

/** The same, which lets go between lines. */
export function* parsingZoneFile(text: string, zone: string): Sliced<ZoneFileContent> {
  const state: State = {
    zone,
    origin: zone,
    owner: undefined,
    ttl: undefined,
    lastTtl: undefined,
    soa: undefined,
    records: [],
    problems: [],
    signatures: 0,
  };
  const cut = yield* cuttingLines(text);
  if ('problem' in cut) tell(state, cut.line, 'file-syntax', cut.problem);
  else {
    for (const line of cut.lines) {
      readLine(state, line);
      yield;
      if (state.problems.length > maximumProblems) break;
    }
  }
  if (state.signatures > 0) {
    tell(state, 0, 'dropped-signature', `${state.signatures} records of a signature are left out`);
  }
  if (state.ttl === undefined && state.records.length > 0) {
    tell(state, 0, 'no-ttl', 'it has no $TTL');
  }
  const ttl = state.ttl ?? state.soa?.negativeTtl ?? presetTtl;
  return { soa: state.soa, ttl, records: yield* evenTtls(state), problems: state.problems };
}

/** Records of one set have one TTL: named would take that of the first without a word. */
function* evenTtls(state: State): Sliced<readonly FileRecord[]> {
  const lowest = new Map<string, number>();
  for (const { owner, type, ttl } of state.records) {
    const key = `${owner} ${type}`;
    lowest.set(key, Math.min(ttl, lowest.get(key) ?? ttl));
    yield;
  }
  const told = new Set<string>();
  return yield* flatMapSliced(state.records, (record) => {
    const key = `${record.owner} ${record.type}`;
    const ttl = lowest.get(key) ?? record.ttl;
    if (ttl === record.ttl) return [record];
    if (!told.has(key)) tell(state, 0, 'ttl-mixed', `${key} has records with several TTLs`);
    told.add(key);
    return [{ ...record, ttl }];
  });
}

function tell(state: State, line: number, rule: RuleName, message: string): void {
  state.problems.push({ line, rule, message });
}

function readLine(state: State, line: FileLine): void {
  const [first = ''] = line.words;
  if (!line.isIndented && first.startsWith('$')) return readDirective(state, line);
  readRecord(state, line);
}

function readDirective(state: State, line: FileLine): void {
  const [name = '', value = ''] = line.words;
  switch (name.toUpperCase()) {
    case '$ORIGIN': {
      const origin = parseName(absolute(value, state.origin));
      if ('name' in origin) state.origin = origin.name;
      else tell(state, line.number, 'file-syntax', `$ORIGIN: ${origin.problem}`);
      return;
    }
    case '$TTL': {
      const ttl = durationOf(value);
      if (ttl === undefined) tell(state, line.number, 'file-syntax', `$TTL: "${value}" is no time`);
      else state.ttl = ttl;
      return;
    }
    case '$GENERATE': {
      const generated = generateLines(line.words.slice(1));
      if ('problem' in generated) {
        tell(state, line.number, 'file-syntax', `$GENERATE: ${generated.problem}`);
        return;
      }
      for (const words of generated.lines) {
        readRecord(state, { number: line.number, isIndented: false, words });
      }
      return;
    }
    default:
      tell(state, line.number, 'file-directive', `${name.slice(0, 40)} is not followed`);
  }
}

function readRecord(state: State, line: FileLine): void {
  const fault = (rule: RuleName, message: string): void => tell(state, line.number, rule, message);
  const words = [...line.words];
  if (!line.isIndented) {
    const written = words.shift() ?? '';
    const owner = parseName(absolute(written, state.origin), true);
    if ('problem' in owner) {
      state.owner = undefined;
      return fault('owner-name', owner.problem);
    }
    state.owner = owner.name;
    warnOfDot(state, line.number, written);
  }
  const { owner } = state;
  if (owner === undefined) return fault('owner-name', 'it has no owner, and no line before it has');
  const ttl = takeTtlAndClass(words);
  if (ttl === 'other-class') return fault('file-syntax', 'only records of class IN are served');
  const type = words.shift()?.toUpperCase();
  if (type === undefined) return fault('record-type', 'it has no type');
  if (ttl !== undefined && ttl >= 2 ** 31)
    return fault('record-data', `its TTL ${ttl} is too large`);
  const seconds = ttl ?? state.ttl ?? state.lastTtl ?? state.soa?.negativeTtl ?? presetTtl;
  state.lastTtl = seconds;
  if (!isWithin(owner, state.zone))
    return fault('out-of-zone', `${owner} is outside of ${state.zone}`);
  if (type === 'SOA') return readSoa(state, line, owner, words);
  if (signatureTypes.has(type)) {
    state.signatures += 1;
    return;
  }
  const name = recordTypeName(type);
  if (name === undefined)
    return fault('record-type', `"${type.slice(0, 40)}" is no type of records`);
  const tokens = dataTokens(state, line.number, name, words);
  const parsed = tokens === undefined ? undefined : parseTokens(name, tokens);
  if (parsed === undefined) return fault('record-data', 'an escape in its data is none');
  if ('problem' in parsed) return fault('record-data', parsed.problem);
  if (state.records.length >= maximumRecords) {
    const isTold = state.problems.some(({ rule }) => rule === 'file-size');
    return isTold ? undefined : fault('file-size', `it has more than ${maximumRecords} records`);
  }
  state.records.push({ owner, type: name, ttl: seconds, data: parsed.data });
}

/** TTL and class stand before the type, in any order, both or none. */
function takeTtlAndClass(words: string[]): number | undefined | 'other-class' {
  let ttl: number | undefined;
  for (let left = 2; left > 0; left -= 1) {
    const [word = ''] = words;
    if (/^(?:CH|HS|CS)$/i.test(word)) return 'other-class';
    const duration = ttl === undefined ? durationOf(word) : undefined;
    if (duration !== undefined) ttl = duration;
    else if (word.toUpperCase() !== 'IN') return ttl;
    words.shift();
  }
  return ttl;
}

function dataTokens(
  state: State,
  line: number,
  type: string,
  words: readonly string[],
): readonly Token[] | undefined {
  const { fields } = typeEntry(type);
  const tokens = tokenise(words.join(' '));
  return tokens?.map((token, at) => {
    if (fields[at]?.isDomainName !== true || token.isQuoted || tokens[0]?.text === '\\#') {
      return token;
    }
    warnOfDot(state, line, token.text);
    return { ...token, text: absolute(token.text, state.origin) };
  });
}

/** `www.example.com` in example.com: without its dot it means www.example.com.example.com. */
function warnOfDot(state: State, line: number, written: string): void {
  const bare = state.zone.slice(0, -1);
  const text = written.toLowerCase();
  if (bare === '' || !(text === bare || text.endsWith(`.${bare}`))) return;
  tell(state, line, 'missing-dot', `"${written}" means ${absolute(text, state.origin)}`);
}

function readSoa(state: State, line: FileLine, owner: string, words: readonly string[]): void {
  const fault = (message: string, rule: RuleName = 'soa-record'): void =>
    tell(state, line.number, rule, message);
  if (owner !== state.zone) return fault(`${owner} is not the top of the zone`);
  if (state.soa !== undefined) return fault('it is the second SOA');
  if (state.records.length > 0) fault('there are records before it', 'soa-late');
  const [primary = '', mailbox = '', serial = '', ...times] = words;
  const parsed = parseName(absolute(primary, state.origin));
  if ('problem' in parsed) return fault(parsed.problem, 'soa-field');
  const numbers = times.map(durationOf);
  const isSerial = /^\d{1,10}$/.test(serial) && Number(serial) < 2 ** 32;
  if (!isSerial || numbers.length !== 4 || numbers.includes(undefined)) {
    return fault('it is not PRIMARY MAILBOX SERIAL REFRESH RETRY EXPIRE MINIMUM', 'soa-field');
  }
  if (mailbox.includes('@')) fault(`"${mailbox}" is taken for a mail address`, 'soa-mail');
  const [refresh = 0, retry = 0, expire = 0, negativeTtl = 0] = numbers;
  const address = absolute(mailbox.replace('@', '.'), state.origin).toLowerCase();
  const rest = { serial: Number(serial), refresh, retry, expire, negativeTtl };
  state.soa = { primary: parsed.name, mailbox: address, ...rest };
}

function absolute(name: string, origin: string): string {
  if (name === '@') return origin;
  if (name.endsWith('.') && !name.endsWith('\\.')) return name;
  return origin === '.' ? `${name}.` : `${name}.${origin}`;
}

const unitSeconds: Readonly<Record<string, number>> = {
  '': 1,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};

/** `3600`, `1h30m`; undefined: it is no time. */
export function durationOf(text: string): number | undefined {
  if (!/^(?:\d{1,10}[smhdw]?)+$/i.test(text) || text.length > 40) return undefined;
  let total = 0;
  for (const [, count = '', unit = ''] of text.matchAll(/(\d{1,10})([smhdw]?)/gi)) {
    total += Number(count) * (unitSeconds[unit.toLowerCase()] ?? 1);
  }
  return total;
}

export function isError({ rule }: FileProblem): boolean {
  return rules[rule].severity === 'error';
}

/**
 * Values of actions that begin with `tcl:`: literal text with commands in brackets, of which those that only read
 * something are taken. Pure. Source: BIG-IP K05213421 (Tcl expressions in policies), iRules reference.
 */
import type { Capture, Phase } from './types.ts';

/** Text in HAProxy's log format, not quoted yet. */
export interface Template {
  readonly format: string;
  readonly captures: readonly Capture[];
}

export type Read<T> = { readonly ok: true; readonly value: T } | Refused;
export interface Refused {
  readonly ok: false;
  readonly reason: string;
}

interface Sample {
  readonly text: string;
  readonly phase: Phase;
}

const request = (text: string): Sample => ({ text, phase: 'request' });
const connection = (text: string): Sample => ({ text, phase: 'connection' });
const response = (text: string): Sample => ({ text, phase: 'response' });

const plain: Readonly<Record<string, Sample>> = {
  'HTTP::host': request('req.hdr(host)'),
  'HTTP::uri': request('pathq'),
  'HTTP::path': request('path'),
  'HTTP::query': request('query'),
  'HTTP::method': request('method'),
  'HTTP::version': request('req.ver'),
  'HTTP::username': request('http_auth_user'),
  'HTTP::status': response('status'),
  'IP::client_addr': connection('src'),
  'IP::remote_addr': connection('src'),
  'IP::local_addr': connection('dst'),
  'TCP::client_port': connection('src_port'),
  'TCP::remote_port': connection('src_port'),
  'TCP::local_port': connection('dst_port'),
  'SSL::sni name': connection('ssl_fc_sni'),
  'SSL::cipher name': connection('ssl_fc_cipher'),
  'SSL::cipher version': connection('ssl_fc_protocol'),
  'SSL::cipher bits': connection('ssl_fc_use_keysize'),
  'clock seconds': connection('date'),
};

/** Bounds the depth of commands in commands. */
const deepest = 8;
const isName = (text: string | undefined): text is string =>
  text !== undefined && /^[\w.-]+$/.test(text);

/** `phase`: when the text is needed. */
export function readText(text: string, phase: Phase): Read<Template> {
  if (!text.startsWith('tcl:')) {
    return { ok: true, value: { format: text.replaceAll('%', '%%'), captures: [] } };
  }
  return readTcl(text.slice('tcl:'.length), phase);
}

function readTcl(source: string, phase: Phase): Read<Template> {
  const captures: Capture[] = [];
  let format = '';
  for (let at = 0; at < source.length;) {
    const char = source[at] ?? '';
    if (char === '$') return refuse(`variables are not known: "${source.slice(at)}"`);
    if (char === '\\') {
      format += (source[at + 1] ?? '').replaceAll('%', '%%');
      at += 2;
    } else if (char === '[') {
      const end = closing(source, at);
      if (end === undefined) return refuse(`"${source}" lacks a closing bracket`);
      const sample = sampleOf(source.slice(at + 1, end), phase, 0);
      if (!sample.ok) return sample;
      const used = usedIn(sample.value, phase, source);
      if (!used.ok) return used;
      captures.push(...used.value.captures);
      format += `%[${used.value.sample}]`;
      at = end + 1;
    } else {
      format += char === '%' ? '%%' : char;
      at += 1;
    }
  }
  return { ok: true, value: { format, captures } };
}

/** Of the request, when the answer is there: what was kept of it. */
function usedIn(
  sample: Sample,
  phase: Phase,
  source: string,
): Read<{ readonly sample: string; readonly captures: readonly Capture[] }> {
  if (sample.phase === 'response' && phase !== 'response')
    return refuse(`"${source}" asks for the answer before there is one`);
  if (sample.phase !== 'request' || phase !== 'response')
    return { ok: true, value: { sample: sample.text, captures: [] } };
  const variable = variableOf(sample.text);
  const captures = [{ variable, sample: sample.text }];
  return { ok: true, value: { sample: `var(${variable})`, captures } };
}

/** The same sample is kept once. */
function variableOf(sample: string): string {
  return `txn.kept_${sample.replaceAll(/\W+/g, '_')}`;
}

function sampleOf(command: string, phase: Phase, depth: number): Read<Sample> {
  if (depth > deepest) return refuse('commands are nested too deep');
  const words = wordsOf(command.trim());
  if (words === undefined) return refuse(`"${command}" cannot be read`);
  const known = plain[words.join(' ')];
  if (known !== undefined) return { ok: true, value: known };
  const [first = '', second, third, fourth] = words;
  if (first === 'HTTP::header' || first === 'HTTP::cookie') {
    const name = second === 'value' ? third : words.length === 2 ? second : undefined;
    if (isName(name)) return { ok: true, value: fieldOf(first, name, phase) };
  }
  if (first === 'string' && (second === 'tolower' || second === 'toupper') && third !== undefined) {
    return converted(third, second === 'tolower' ? 'lower' : 'upper', phase, depth);
  }
  if (first === 'URI::encode' && second !== undefined)
    return converted(second, 'url_enc', phase, depth);
  if (first === 'URI::decode' && second !== undefined)
    return converted(second, 'url_dec', phase, depth);
  if (first === 'getfield' && second !== undefined && /^\d+$/.test(fourth ?? '')) {
    const isUsable = third !== undefined && /^[^\s,()'"\\%[\]]$/.test(third);
    if (isUsable) return converted(second, `field(${fourth},${third})`, phase, depth);
  }
  return refuse(`the command "${command}" is not known in policies`);
}

/** Headers are those of what is at hand; cookies are the request's. */
function fieldOf(command: string, name: string, phase: Phase): Sample {
  if (command === 'HTTP::cookie') return request(`req.cook(${name})`);
  return phase === 'response' ? response(`res.fhdr(${name})`) : request(`req.fhdr(${name})`);
}

function converted(word: string, converter: string, phase: Phase, depth: number): Read<Sample> {
  if (!word.startsWith('[')) return refuse(`"${word}" is no command`);
  const inner = sampleOf(word.slice(1, -1), phase, depth + 1);
  if (!inner.ok) return inner;
  return { ok: true, value: { ...inner.value, text: `${inner.value.text},${converter}` } };
}

/** Words of a command; one in brackets is kept with them. Undefined when something is not closed. */
function wordsOf(command: string): readonly string[] | undefined {
  const words: string[] = [];
  for (let at = 0; at < command.length;) {
    const char = command[at] ?? '';
    if (/\s/.test(char)) {
      at += 1;
      continue;
    }
    const end =
      char === '['
        ? closing(command, at)
        : char === '"' || char === '{'
          ? endOf(command, at, char === '"' ? '"' : '}')
          : lastOfWord(command, at);
    if (end === undefined) return undefined;
    const isQuoted = char === '"' || char === '{';
    words.push(isQuoted ? command.slice(at + 1, end) : command.slice(at, end + 1));
    at = end + 1;
  }
  return words;
}

function endOf(text: string, from: number, close: string): number | undefined {
  const end = text.indexOf(close, from + 1);
  return end === -1 ? undefined : end;
}

function lastOfWord(text: string, from: number): number {
  const rest = /^\S+/.exec(text.slice(from));
  return from + (rest?.[0].length ?? 1) - 1;
}

function closing(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '[') depth += 1;
    if (text[at] === ']') depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}

function refuse(reason: string): Refused {
  return { ok: false, reason };
}

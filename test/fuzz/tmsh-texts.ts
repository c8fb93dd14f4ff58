/** Texts that look like tmsh's, and nearly like them: commands and stanzas of any component, then damaged. */
import { actionsOf } from '../../src/catalogue/move.ts';
import type { Component, Property, PropertyType } from '../../src/catalogue/types.ts';
import type { Chance } from './random.ts';

type Some = readonly [string, ...string[]];

const verbs: Some = [
  'create',
  'modify',
  'delete',
  'list',
  'show',
  'edit',
  'cd',
  'help',
  'ltm',
  '?',
];

/** Words that mean something somewhere. */
const words: Some = [
  'all',
  'none',
  'default',
  'add',
  'modify',
  'delete',
  'replace-all-with',
  'recursive',
  'one-line',
  'all-properties',
  'field-fmt',
  'web',
  '/Common/web',
  'web*',
  '@^w.b',
  '@[',
  '10.0.0.1:80',
  '10.0.0.1%7:http',
  '2001:db8::1.443',
  'any6.0',
  '0.0.0.0/0',
  '/Common/http and /Common/tcp',
  'min 1 of { http tcp }',
  '-1',
  '99999999999999999999',
  '1e3',
  '""',
  '"a b"',
  '"a \\" b"',
  '"a\nb"',
  '\\{',
  '\\',
  'ü→𝄞',
  '# comment',
  '$M$xY$abc',
  '__proto__',
  'constructor',
  'ldns: subnet 10.0.0.0/8 server: pool /Common/p',
  '..',
  '/',
  '//',
  '/Common/',
];

/** What breaks words, quotes and blocks. */
const pieces: Some = [
  '{',
  '}',
  '"',
  '\\',
  ';',
  '\n',
  '\r\n',
  '\t',
  '|',
  '| grep',
  '| grep -v x',
  '#',
  '?',
  '\0',
  '\u00a0',
  '\ud800',
  "'",
  '{ { { {',
  '} }',
];

/** More nesting than any configuration has. */
const deep = 20_000;

export function tmshValue(chance: Chance, type: PropertyType, depth = 0): string {
  if (chance.oneIn(6)) return chance.pick(words);
  switch (type.kind) {
    case 'integer':
      return String(type.minimum + chance.below(3));
    case 'enum':
      return type.values[chance.below(type.values.length)]?.value ?? 'none';
    case 'flags':
      return type.flags[chance.below(type.flags.length)]?.flag ?? 'none';
    case 'list':
      return `{ ${tmshValue(chance, type.of, depth + 1)} ${tmshValue(chance, type.of, depth + 1)} }`;
    case 'struct':
      return block(chance, type.properties, depth);
    case 'items': {
      const inner = block(chance, type.properties, depth);
      const modifier = chance.pick(['', 'add ', 'modify ', 'replace-all-with ', 'delete ']);
      return `${modifier}{ ${chance.pick(words)} ${inner} }`;
    }
    default:
      return chance.pick(words);
  }
}

function block(chance: Chance, properties: readonly Property[], depth: number): string {
  if (depth > 3) return '{ }';
  return `{\n${someProperties(chance, properties, depth + 1)}\n}`;
}

function someProperties(chance: Chance, properties: readonly Property[], depth: number): string {
  const lines: string[] = [];
  for (let left = chance.below(4); left > 0; left -= 1) {
    const property = properties[chance.below(properties.length)];
    if (property === undefined) break;
    const value = tmshValue(chance, property.type, depth);
    lines.push(property.type.kind === 'flags' ? value : `${property.name} ${value}`);
  }
  return lines.join('\n');
}

export function stanzaText(chance: Chance, component: Component): string {
  const name = component.naming.kind === 'singleton' ? '' : chance.pick(words);
  return `${component.id} ${name} ${block(chance, component.properties, 0)}\n`;
}

export function commandText(chance: Chance, component: Component): string {
  const commands = actionsOf(component).map(({ command }) => command);
  const [first = 'list', ...rest] = commands;
  const verb = chance.oneIn(4) ? chance.pick([first, ...rest]) : chance.pick(verbs);
  const name = component.naming.kind === 'singleton' ? '' : chance.pick(words);
  const properties = someProperties(chance, component.properties, 0).replaceAll('\n', ' ');
  const filter = chance.oneIn(6) ? ' | grep -i web' : '';
  return `${verb} ${component.id} ${name} ${properties}${filter}`;
}

/** The same with something left out, put in, doubled or cut short. */
export function damagedText(chance: Chance, text: string): string {
  let result = text;
  for (let left = chance.below(4); left > 0; left -= 1) {
    const at = chance.below(result.length + 1);
    const until = Math.min(result.length, at + chance.below(12));
    switch (chance.below(6)) {
      case 0:
        result = result.slice(0, at) + result.slice(until);
        break;
      case 1:
        result = result.slice(0, at) + chance.pick(pieces) + result.slice(at);
        break;
      case 2:
        result = result.slice(0, until) + result.slice(at);
        break;
      case 3:
        result = result.slice(0, at);
        break;
      case 4:
        result = `${result.slice(0, at)} ${chance.pick(words)} ${result.slice(at)}`;
        break;
      default:
        if (chance.oneIn(50)) result = result.slice(0, at) + '{ '.repeat(deep) + result.slice(at);
    }
  }
  return result;
}

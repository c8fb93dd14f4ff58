/** Events of iRules: do they exist, and has the virtual server the profiles that make them happen? Pure. */
import { closingBrace } from '../../../base/braces.ts';
import type { Fault } from '../../../base/fault.ts';
import { ruleEvents } from '../../../catalogue/ltm/rule-events.ts';
import type { EffectiveObject, StoredObject } from '../../types.ts';
import { coded } from '../faults.ts';
import { itemsOf, nameOf } from '../values.ts';
import { type Check, type CheckContext, pathOf } from './context.ts';

export interface RuleEvent {
  readonly name: string;
  /** From 1. */
  readonly line: number;
  /** The command up to its body: "when HTTP_REQUEST priority 500". */
  readonly head: string;
}

/**
 * The `when` commands of a script, as BIG-IP's reader finds them: comments are skipped, what stands in braces
 * belongs to the command before it, also at the beginning of the next line.
 */
export function eventsOf(script: string): readonly RuleEvent[] {
  const events: RuleEvent[] = [];
  let at = 0;
  while (at < script.length) {
    const start = afterBlanks(script, at);
    if (script[start] === '#') {
      at = endOfLine(script, start);
      continue;
    }
    const end = endOfCommand(script, start);
    const command = script.slice(start, end);
    const head = command.split('{', 1)[0]?.trim() ?? '';
    const [word, name] = head.split(/\s+/);
    if (word === 'when' && name !== undefined) {
      events.push({ name, line: script.slice(0, start).split('\n').length, head });
    }
    at = Math.max(end, start + 1);
  }
  return events;
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && /[\s;]/.test(text[at] ?? '')) at += 1;
  return at;
}

/** A backslash before the line's end goes on with the next line. */
function endOfLine(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function endOfCommand(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const character = text[at];
    if (character === '{') {
      const close = closingBrace(text, at);
      if (close === undefined) return text.length;
      at = close + 1;
    } else if (character === ';') {
      return at;
    } else if (character === '\n') {
      const next = /^[ \t\r]*/.exec(text.slice(at + 1, at + 1000))?.[0].length ?? 0;
      if (text[at + 1 + next] !== '{') return at;
      at += 1 + next;
    } else {
      at += character === '\\' ? 2 : 1;
    }
  }
  return text.length;
}

const known = new WeakMap<StoredObject, readonly RuleEvent[]>();

function eventsOfRule(rule: EffectiveObject): readonly RuleEvent[] {
  const kept = known.get(rule.stored);
  if (kept !== undefined) return kept;
  const events = eventsOf(String(rule.properties['api-anonymous'] ?? ''));
  known.set(rule.stored, events);
  return events;
}

/** As BIG-IP words it: code 01070151, the line, the command. */
export const unknownEvents: Check = (rule) => {
  const path = pathOf(rule, 'api-anonymous');
  return eventsOfRule(rule)
    .filter((event) => !ruleEvents.has(event.name))
    .map(({ name, line, head }) => {
      const text = `Rule [${rule.name}] error: ${rule.name}:${line}: error: [unknown event (${name})][${head} {...}]`;
      return coded('01070151', text, path);
    });
};

interface Need {
  readonly prefix: string;
  readonly profiles: readonly string[];
  readonly called: string;
}

const needs: readonly Need[] = [
  {
    prefix: 'HTTP_',
    profiles: ['ltm profile http', 'ltm profile fasthttp'],
    called: 'HTTP or FASTHTTP',
  },
  { prefix: 'CLIENTSSL_', profiles: ['ltm profile client-ssl'], called: 'CLIENTSSL' },
  { prefix: 'SERVERSSL_', profiles: ['ltm profile server-ssl'], called: 'SERVERSSL' },
];

/** An event that can never happen on this virtual server. */
export const virtualRuleEvents: Check = (virtual, context) => {
  const rules = listed(virtual.properties['rules']);
  return rules.flatMap((name) => {
    const rule = context.after.get('ltm rule', name);
    return rule === undefined ? [] : missingProfiles(virtual, rule, context);
  });
};

/** The same, when it is the rule that changes. */
export const ruleOfVirtuals: Check = (rule, context) =>
  virtualsOf(rule, 'rules', context).flatMap((virtual) => missingProfiles(virtual, rule, context));

function missingProfiles(
  virtual: EffectiveObject,
  rule: EffectiveObject,
  context: CheckContext,
): readonly Fault[] {
  const events = eventsOfRule(rule);
  return needs.flatMap(({ prefix, profiles, called }) => {
    const event = events.find(({ name }) => name.startsWith(prefix));
    if (event === undefined || hasProfile(virtual, profiles, context)) return [];
    const text = `${event.name} event in rule (${rule.name}) requires an associated ${called} profile on the virtual-server (${virtual.name}).`;
    return [coded('01071912', text, pathOf(virtual, 'rules'))];
  });
}

export function hasProfile(
  virtual: EffectiveObject,
  components: readonly string[],
  context: CheckContext,
): boolean {
  return itemsOf(virtual.properties['profiles']).some((item) =>
    components.some((id) => context.after.stored(id, nameOf(item)) !== undefined),
  );
}

function listed(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Virtual servers that use the object; not those that change with it: they are checked themselves. */
export function virtualsOf(
  object: EffectiveObject,
  property: string,
  { before, after }: CheckContext,
): readonly EffectiveObject[] {
  return after
    .referrers(object.component, object.name)
    .filter((user) => user.component === 'ltm virtual' && user.property === property)
    .filter(({ name }) => before.stored('ltm virtual', name) === after.stored('ltm virtual', name))
    .map(({ name }) => after.get('ltm virtual', name))
    .filter((virtual) => virtual !== undefined);
}

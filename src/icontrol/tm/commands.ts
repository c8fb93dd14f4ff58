/**
 * Commands: `POST {command: "run", …}` on a component, by property (`{"standby": true}`), by `options`,
 * or by `utilCmdArgs` in tmsh's words; also on the collection above ("cm" with "config-sync to-group
 * X"). Pure: the answer is a checked request for the action's handler.
 */
import type { Fault, Outcome } from '../../base/fault.ts';
import { actionsOf } from '../../catalogue/move.ts';
import type { Action, Component, Properties } from '../../catalogue/types.ts';
import { badValue } from '../../config/model/faults.ts';
import { normaliseScalar } from '../../config/model/normalise-scalar.ts';
import { openBox } from '../../config/secrets/types.ts';
import { asNewProperties } from '../../config/text/changes.ts';
import { type Json, type JsonObject, isJsonObject } from '../../config/text/json.ts';
import { fromJson } from '../../config/text/json-read.ts';
import { Lexer } from '../../config/text/lexer.ts';
import type { TextContext } from '../../config/text/names.ts';
import { parseBody } from '../../config/text/parse-body.ts';
import { syntaxFault, takePath } from '../../config/text/parse-config.ts';
import { operationNotSupported } from '../wire/errors.ts';
import type { Target } from '../wire/route.ts';

export interface Command {
  readonly component: Component;
  readonly action: Action;
  readonly parameters: Properties;
}

export interface CommandContext extends TextContext {
  readonly components: readonly Component[];
}

export function commandOf(
  target: Target,
  body: JsonObject,
  context: CommandContext,
): Outcome<Command> {
  const command = String(body['command']);
  const text = typeof body['utilCmdArgs'] === 'string' ? body['utilCmdArgs'] : undefined;
  const found = findAction(target, command, text, context);
  if (found === undefined) return notSupported(target);
  const { component, action, rest } = found;
  const fromText = rest === undefined ? undefined : parseArguments(action, rest, context);
  if (fromText !== undefined && !fromText.ok) return fromText;
  const fromBody = fromJson(action.parameters, flattened(body), { ...context, folder: '/Common' });
  if (!fromBody.ok) return fromBody;
  const parameters = {
    ...unquoted(asNewProperties(fromBody.value).values),
    ...fromText?.value,
  };
  for (const { name, required } of action.parameters) {
    if (required === true && parameters[name] === undefined) {
      const message = `one or more properties must be specified: ${name}`;
      return { ok: false, faults: [{ status: 400, apiError: 26214401, message, path: name }] };
    }
  }
  const faults = wrongParameters(action, parameters);
  return faults.length > 0
    ? { ok: false, faults }
    : { ok: true, value: { component, action, parameters } };
}

/** Whose command it is, whatever its parameters are worth. */
export function commandedComponent(
  target: Target,
  body: JsonObject,
  context: CommandContext,
): Component | undefined {
  const text = typeof body['utilCmdArgs'] === 'string' ? body['utilCmdArgs'] : undefined;
  return findAction(target, String(body['command']), text, context)?.component;
}

/** Names are the handlers' to look up; what can be told by its type alone is told here. */
const judged = new Set(['integer', 'enum', 'flags', 'address', 'prefix', 'port']);
const anywhere = { folder: '/Common', exists: () => true, secrets: openBox };

function wrongParameters(action: Action, parameters: Properties): readonly Fault[] {
  return action.parameters.flatMap(({ name, type }) => {
    const value = parameters[name];
    if (value === undefined || !judged.has(type.kind)) return [];
    if (type.kind === 'list' || type.kind === 'items' || type.kind === 'struct') return [];
    const normalised = normaliseScalar(type, value, anywhere);
    return normalised.kind === 'wrong' ? [badValue(name, value, normalised.why, name)] : [];
  });
}

function notSupported(target: Target): Outcome<never> {
  const path =
    target.kind === 'organizing'
      ? target.path.join('/')
      : target.kind === 'stats'
        ? target.of.component.id
        : target.component.id;
  return { ok: false, faults: [operationNotSupported(`/${path.replaceAll(' ', '/')}`)] };
}

interface FoundAction {
  readonly component: Component;
  readonly action: Action;
  /** Arguments in tmsh's words, still to be parsed. */
  readonly rest: string | undefined;
}

function findAction(
  target: Target,
  command: string,
  text: string | undefined,
  context: CommandContext,
): FoundAction | undefined {
  if (target.kind !== 'organizing') {
    if (target.kind !== 'object' && target.kind !== 'collection') return undefined;
    const action = actionOf(target.component, command);
    return action === undefined ? undefined : { component: target.component, action, rest: text };
  }
  const lexer = new Lexer([...target.path, text ?? ''].join(' '), 'command');
  const id = takePath(lexer, context.components);
  const component = context.component(id);
  const action = component === undefined ? undefined : actionOf(component, command);
  if (component === undefined || action === undefined) return undefined;
  return { component, action, rest: lexer.text.slice(lexer.offset()) };
}

function actionOf(component: Component, command: string): Action | undefined {
  return actionsOf(component).find((action) => action.command === command);
}

/** Keys of the request that are no parameters. */
const requestKeys = new Set(['command', 'utilCmdArgs', 'options', 'kind', 'selfLink']);

/** `options: [{"file": "x"}, {"merge": true}]` are parameters like the others. */
function flattened(body: JsonObject): JsonObject {
  const result: Record<string, Json> = {};
  for (const [key, value] of Object.entries(body)) {
    if (!requestKeys.has(key)) result[key] = value;
  }
  const options = body['options'];
  for (const option of Array.isArray(options) ? (options as readonly Json[]) : []) {
    if (isJsonObject(option)) Object.assign(result, option);
  }
  return result;
}

/** f5-cloud-libs wraps passwords in quotes of their own; tmsh would have removed them. */
function unquoted(parameters: Properties): Properties {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      const inner = typeof value === 'string' ? /^"(.*)"$/s.exec(value)?.[1] : undefined;
      return [name, inner === undefined ? value : inner.replace(/\\(.)/gs, '$1')];
    }),
  );
}

/** First words that are no parameters are the `name` and what is given by place: `mv OLD NEW`. */
export function parseArguments(
  action: Action,
  text: string,
  context: TextContext,
): Outcome<Properties> {
  try {
    const lexer = new Lexer(text, 'command');
    const parameters: Record<string, Properties[string]> = {};
    for (const { name, positional, type } of action.parameters) {
      if (name !== 'name' && positional !== true) continue;
      if (type.kind === 'list') {
        const words: string[] = [];
        for (let next = lexer.peek(); next.kind === 'word'; next = lexer.peek()) {
          if (isParameter(action, next.text)) break;
          words.push(lexer.expectWord());
        }
        if (words.length > 0) parameters[name] = words;
        continue;
      }
      const word = lexer.peek();
      if (word.kind !== 'word' || isParameter(action, word.text)) break;
      lexer.next();
      parameters[name] = word.text;
    }
    const changes = parseBody(lexer, action.parameters, context);
    if (!lexer.isAtEnd()) lexer.expectWord();
    return { ok: true, value: { ...parameters, ...asNewProperties(changes).values } };
  } catch (error) {
    return { ok: false, faults: [syntaxFault(error, false)] };
  }
}

function isParameter(action: Action, word: string): boolean {
  return action.parameters.some(
    ({ name, type }) =>
      name === word || (type.kind === 'flags' && type.flags.some((choice) => choice.flag === word)),
  );
}

/** Runs commands: each becomes REST requests, and what these answer is printed as tmsh would. */
import type { Component, Properties } from '../catalogue/types.ts';
import { faultText } from '../base/fault.ts';
import { changesToJson, isJsonObject, type JsonObject } from '../config/text/json.ts';
import { Lexer, SyntaxProblem } from '../config/text/lexer.ts';
import type { ConfigContext } from '../config/text/parse-config.ts';
import { componentPath, objectPath } from '../config/text/urls.ts';
import { helpText } from './help.ts';
import { type ListOptions, type ListedObject, objectFromJson, printListed } from './listing.ts';
import { type Command, readCommand } from './parse-command.ts';
import type { RestAnswer, RestClient } from './rest.ts';
import { printShown } from './show.ts';

export interface ShellOptions {
  readonly rest: RestClient;
  readonly components: readonly Component[];
  readonly component: ConfigContext['component'];
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
}

export interface Shell {
  /**
   * Runs every command of the text. With `stopAtError` the first failure ends it (`-c`), without, the
   * rest is tried (standard input). Resolves to the exit status.
   */
  run(text: string, stopAtError: boolean): Promise<number>;
  folder(): string;
  hasQuit(): boolean;
}

/** What a command could not do, in the device's words. */
class Refusal extends Error {}

export function createShell(options: ShellOptions): Shell {
  const session: Session = {
    ...options,
    folder: '/Common',
    transaction: undefined,
    hasQuit: false,
  };
  return {
    folder: () => session.folder,
    hasQuit: () => session.hasQuit,
    async run(text, stopAtError) {
      let status = 0;
      let lexer = new Lexer(text, 'command');
      while (!session.hasQuit) {
        try {
          const command = readCommand(lexer, contextOf(session));
          if (command === undefined) break;
          await execute(session, command);
        } catch (error) {
          if (!(error instanceof Refusal) && !(error instanceof SyntaxProblem)) throw error;
          options.printError(error.message);
          status = 1;
          if (stopAtError) break;
          if (error instanceof SyntaxProblem) lexer = afterLine(text, error.line);
        }
      }
      return status;
    },
  };
}

interface Session extends ShellOptions {
  folder: string;
  transaction: string | undefined;
  hasQuit: boolean;
}

function contextOf(session: Session): ConfigContext {
  return {
    folder: session.folder,
    components: session.components,
    component: (id) => session.component(id),
  };
}

function afterLine(text: string, line: number): Lexer {
  const start = text.split('\n').slice(0, line).join('\n').length;
  return new Lexer(text, 'command', start);
}

async function execute(session: Session, command: Command): Promise<void> {
  switch (command.verb) {
    case 'create': {
      const { component, name, changes } = command;
      const body = { ...changesToJson(component.properties, changes), name };
      return write(session, 'POST', componentPath(component.id), body);
    }
    case 'modify': {
      const { component, changes } = command;
      const body = changesToJson(component.properties, changes);
      for (const name of await namesOf(session, component, [command.name])) {
        await write(session, 'PATCH', objectPath(component, name), body);
      }
      return;
    }
    case 'delete': {
      const { component } = command;
      const names = component.naming.kind === 'singleton' ? [''] : command.names;
      for (const name of await namesOf(session, component, names)) {
        await write(session, 'DELETE', objectPath(component, name));
      }
      return;
    }
    case 'list':
      return list(session, command);
    case 'show':
      return show(session, command);
    case 'action':
      return act(session, command);
    case 'transaction':
      return transact(session, command.step);
    case 'cd':
      session.folder = command.folder;
      return;
    case 'help':
      session.print(helpText(command.path, session.components));
      return;
    case 'quit':
      session.hasQuit = true;
      return;
  }
}

async function ask(
  session: Session,
  method: string,
  path: string,
  body?: JsonObject,
  headers?: Readonly<Record<string, string>>,
): Promise<RestAnswer> {
  const answer = await session.rest.request(method, path, body, headers);
  if (!answer.isOk) throw new Refusal(answer.message);
  return answer;
}

async function write(
  session: Session,
  method: string,
  path: string,
  body?: JsonObject,
): Promise<void> {
  const { transaction } = session;
  const headers =
    transaction === undefined ? undefined : { 'x-f5-rest-coordination-id': transaction };
  await ask(session, method, path, body, headers);
}

/** `all` is every object there is. */
async function namesOf(
  session: Session,
  component: Component,
  names: readonly string[],
): Promise<readonly string[]> {
  if (!names.includes('all')) return names;
  const answer = await ask(session, 'GET', `${componentPath(component.id)}?$select=fullPath`);
  return itemsOf(answer.json).map((item) => String(item['fullPath']));
}

function itemsOf(json: JsonObject): readonly JsonObject[] {
  const items = json['items'];
  return Array.isArray(items) ? (items as readonly JsonObject[]).filter(isJsonObject) : [];
}

type ReadCommand = Extract<Command, { readonly verb: 'list' | 'show' }>;

async function list(session: Session, command: ReadCommand): Promise<void> {
  const { options } = command;
  const listOptions: ListOptions = {
    folder: session.folder,
    isOneLine: options.has('one-line'),
    isAllProperties: options.has('all-properties'),
    only: command.properties,
  };
  for (const component of command.components) {
    const parents = new Map<string, Properties>();
    for (const object of await objectsOf(session, component, command.names)) {
      const parent = await parentOf(session, component, object, parents);
      session.print(printListed(component, object, parent, listOptions));
    }
  }
}

async function objectsOf(
  session: Session,
  component: Component,
  names: readonly string[],
): Promise<readonly ListedObject[]> {
  const query = '?expandSubcollections=true';
  const isCollection = component.naming.kind !== 'singleton' && names.length === 0;
  const paths = isCollection
    ? [componentPath(component.id)]
    : (component.naming.kind === 'singleton' ? [''] : names).map((name) =>
        objectPath(component, name),
      );
  const found: ListedObject[] = [];
  for (const path of paths) {
    const { json } = await ask(session, 'GET', `${path}${query}`);
    for (const one of isCollection ? itemsOf(json) : [json]) {
      const object = objectFromJson(component, one, contextOf(session));
      if (!object.ok) throw new Refusal(object.faults.map(faultText).join('\n'));
      found.push(object.value);
    }
  }
  return found;
}

/** The parent's effective values: what `list` need not repeat. */
async function parentOf(
  session: Session,
  component: Component,
  object: ListedObject,
  known: Map<string, Properties>,
): Promise<Properties | undefined> {
  const name = object.properties['defaults-from'];
  if (component.inherits !== true || typeof name !== 'string' || name === 'none') return undefined;
  const held = known.get(name);
  if (held !== undefined) return held;
  const [parent] = await objectsOf(session, component, [name]);
  if (parent !== undefined) known.set(name, parent.properties);
  return parent?.properties;
}

async function show(session: Session, command: ReadCommand): Promise<void> {
  const { options } = command;
  const showOptions = {
    folder: session.folder,
    isPlain: options.has('field-fmt') || options.has('raw'),
  };
  for (const component of command.components) {
    for (const path of statisticsPaths(component, command.names, options)) {
      const { json } = await ask(session, 'GET', path);
      const text = printShown(component, json, showOptions);
      if (text !== '') session.print(text);
    }
  }
}

/** `show ltm pool web members`: the object, then its items. */
function statisticsPaths(
  component: Component,
  names: readonly string[],
  options: ReadonlySet<string>,
): readonly string[] {
  if (component.naming.kind === 'singleton') return [componentPath(component.id)];
  if (names.length === 0) return [`${componentPath(component.id)}/stats`];
  return names.flatMap((name) => {
    const path = objectPath(component, name);
    const below = component.properties
      .filter(({ name: property, type }) => type.kind === 'items' && options.has(property))
      .map((property) => `${path}/${property.name}/stats`);
    return [`${path}/stats`, ...below];
  });
}

async function act(
  session: Session,
  command: Extract<Command, { readonly verb: 'action' }>,
): Promise<void> {
  const { component, text } = command;
  const { json } = await ask(session, 'POST', componentPath(component.id), {
    command: command.command,
    ...(text === '' ? {} : { utilCmdArgs: text }),
  });
  const result = json['commandResult'];
  if (typeof result === 'string' && result !== '') session.print(result.trimEnd());
}

async function transact(
  session: Session,
  step: 'create' | 'submit' | 'delete' | 'list',
): Promise<void> {
  const base = '/mgmt/tm/transaction';
  if (step === 'create') {
    const { json } = await ask(session, 'POST', base, {});
    session.transaction = String(json['transId']);
    return;
  }
  const { transaction } = session;
  if (transaction === undefined) throw new Refusal('Syntax Error: there is no transaction open');
  if (step === 'list') {
    const { json } = await ask(session, 'GET', `${base}/${transaction}/commands`);
    for (const item of itemsOf(json)) {
      session.print(
        `${String(item['evalOrder'])}: ${String(item['method'])} ${String(item['uri'])}`,
      );
    }
    return;
  }
  session.transaction = undefined;
  if (step === 'delete') await ask(session, 'DELETE', `${base}/${transaction}`);
  else await ask(session, 'PATCH', `${base}/${transaction}`, { state: 'VALIDATING' });
}

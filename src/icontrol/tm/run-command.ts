/** Commands on components, checked and carried out; asked for by REST, now or as a task. */
import type { Outcome } from '../../base/fault.ts';
import type { Component, Property } from '../../catalogue/types.ts';
import { type Json, type JsonObject, isJsonObject } from '../../config/text/json.ts';
import { restName } from '../../config/text/names.ts';
import type { Caller } from '../access/accounts.ts';
import { auditLine, refusedText } from '../access/audit.ts';
import { type Command, type CommandContext, commandOf, commandedComponent } from './commands.ts';
import type { Services } from '../context.ts';
import { operationNotSupported, uriNotRegistered } from '../wire/errors.ts';
import { dryRunJson, noDryRun } from './dry-run.ts';
import { originOf } from '../wire/origin.ts';
import { refusalOfChanges } from '../access/refusals.ts';
import { isAdministrator } from '../access/roles.ts';
import { redacted } from '../access/secrets.ts';
import type { ActionHandler, ActionRequest } from '../../config/runtime-state.ts';
import type { Change, PreviewOutcome } from '../../config/types.ts';

/** `place` is the path below /mgmt/tm: "/sys/config". */
export function checkCommand(
  services: Services,
  place: string,
  body: JsonObject,
): Outcome<Command> {
  const target = services.router.route(`/mgmt/tm${place}`);
  if (target === undefined) return { ok: false, faults: [uriNotRegistered(place)] };
  return commandOf(target, body, contextOf(services));
}

/** Undefined: there is no such command. */
export function commandedAt(
  services: Services,
  place: string,
  body: JsonObject,
): Component | undefined {
  const target = services.router.route(`/mgmt/tm${place}`);
  return target && commandedComponent(target, body, contextOf(services));
}

function contextOf(services: Services): CommandContext {
  return {
    folder: '/Common',
    components: services.components,
    component: (id) => services.component(id),
  };
}

interface Prepared {
  readonly command: Command;
  readonly handler: ActionHandler;
  readonly request: ActionRequest;
}

function prepare(
  services: Services,
  caller: Caller,
  place: string,
  body: JsonObject,
): Outcome<Prepared> {
  const command = checkCommand(services, place, body);
  if (!command.ok) return command;
  const { component, action, parameters } = command.value;
  if (component.absent !== undefined) {
    const path = `/${component.id.replaceAll(' ', '/')}`;
    return { ok: false, faults: [operationNotSupported(path, component.absent)] };
  }
  const handler = services.state.action(component.id, action.command);
  if (handler === undefined) {
    const message = `${action.command} ${component.id} is not available on this device`;
    return { ok: false, faults: [{ status: 503, message }] };
  }
  const request = {
    component: component.id,
    command: action.command,
    parameters,
    user: caller.access.user,
    origin: originOf(caller),
    ...(!isAdministrator(caller.access) && {
      authorize: (changes: readonly Change[]) => refusalOfChanges(services, caller, changes),
    }),
  };
  return { ok: true, value: { command: command.value, handler, request } };
}

/** A request as it may be repeated: passwords and passphrases left out, in `options` too. */
export function withoutSecrets(body: JsonObject, parameters: readonly Property[]): JsonObject {
  const secret = new Set(
    parameters.flatMap((property) =>
      property.secret === true ? [property.name, restName(property)] : [],
    ),
  );
  const entries = Object.entries(body)
    .filter(([key]) => key !== 'password' && !secret.has(key))
    .map(([key, value]): [string, Json] =>
      key === 'options' && Array.isArray(value)
        ? [key, (value as readonly Json[]).filter((option) => !names(option, secret))]
        : [key, value],
    );
  return Object.fromEntries(entries);
}

function names(option: Json, secret: ReadonlySet<string>): boolean {
  return isJsonObject(option) && Object.keys(option).some((key) => secret.has(key));
}

/** A dry run: what the command would commit, for the commands that only change the configuration. */
export async function tryCommand(
  services: Services,
  caller: Caller,
  place: string,
  body: JsonObject,
): Promise<Outcome<JsonObject>> {
  const prepared = prepare(services, caller, place, body);
  if (!prepared.ok) return prepared;
  const { command, handler, request } = prepared.value;
  const { component, action } = command;
  if (action.dryRun !== true) {
    return { ok: false, faults: [noDryRun(`${action.command} ${component.id}`)] };
  }
  let previewed: PreviewOutcome = { ok: true, commit: undefined };
  const onPreview = (outcome: PreviewOutcome): void => void (previewed = outcome);
  const outcome = await handler({ ...request, onPreview });
  if (!outcome.ok) return outcome;
  if (!previewed.ok) return previewed;
  return { ok: true, value: { ...outcome.value, ...(await dryRunJson(services, previewed)) } };
}

/** The answer's body; every attempt is in the audit log. */
export async function executeCommand(
  services: Services,
  caller: Caller,
  place: string,
  body: JsonObject,
): Promise<Outcome<JsonObject>> {
  const prepared = prepare(services, caller, place, body);
  if (!prepared.ok) return prepared;
  const { command, handler, request } = prepared.value;
  const { component, action, parameters } = command;
  const shown = JSON.stringify(redacted(action.parameters, parameters));
  const what = `${action.command} ${component.id} ${shown}`;
  // What throws on the way may have done a part of it.
  let status = 'internal error';
  let outcome: Awaited<ReturnType<ActionHandler>>;
  try {
    outcome = await handler(request);
    status = outcome.ok ? 'Command OK' : refusedText(outcome.faults);
  } finally {
    services.log.write('notice', auditLine(caller, what, status));
  }
  if (!outcome.ok) return outcome;
  const echo = withoutSecrets(body, action.parameters);
  const words = place.split('/').filter(Boolean);
  const kind = ['tm', ...words, `${action.command}state`].join(':');
  return { ok: true, value: { kind, ...withOptions(echo), ...outcome.value } };
}

/** What was given as properties of a save or load comes back as `options` too, flags first: f5-sdk reads it. */
function withOptions(echo: JsonObject): JsonObject {
  const { command, options } = echo;
  const takesOptions = command === 'load' || command === 'save';
  if (!takesOptions || options !== undefined) return echo;
  const entries = Object.entries(echo).filter(([key]) => !['command', 'name'].includes(key));
  if (entries.length === 0) return echo;
  const isFlag = ([, value]: [string, Json]): boolean => value === true;
  const ordered = [...entries.filter(isFlag), ...entries.filter((entry) => !isFlag(entry))];
  return { ...echo, options: ordered.map(([key, value]) => ({ [key]: value })) };
}

/** Commands on components, checked and carried out; asked for by REST, now or as a task. */
import type { Outcome } from '../base/fault.ts';
import type { JsonObject } from '../config/text/json.ts';
import type { Caller } from './accounts.ts';
import { auditLine, refusedText } from './audit.ts';
import { type Command, commandOf } from './commands.ts';
import type { Services } from './context.ts';
import { uriNotRegistered } from './errors.ts';
import { redacted } from './secrets.ts';

/** `place` is the path below /mgmt/tm: "/sys/config". */
export function checkCommand(
  services: Services,
  place: string,
  body: JsonObject,
): Outcome<Command> {
  const target = services.router.route(`/mgmt/tm${place}`);
  if (target === undefined) return { ok: false, faults: [uriNotRegistered(place)] };
  return commandOf(target, body, {
    folder: '/Common',
    components: services.components,
    component: (id) => services.component(id),
  });
}

/** The answer's body; every attempt is in the audit log. */
export async function executeCommand(
  services: Services,
  caller: Caller,
  place: string,
  body: JsonObject,
): Promise<Outcome<JsonObject>> {
  const command = checkCommand(services, place, body);
  if (!command.ok) return command;
  const { component, action, parameters } = command.value;
  const handler = services.state.action(component.id, action.command);
  if (handler === undefined) {
    const message = `${action.command} ${component.id} is not available on this device`;
    return { ok: false, faults: [{ status: 503, message }] };
  }
  const shown = JSON.stringify(redacted(action.parameters, parameters));
  const outcome = await handler({
    component: component.id,
    command: action.command,
    parameters,
    user: caller.access.user,
  });
  const status = outcome.ok ? 'Command OK' : refusedText(outcome.faults);
  const what = `${action.command} ${component.id} ${shown}`;
  services.log.write('notice', auditLine(caller, what, status));
  if (!outcome.ok) return outcome;
  const { password: _secret, ...echo } = body;
  const words = place.split('/').filter(Boolean);
  const kind = ['tm', ...words, `${action.command}state`].join(':');
  return { ok: true, value: { kind, ...echo, ...outcome.value } };
}

/** `evenkeel iqdump`: `run gtm iqdump` from a command line. */
import { UserError } from '../base/user-error.ts';
import { writeOutput } from '../platform/terminal.ts';
import { connectRest, connectionOptions, parseFlags, unreachable } from './rest-connection.ts';

const iqdumpHelp = `evenkeel iqdump: what a device says over iQuery, a line of JSON each

  evenkeel iqdump [ADDRESS] [GROUP] [--seconds N] [--count N]
                                --config DIR, or --host HOST [--port N] [--user USER] [--password TEXT]

  ADDRESS is that of the other device, or its name; without it, all of them. Of GROUP only, where groups are told of.
  First a line for each session, then messages as they come, for 5 seconds (30 at most). Keys are not shown, and of
  configurations their size.
`;

export async function iqdump(args: readonly string[]): Promise<number> {
  const more = { seconds: { type: 'string' }, count: { type: 'string' } } as const;
  const { given, values, words } = parseFlags(args, more);
  const [address, group, ...others] = words;
  if (others.length > 0) throw new UserError(iqdumpHelp);
  const { client, place, rest } = await connectRest('iqdump', connectionOptions('iqdump', given));
  try {
    const { isOk, json, message } = await rest.request('POST', '/mgmt/tm/gtm/iqdump', {
      command: 'run',
      ...(address !== undefined && { address }),
      ...(group !== undefined && { group }),
      ...(values.seconds !== undefined && { seconds: Number(values.seconds) }),
      ...(values.count !== undefined && { count: Number(values.count) }),
    });
    if (!isOk) throw new UserError(`iqdump: ${message}`);
    const text = json['commandResult'];
    if (typeof text === 'string' && text !== '') writeOutput(text.trimEnd());
    return 0;
  } catch (error) {
    throw unreachable(error, place);
  } finally {
    client.close();
  }
}

/** tmsh for others in the same process (util/bash): still a REST client, over the device's own socket. */
import { componentById, components } from '../catalogue/index.ts';
import type { HttpClient } from '../platform/https-client.ts';
import { createRest } from './rest.ts';
import { createShell } from './shell.ts';

export interface TmshOutcome {
  readonly status: number;
  /** Ends with a newline unless empty; errors stand where tmsh would have written them. */
  readonly output: string;
}

/** `token` is the content of the device's local token file; commands run with the rights of `user`. */
export function createTmshRunner(
  client: HttpClient,
  token: string,
): (commands: string, user: string) => Promise<TmshOutcome> {
  return async (commands, user) => {
    const lines: string[] = [];
    const shell = createShell({
      rest: createRest(client, { kind: 'local', token, user }),
      components,
      component: componentById,
      print: (text) => lines.push(text),
      printError: (text) => lines.push(text),
    });
    const status = await shell.run(commands, true);
    return { status, output: lines.length === 0 ? '' : `${lines.join('\n')}\n` };
  };
}

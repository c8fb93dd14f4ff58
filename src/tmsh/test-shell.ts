/** For tests only: a shell on a device of the test's own, with output and errors apart, as on a terminal. */
import { componentById, components } from '../catalogue/index.ts';
import { type TestDevice } from '../icontrol/test-device.ts';
import { readTextIfPresent } from '../platform/files.ts';
import { connectHttp } from '../platform/https-client.ts';
import { createRest } from './rest.ts';
import type { ShellOptions } from './session.ts';
import { createShell } from './shell.ts';

export interface Ran {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

/** One shell for all of the commands. */
export async function runOn(
  device: TestDevice,
  commands: string,
  options: Partial<ShellOptions> = {},
): Promise<Ran> {
  const client = connectHttp({ kind: 'socket', path: device.paths.restSocket });
  const token = readTextIfPresent(device.paths.localToken) ?? '';
  const output: string[] = [];
  const errors: string[] = [];
  const shell = createShell({
    rest: createRest(client, { kind: 'local', token, user: 'root' }),
    components,
    component: componentById,
    print: (line) => output.push(line),
    printError: (line) => errors.push(line),
    ...options,
  });
  try {
    const status = await shell.run(commands, true);
    return { status, output: output.join('\n'), errors: errors.join('\n') };
  } finally {
    client.close();
  }
}

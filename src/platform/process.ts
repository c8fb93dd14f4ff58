import { execFile } from 'node:child_process';

export interface RunResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end: an argument array, never a shell string. Resolves whatever the exit status;
 * rejects only when it cannot be started or exceeds `timeoutMilliseconds`.
 */
export function run(
  program: string,
  args: readonly string[],
  options: { readonly input?: string; readonly timeoutMilliseconds?: number } = {},
): Promise<RunResult> {
  const limit = options.timeoutMilliseconds ?? 30_000;
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      { timeout: limit, maxBuffer: 64 * 1024 * 1024, encoding: 'utf8' },
      (error, stdout, stderr) => {
        if (error === null) resolve({ status: 0, stdout, stderr });
        else if (typeof error.code === 'number') resolve({ status: error.code, stdout, stderr });
        else reject(new Error(`cannot run ${program}: ${error.message}`, { cause: error }));
      },
    );
    // Who has read enough closes it (head): that is no failure, and how it ended is told above.
    child.stdin?.on('error', () => undefined);
    if (options.input !== undefined) child.stdin?.end(options.input);
  });
}

/** As `run`, but a non-zero exit status rejects with what the program wrote. */
export async function runChecked(
  program: string,
  args: readonly string[],
  options: { readonly input?: string; readonly timeoutMilliseconds?: number } = {},
): Promise<string> {
  const result = await run(program, args, options);
  if (result.status !== 0) {
    const said = (result.stderr || result.stdout).trim();
    throw new Error(`${program} ${args.join(' ')} ended with ${result.status}: ${said}`);
  }
  return result.stdout;
}

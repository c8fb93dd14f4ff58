/** The one command: finds the part that a word names and runs it. Parts are loaded only when asked for. */
import { join } from 'node:path';
import { UserError } from '../base/user-error.ts';
import { readTextIfPresent } from '../platform/files.ts';

const help = `evenkeel: an open application delivery cluster that speaks BIG-IP

  evenkeel demo [--json] [--keep]          form a cluster in network namespaces, break it, watch it heal
  evenkeel test [--long] [PATTERN]         all checks and tests; with PATTERN those whose path contains it
  evenkeel lab up [TOPOLOGY] | down | status [--json] | url | exec DEVICE -- CMD | fault KIND TARGET
                                           a cluster to play with; --name NAME for several at once
  evenkeel device up --config DIR [--foreground] | down --config DIR | status --config DIR [--json]
                                           one device on this host
  evenkeel tmsh [-c COMMANDS] [--host HOST --user USER] [--dry-run] [--reason TEXT]
                                           the shell of a device, here or far away
  evenkeel config export | diff | apply | drift DIR | log | show COMMIT | rollback COMMIT
                                           the configuration as files for a repository, and its history
  evenkeel join ADDRESS [--as global | health | member]
                                           brings another device to this one: checks, shows, asks, does it
  evenkeel doctor [--json] [--host HOST]   what goes wrong between devices, and the cure
  evenkeel iqdump [ADDRESS] [GROUP]        what a device says over iQuery, as lines of JSON
  evenkeel witness join ADDRESS | run --config DIR
                                           the third vote of a pair, on a machine that is no device
  evenkeel gui build                       the web GUI for the devices of this host; device up and lab up do it themselves
  evenkeel sim [--seeds N] [--seed S] [--only failover|trust|sync]
                                           the cluster under simulated faults; a failing seed replays exactly
  evenkeel help | version
`;

type Part = (args: readonly string[]) => Promise<number>;

/** Loaded by name at run time: the lab and the tests are no part of a device. */
const parts: Readonly<Record<string, () => Promise<Part>>> = {
  device: async () => (await import('./device.ts')).device,
  tmsh: async () => (await import('./tmsh.ts')).tmsh,
  config: async () => (await import('./config.ts')).config,
  doctor: async () => (await import('./doctor.ts')).doctor,
  join: async () => (await import('./join.ts')).join,
  iqdump: async () => (await import('./iqdump.ts')).iqdump,
  lab: async () => (await import('../../lab/cli.ts')).lab,
  demo: async () => (await import('../../lab/demo.ts')).demo,
  test: async () => (await import('../../test/run.ts')).test,
  witness: async () => (await import('./witness.ts')).witness,
  sim: async () => (await import('./sim.ts')).sim,
};

function readVersion(): string {
  const text = readTextIfPresent(join(import.meta.dirname, '..', '..', 'package.json'));
  // Our own file: it has a version.
  return (JSON.parse(text ?? '{}') as { readonly version?: string }).version ?? 'unknown';
}

async function main(args: readonly string[]): Promise<number> {
  const [word = 'help', ...rest] = args;
  if (
    word === 'help' ||
    rest[0] === '--help' ||
    rest[0] === '-h' ||
    word === '--help' ||
    word === '-h'
  ) {
    process.stdout.write(help);
    return 0;
  }
  if (word === 'version' || word === '--version') {
    process.stdout.write(`evenkeel ${readVersion()}\n`);
    return 0;
  }
  const part = parts[word];
  if (part === undefined) throw new UserError(`unknown command ${word}; see evenkeel help`);
  return (await part())(rest);
}

// `evenkeel … | head` ends when it has seen enough; that is no error.
process.stdout.on('error', () => process.exit(0));

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // parseArgs and preflight say what is wrong in one line; anything else is a fault of ours: keep its stack.
  const isUsers =
    error instanceof UserError ||
    (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  const text = error instanceof Error ? (isUsers ? error.message : error.stack) : String(error);
  // What else is under way has lost its purpose: leave as soon as the message is out.
  process.stderr.write(`evenkeel: ${text ?? 'failed'}\n`, () => process.exit(1));
}

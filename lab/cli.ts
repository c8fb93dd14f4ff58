import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { UserError } from '../src/base/user-error.ts';
import { systemClock } from '../src/platform/clock.ts';
import { fault, faultUsage } from './faults.ts';
import { devicesOf, downLab, nameOption, openLab, upLab } from './lab.ts';
import { runAttached } from './namespaces.ts';
import { labStatus, printStatus } from './status.ts';

const usage =
  'usage: evenkeel lab up [TOPOLOGY] | down | status [--json] | url [--json] | exec NODE -- CMD | fault KIND TARGET   [--name NAME]';
const defaultLab = 'default';

export async function lab(args: readonly string[]): Promise<number> {
  const { own, command } = splitCommand(args);
  const { positionals, values } = parseArgs({
    args: own,
    allowPositionals: true,
    options: {
      name: { type: 'string', default: defaultLab },
      json: { type: 'boolean', default: false },
    },
  });
  const [verb, ...rest] = positionals;
  switch (verb) {
    case 'up':
      return up(values.name, rest[0] ?? 'two-sites');
    case 'down':
      say(
        (await downLab(values.name))
          ? `lab ${values.name} is down`
          : `lab ${values.name} was not up`,
      );
      return 0;
    case 'status': {
      const status = await labStatus(openLab(values.name));
      process.stdout.write(values.json ? `${JSON.stringify(status)}\n` : printStatus(status));
      return 0;
    }
    case 'url':
      return url(values.name, values.json);
    case 'exec':
      return execute(values.name, rest[0], command);
    case 'fault':
      if (rest.length !== 2) throw new UserError(faultUsage);
      await fault(openLab(values.name), rest[0] ?? '', rest[1] ?? '');
      return 0;
    default:
      throw new UserError(usage);
  }
}

function splitCommand(args: readonly string[]): { own: string[]; command: string[] } {
  const dashes = args.indexOf('--');
  if (dashes < 0) return { own: [...args], command: [] };
  return { own: args.slice(0, dashes), command: args.slice(dashes + 1) };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function up(name: string, topology: string): Promise<number> {
  const started = systemClock.monotonicMilliseconds();
  await upLab(name, topology, (line) => say(`lab ${name}: ${line}`));
  const seconds = (systemClock.monotonicMilliseconds() - started) / 1000;
  say(
    `lab ${name} is up in ${seconds.toFixed(1)} s; evenkeel lab url${nameOption(name)} says where`,
  );
  return 0;
}

function url(name: string, asJson: boolean): number {
  const opened = openLab(name);
  const places = devicesOf(opened.topology).map((device) => ({
    device: device.name,
    url: `https://${opened.managementAddress(device.name)}/`,
    user: 'admin',
    password: opened.password(),
  }));
  if (asJson) say(JSON.stringify(places));
  else {
    for (const place of places) {
      say(`${place.device.padEnd(8)} ${place.url.padEnd(24)} ${place.user} ${place.password}`);
    }
  }
  return 0;
}

function execute(name: string, node: string | undefined, command: string[]): Promise<number> {
  const opened = openLab(name);
  if (node === undefined || command.length === 0) throw new UserError(usage);
  const { role } = opened.node(node);
  const path = `${join(import.meta.dirname, 'bin')}:${process.env['PATH'] ?? ''}`;
  const environment = role === 'device' ? { EVENKEEL_DEVICE: opened.folder(node) } : {};
  return runAttached(opened.namespace(node), command, { PATH: path, ...environment });
}

/**
 * What scripts ask a BIG-IP's shell, answered without a shell: a closed list of questions about the device,
 * and a closed list of filters behind a pipe. Everything else is refused by name.
 */
import type { Outcome } from '../../base/fault.ts';
import { bigipBuild, bigipDate, bigipVersion } from '../../catalogue/version.ts';
import { readTextIfPresent } from '../../platform/files.ts';
import { run } from '../../platform/process.ts';
import type { Services } from '../context.ts';
import { filePath } from '../files/device-files.ts';
import type { Stage } from './shell-line.ts';
import { tmctl } from './tmctl.ts';

const versionFile = `Product: BIG-IP
Version: ${bigipVersion}
Build: ${bigipBuild}
Sequence: ${bigipVersion}-${bigipBuild}.0
BaseBuild: ${bigipBuild}
Edition: Final
Date: ${bigipDate}
`;

/** Of what one command may print; more is cut off. */
const maximumOutput = 4 * 1024 * 1024;
const timeoutMilliseconds = 10_000;

/** A command of the system that takes these words and no others. */
type Rule = (words: readonly string[]) => boolean;

const none: Rule = (words) => words.length === 0;
const allMatch =
  (pattern: RegExp): Rule =>
  (words) =>
    words.every((word) => pattern.test(word));

/** Options of one letter, each with its value in the same word or in the next; any other word would be a file. */
function takesOptions(option: RegExp): Rule {
  return (words) => {
    for (let index = 0; index < words.length; index += 1) {
      const word = words[index] ?? '';
      if (!option.test(word)) return false;
      if (word.length === 2) index += 1;
    }
    return true;
  };
}

/** Questions about the machine; each is asked of the real program, with an array of words. */
const questions: Readonly<Record<string, Rule>> = {
  date: allMatch(/^(?:-u|\+[\w%:/. -]*)$/),
  df: allMatch(/^-[PhkTi]+$/),
  free: allMatch(/^-[bkmgh]$/),
  last: allMatch(/^(?:reboot|-x|-F|-n|-?\d{1,4})$/),
  nproc: none,
  ps: allMatch(/^(?:aux|auxw+|ax|-ef|-e|-A)$/),
  uname: allMatch(/^-[asnrvmo]+$/),
  uptime: allMatch(/^-[ps]$/),
};

/** Behind a pipe: options without files. */
const filters: Readonly<Record<string, Rule>> = {
  cut: takesOptions(/^-[dfc]/),
  head: allMatch(/^-?(?:n|c)?\d{0,9}$/),
  sort: allMatch(/^-[rnuhkf]+\d{0,3}$/),
  tail: allMatch(/^-?(?:n|c)?\d{0,9}$/),
  tr: (words) => words.length <= 3,
  uniq: allMatch(/^-[cdui]+$/),
  wc: allMatch(/^-[lwcm]+$/),
};

function refused(message: string): Outcome<never> {
  return { ok: false, faults: [{ status: 400, message }] };
}

const unknown =
  'util bash has no shell and runs a closed list of commands (docs/howto/rest.md), which lacks this one';

/** What a command of the closed list prints; `input` is what the one before it printed, if there is one. */
export async function shellAnswer(
  services: Services,
  { words, text }: Stage,
  input: string | undefined,
): Promise<Outcome<string>> {
  const [program = '', ...rest] = words;
  const name = program.replace(/^(?:\/usr)?\/s?bin\//, '');
  if (input !== undefined) return filtered(name, rest, input, text);
  if (name === 'tmctl') return tmctl(services, rest);
  const printed = ownAnswer(services, name, rest);
  if (printed !== undefined) return printed;
  const rule = Object.hasOwn(questions, name) ? questions[name] : undefined;
  if (rule === undefined || !rule(rest)) {
    return refused(`${unknown}: ${text}`);
  }
  return { ok: true, value: await output(name, rest) };
}

/** What is known without asking the system. */
function ownAnswer(
  services: Services,
  name: string,
  words: readonly string[],
): Outcome<string> | undefined {
  switch (name) {
    case 'cat':
      return concatenated(services, words);
    case 'echo':
      return { ok: true, value: `${words.join(' ')}\n` };
    case 'hostname': {
      const settings = services.store.view().get('sys global-settings', '')?.properties;
      return { ok: true, value: `${settings?.['hostname'] ?? 'localhost'}\n` };
    }
    case 'runlevel':
      // Up, with network: 6 would be "is rebooting".
      return { ok: true, value: 'N 3\n' };
    case 'bigip_add':
    case 'gtm_add':
      // They ask for a password, which nobody could type here.
      return refused(
        `${name} asks for a password, which util bash cannot: ` +
          `tmsh run gtm ${name} ADDRESS username USER password PASSWORD, or POST /mgmt/tm/gtm/${name.replace('_', '-')} ` +
          '{"command":"run","device":ADDRESS,"username":USER,"password":PASSWORD}',
      );
    case 'big3d_install':
      return refused('big3d_install has nothing to do: devices speak iQuery by their own software');
    case 'touch':
      // It switches package management on, which is never off here.
      return words.join(' ') === '/var/config/rest/iapps/enable'
        ? { ok: true, value: '' }
        : undefined;
    default:
      return undefined;
  }
}

function concatenated(services: Services, paths: readonly string[]): Outcome<string> {
  if (paths.length === 0) return refused('cat needs a file');
  const parts = paths.map((path) => {
    if (path === '/VERSION') return versionFile;
    const own = filePath(services.files, path);
    const isOfKernel = ['/proc/uptime', '/proc/loadavg', '/proc/meminfo'].includes(path);
    const file = isOfKernel ? path : own;
    const text = file === undefined ? undefined : readTextIfPresent(file);
    return text ?? `/bin/cat: ${path}: No such file or directory\n`;
  });
  return { ok: true, value: parts.join('').slice(0, maximumOutput) };
}

async function filtered(
  name: string,
  words: readonly string[],
  input: string,
  text: string,
): Promise<Outcome<string>> {
  if (name === 'grep' || name === 'egrep') {
    const args = grepArguments(name, words);
    if (args === undefined) return refused(`util bash takes grep with one pattern: ${text}`);
    return { ok: true, value: await output('grep', args, input) };
  }
  const rule = Object.hasOwn(filters, name) ? filters[name] : undefined;
  if (rule === undefined || !rule(words)) {
    return refused(`util bash knows no such command behind a pipe: ${text}`);
  }
  return { ok: true, value: await output(name, words, input) };
}

/** Options that read no files and match in linear time, then one pattern. */
function grepArguments(name: string, words: readonly string[]): readonly string[] | undefined {
  const count = words.findIndex((word) => !/^-[EFivcwox]+$/.test(word));
  const options = words.slice(0, Math.max(0, count));
  const rest = words.slice(options.length);
  const [pattern] = rest[0] === '-e' ? rest.slice(1) : rest;
  if (pattern === undefined || rest.length !== (rest[0] === '-e' ? 2 : 1)) return undefined;
  return [...(name === 'egrep' ? ['-E'] : []), ...options, '-e', pattern];
}

/** What it prints, its own complaint included; nothing else of the machine reaches the client. */
async function output(name: string, words: readonly string[], input?: string): Promise<string> {
  try {
    const options = { timeoutMilliseconds, ...(input === undefined ? {} : { input }) };
    const { stdout, stderr } = await run(name, words, options);
    return `${stdout}${stderr}`.slice(0, maximumOutput);
  } catch {
    return `/bin/bash: ${name}: command not found\n`;
  }
}

/** Runs playbooks of f5networks.f5_modules, as installed by Debian, against one device. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/platform/process.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly password: string;
}

export interface Failure {
  readonly task: string;
  readonly changed: boolean;
  readonly message: string;
}

export interface PlayResult {
  readonly tasks: number;
  readonly failures: readonly Failure[];
}

/** One task takes 0.5 s; on a busy machine many times that. */
const limitMilliseconds = 300_000;

/** A reason to skip, or undefined. */
export async function withoutAnsible(): Promise<string | undefined> {
  const found = await run('ansible-doc', ['--version']).catch(() => undefined);
  return found?.status === 0 ? undefined : 'skipped: ansible is not installed';
}

export async function play(target: Target, playbook: string): Promise<PlayResult> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-ansible-'));
  try {
    const file = join(folder, 'playbook.json');
    writeFileSync(file, playbook);
    const environment = {
      F5_SERVER: target.host,
      F5_SERVER_PORT: String(target.port),
      F5_USER: 'admin',
      F5_PASSWORD: target.password,
      F5_VALIDATE_CERTS: 'no',
      // Without it each module reports to its maker.
      F5_TELEMETRY_OFF: 'yes',
      ANSIBLE_STDOUT_CALLBACK: 'json',
      ANSIBLE_PYTHON_INTERPRETER: '/usr/bin/python3',
      ANSIBLE_LOCAL_TEMP: folder,
      ANSIBLE_NOCOLOR: '1',
    };
    const words = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const result = await run('env', [...words, 'ansible-playbook', '-i', 'localhost,', file], {
      timeoutMilliseconds: limitMilliseconds,
    });
    return resultOf(result.stdout, result.stderr);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Report {
  readonly plays: readonly {
    readonly tasks: readonly {
      readonly task: { readonly name: string };
      readonly hosts: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    }[];
  }[];
}

function resultOf(output: string, complaints: string): PlayResult {
  const start = output.indexOf('{');
  if (start < 0) throw new Error(`ansible-playbook said no JSON: ${output}${complaints}`);
  const report = JSON.parse(output.slice(start)) as Report; // The json callback's own format.
  const tasks = report.plays.flatMap((one) => one.tasks);
  const failures = tasks.flatMap(({ task, hosts }) =>
    Object.values(hosts)
      .filter((host) => host['failed'] === true || host['unreachable'] === true)
      .map((host) => ({
        task: task.name,
        changed: host['changed'] === true,
        message: [host['msg'], host['exception']].filter(Boolean).join(' '),
      })),
  );
  return { tasks: tasks.length, failures };
}

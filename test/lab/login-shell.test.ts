/**
 * The login shell by a real sshd, set up by the commands of docs/howto/tmsh.md. Nothing of this host changes: accounts,
 * keys and shells are files of a mount namespace, and sshd has no port: each connection of ssh starts its own.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type TestDevice, startTestDevice } from '../../src/icontrol/test-device.ts';
import { type RunResult, run, runChecked } from '../../src/platform/process.ts';
import { isRoot } from '../../src/platform/processes.ts';
import { TestTerminal, hasTerminals } from './shell/terminal.ts';

const project = join(import.meta.dirname, '../..');
const sshd = '/usr/sbin/sshd';
const ownHost = join(import.meta.dirname, 'shell/own_host.sh');
const patienceMilliseconds = 60_000;
const password = 'olga likes snow';
const prompt = /olga@\([\w.-]+\).*\(\/Common\)\(tmos\)# /;

const skip = whyNot();
let device: TestDevice;
let folder: string;

function whyNot(): string | false {
  if (!isRoot()) return 'needs root: sshd changes its user';
  if (spawnSync(sshd, ['-?']).error !== undefined) return 'openssh-server is not installed';
  if (spawnSync('ssh', ['-V']).error !== undefined) return 'openssh-client is not installed';
  if (!hasTerminals) return 'python3 with its module pty is not here';
  if (spawnSync('unshare', ['--mount', 'true']).status !== 0) return 'no mount namespaces here';
  const reads = spawnSync('test', ['-r', join(project, 'src/cmd/cli.ts')], { uid: 65_534 });
  return reads.status === 0 ? false : `other users cannot read ${project}`;
}

/** The commands that the how-to gives for setting it up, as they stand there. */
function setUp(): string {
  const text = readFileSync(join(project, 'docs/howto/tmsh.md'), 'utf8');
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.startsWith('install -m 755 packaging/tmsh-login'));
  const end = lines.findIndex((line, index) => index > first && line === '```');
  assert.ok(first > 0 && end > first, 'the how-to says how a login shell is set up');
  return lines.slice(first, end).join('\n');
}

before(async () => {
  if (skip !== false) return;
  device = await startTestDevice();
  const made = await device.tmsh(
    `create auth user olga password "${password}" partition-access add { all-partitions { role guest } }
     create ltm pool web description "of the login shell"`,
  );
  assert.equal(made.status, 0, made.output);
  folder = mkdtempSync(join(tmpdir(), 'ek-login-'));
  chmodSync(folder, 0o755);
  await runChecked('cp', ['-a', '/etc', folder]);
  for (const name of ['home', 'bin']) mkdirSync(join(folder, name));
  // Hosts with tests of their own on them may have her already.
  await runChecked(join(project, 'evenkeel'), ['version']);
  await inOwnHost(`userdel olga 2>/dev/null || true\n${setUp()}`);
  for (const name of ['login-key', 'host-key']) {
    const path = join(folder, 'etc/ssh', name);
    await runChecked('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  }
});
after(async () => {
  if (skip !== false) return;
  await device.close();
  rmSync(folder, { recursive: true, force: true });
});

/** In a shell, from where somebody who follows the how-to stands. */
async function inOwnHost(script: string): Promise<void> {
  const command = ['--mount', ownHost, folder, 'sh', '-euc', `cd "$1"\n${script}`, 'sh', project];
  await runChecked('unshare', command, { timeoutMilliseconds: patienceMilliseconds });
}

/** `ssh USER@device WORDS` */
function ssh(words: readonly string[], user = 'olga'): readonly string[] {
  const server = [
    `${sshd} -i -e -f /etc/ssh/sshd_config -h /etc/ssh/host-key`,
    '-o AuthorizedKeysFile=/etc/ssh/login-key.pub -o PermitRootLogin=yes',
    `-o 'SetEnv=EVENKEEL=${join(project, 'evenkeel')} EVENKEEL_DEVICE=${device.paths.root} EVENKEEL_PORT=${device.port}'`,
  ].join(' ');
  const options = {
    BatchMode: 'yes',
    LogLevel: 'ERROR',
    ProxyCommand: `unshare --mount ${ownHost} ${folder} ${server} 2>>${join(folder, 'sshd.log')}`,
    StrictHostKeyChecking: 'no',
    UserKnownHostsFile: join(folder, 'known_hosts'),
  };
  return [
    '-F',
    'none',
    '-i',
    join(folder, 'etc/ssh/login-key'),
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    `${user}@device`,
    ...words,
  ];
}

function asked(words: readonly string[], input = '', user = 'olga'): Promise<RunResult> {
  return run('ssh', ssh(words, user), { input, timeoutMilliseconds: patienceMilliseconds });
}

test('who gives no password comes out again', { skip }, async () => {
  const terminal = new TestTerminal(['ssh', '-tt', ...ssh([])]);
  try {
    await terminal.sees(/is new here; its certificate has the fingerprint [0-9A-F:]+/);
    await terminal.sees(/Password: /);
    terminal.type('\u0003');
    await terminal.sees(/no password, nothing was sent/);
    assert.equal(await terminal.ended(), 1);
  } finally {
    terminal.close();
  }
});

test('who logs in gets a prompt for the password of the device', { skip }, async () => {
  const terminal = new TestTerminal(['ssh', '-tt', ...ssh([])]);
  try {
    await terminal.sees(/Password: /);
    terminal.line(password);
    await terminal.sees(prompt);
    terminal.type('list ltm poo\t');
    await terminal.sees(/pool /);
    terminal.line('web');
    await terminal.sees(/description "of the login shell"/);
    terminal.line('delete ltm pool web');
    // A guest reads.
    await terminal.sees(/does not have .*delete|not .*permitted|denied/i);
    await terminal.sees(prompt);
    terminal.type('list ltm\u0003');
    await terminal.sees(prompt);
    terminal.line('quit');
    assert.equal(await terminal.ended(), 0);
    assert.ok(!terminal.seen.includes(password));
  } finally {
    terminal.close();
  }
  const path = join(folder, 'home/olga/.local/state/evenkeel/known-hosts.json');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(path).uid, statSync(join(folder, 'home/olga')).uid);
  assert.ok(!readFileSync(path, 'utf8').includes(password));
});

test(
  'then commands behind ssh and from its standard input do with her token',
  { skip },
  async () => {
    const listed = await asked(['list ltm pool web']);
    assert.equal(listed.status, 0, listed.stderr);
    assert.match(listed.stdout, /^ltm pool web \{\n {4}description "of the login shell"\n\}\n$/);
    const refused = await asked(['modify ltm pool web description other']);
    assert.equal(refused.status, 1);
    const both = await asked(
      [],
      'show sys version\nlist ltm nothing\nlist ltm pool web one-line\n',
    );
    assert.equal(both.status, 1);
    assert.match(both.stdout, /Sys::Version/);
    assert.match(both.stdout, /ltm pool web \{ description "of the login shell" \}/);
    assert.match(both.stderr, /stdin at line: 2/);
  },
);

test('root needs no password, as on the device itself', { skip }, async () => {
  const changed = ['/usr/local/bin/tmsh-login', '-c', "'modify ltm pool web description root'"];
  const { status, stderr } = await asked(changed, '', 'root');
  assert.equal(status, 0, stderr);
  assert.equal(
    device.store.view().get('ltm pool', '/Common/web')?.properties['description'],
    'root',
  );
});

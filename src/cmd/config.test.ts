/** `evenkeel config` as people call it: a process against a device. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { type TestDevice, adminPassword, startTestDevice } from '../icontrol/test-device.ts';
import { type RunResult, run } from '../platform/process.ts';

let device: TestDevice;
let home: string;
before(async () => {
  device = await startTestDevice();
  home = mkdtempSync(join(tmpdir(), 'evenkeel-config-'));
});
after(async () => {
  await device.close();
  rmSync(home, { recursive: true, force: true });
});

/** The environment is the process's: what it may read of it is given by `env`. */
async function evenkeel(
  args: readonly string[],
  environment: readonly string[] = [],
): Promise<RunResult> {
  const cli = join(import.meta.dirname, 'cli.ts');
  const all = [`HOME=${home}`, 'XDG_STATE_HOME=', ...environment];
  return run('env', [...all, process.execPath, cli, ...args], { timeoutMilliseconds: 120_000 });
}

const local = (): string[] => ['--config', dirname(dirname(device.paths.localToken))];

test('export, diff, apply, drift, history and the way back', async () => {
  const key = '-----BEGIN PRIVATE KEY-----\nnot for a repository\n-----END PRIVATE KEY-----\n';
  const made = await device.tmsh(
    'create ltm pool web monitor http members add { 10.7.0.1:80 }; create auth partition P2; ' +
      'create ltm pool /P2/x; create ltm monitor ftp m1 username u password topsecret; ' +
      'create ltm rule r { when HTTP_REQUEST { # { balanced }\n log local0. "x" } }',
  );
  assert.equal(made.status, 0, made.output);
  await device.ask('POST', '/mgmt/tm/sys/file/ifile', { name: 'f', content: 'a file\n' });
  const folder = join(home, 'repository');
  const exported = await evenkeel(['config', 'export', folder, ...local()]);
  assert.equal(exported.status, 0, exported.stderr);
  const text = readFileSync(join(folder, 'Common/ltm.conf'), 'utf8');
  assert.match(text, /^#TMSH-VERSION: .*\n\nltm /);
  assert.doesNotMatch(text, /topsecret/);
  assert.ok(!text.includes(key));
  assert.match(readFileSync(join(folder, 'P2/ltm.conf'), 'utf8'), /^ltm pool \/P2\/x \{ \}$/m);
  assert.match(readFileSync(join(folder, 'evenkeel.json'), 'utf8'), /ifile_d\/:Common:f_1_1/);
  const same = await evenkeel(['config', 'drift', folder, ...local()]);
  assert.deepEqual([same.status, same.stdout], [0, 'No difference.\n'], same.stderr);

  const before = device.store.view().sequence;
  const path = join(folder, 'Common/ltm.conf');
  writeFileSync(path, text.replace('monitor /Common/http\n', 'monitor /Common/tcp\n'));
  const drift = await evenkeel(['config', 'drift', folder, ...local()]);
  assert.equal(drift.status, 2);
  assert.match(drift.stdout, /^- +monitor \/Common\/http\n\+ +monitor \/Common\/tcp$/m);
  const tried = await evenkeel(['config', 'apply', folder, '--dry-run', ...local()]);
  assert.match(tried.stdout, /Nothing was changed/);
  assert.equal(device.store.view().sequence, before);
  const applied = await evenkeel(['config', 'apply', folder, '--reason', 'ticket 1', ...local()]);
  assert.equal(applied.status, 0, applied.stderr);
  assert.equal(device.store.view().sequence, before + 1, 'one commit');
  const log = await evenkeel(['config', 'log', '--count', '1', ...local()]);
  assert.match(log.stdout, /root\/load {2}1 object {2}.*ticket 1\n$/);
  const shown = await evenkeel(['config', 'show', String(before + 1), '--json', ...local()]);
  assert.equal((JSON.parse(shown.stdout) as { readonly changeCount: number }).changeCount, 1);

  const back = await evenkeel(['config', 'rollback', String(before), ...local()]);
  assert.equal(back.status, 0, back.stderr);
  await device.tmsh('delete ltm pool /P2/x');
  const again = await evenkeel(['config', 'export', folder, ...local()]);
  assert.equal(again.status, 0, again.stderr);
  assert.equal(readFileSync(path, 'utf8'), text, 'the same configuration gives the same text');
  assert.throws(() => readFileSync(join(folder, 'P2/ltm.conf')), 'what is gone is taken away');
});

test('what is wrong in a folder changes nothing, and is told with its place', async () => {
  const folder = join(home, 'wrong');
  await evenkeel(['config', 'export', folder, ...local()]);
  const path = join(folder, 'Common/ltm.conf');
  const text = readFileSync(path, 'utf8');
  const before = device.store.view().sequence;
  writeFileSync(path, text.replace('monitor /Common/http\n', 'monitor /Common/nobody\n'));
  const wrong = await evenkeel(['config', 'apply', folder, ...local()]);
  assert.equal(wrong.status, 1);
  assert.match(
    wrong.stderr,
    /The requested monitor \(\/Common\/nobody\) was not found.*\(Common\/ltm\.conf at line: \d+/,
  );
  writeFileSync(path, text.replace('monitor /Common/http\n', 'monitro /Common/http\n'));
  const slip = await evenkeel(['config', 'apply', folder, ...local()]);
  assert.equal(slip.status, 1);
  assert.match(slip.stderr, /does not know this.*\n.*monitro/);
  writeFileSync(path, `${text}ltm pool open {`);
  assert.equal((await evenkeel(['config', 'apply', folder, ...local()])).status, 1);
  assert.equal(device.store.view().sequence, before);
});

test('another device is known by its certificate, and tokens are for their owner only', async () => {
  const there = ['--host', '127.0.0.1', '--port', String(device.port)];
  const first = await evenkeel(['config', 'log', ...there], [`EVENKEEL_PASSWORD=${adminPassword}`]);
  assert.equal(first.status, 0, first.stderr);
  assert.match(first.stderr, /is new here; its certificate has the fingerprint/);
  const nobody = await evenkeel(['config', 'log', ...there]);
  assert.equal(nobody.status, 1);
  assert.match(nobody.stderr, /needs EVENKEEL_PASSWORD/);
  const file = join(home, '.local/state/evenkeel/known-hosts.json');
  const known = readFileSync(file, 'utf8');
  assert.ok(!known.includes(adminPassword));
  writeFileSync(file, known.replace(/"[0-9A-F]{2}:[0-9A-F]{2}:/, '"00:00:'));
  const other = await evenkeel(['config', 'log', ...there], [`EVENKEEL_PASSWORD=${adminPassword}`]);
  assert.equal(other.status, 1);
  assert.match(other.stderr, /another one than before.*Nothing was sent/);
});

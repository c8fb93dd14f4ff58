import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDevice, startTestDevice } from '../icontrol/test-device.ts';
import { readTextIfPresent, writeFileDurably } from '../platform/files.ts';
import type { OwnFiles } from './session.ts';
import { type Ran, runOn } from './test-shell.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

const downloads = '/var/config/rest/downloads';
const texts: Record<string, string> = {};

/** The shell's own disk: `texts`. */
const ownFiles: OwnFiles = {
  read(path) {
    if (path === '/srv/secret') throw new Error('EACCES: permission denied');
    return texts[path] === undefined ? undefined : Buffer.from(texts[path]);
  },
  fetch: (url) => Promise.resolve(Buffer.from(texts[url] ?? '')),
  upload(name, bytes) {
    writeFileDurably(`${device.paths.files}${downloads}/${name}`, bytes);
    return Promise.resolve(undefined);
  },
};

const run = (command: string): Promise<Ran> => runOn(device, command, { ownFiles });

test('load sys config takes a file from beside the shell, and names it as the user did', async () => {
  texts['/srv/olga/web site.conf'] = 'ltm pool /Common/web { }\n';
  const loaded = await run('load sys config merge file "/srv/olga/web site.conf"');
  assert.equal(loaded.status, 0, loaded.errors);
  assert.match(loaded.output, /Loading configuration\.\.\.\n {2}\/srv\/olga\/web site.conf$/m);
  assert.match((await run('list ltm pool web one-line')).output, /ltm pool web/);
  assert.equal(
    readTextIfPresent(`${device.paths.files}${downloads}/tmsh.web_site.conf`),
    undefined,
    'taken away again',
  );
  texts['/tmp/bad.conf'] = 'ltm pool /Common/web {\n    colour red\n}\n';
  const refused = await run('load sys config merge file /tmp/bad.conf');
  assert.match(refused.errors, /Syntax Error:\(\/tmp\/bad.conf at line: 2 column: 5\) "colour"/);
  assert.doesNotMatch(refused.errors, /downloads/);
});

test("what may not be read is refused; the device's own folders are the device's", async () => {
  assert.match((await run('load sys config merge file /srv/secret')).errors, /permission denied/);
  texts['/var/local/scf/x.scf'] = 'ltm pool /Common/other { }\n';
  const { errors } = await run('load sys config merge file x.scf');
  assert.match(errors, /\/var\/local\/scf\/x.scf does not exist/);
});

test('certificates from a file, from the net, from an editor', async () => {
  await run('create sys crypto key made common-name made.example gen-certificate');
  const stored = await device.ask('GET', '/mgmt/tm/sys/file/ssl-cert/~Common~made.crt');
  const pem = String(stored.json['content']);
  texts['/etc/ssl/web.pem'] = pem;
  const installed = await run('install sys crypto cert web from-local-file /etc/ssl/web.pem');
  assert.equal(installed.status, 0, installed.errors);
  assert.match((await run('list sys crypto cert web.crt')).output, /common-name made.example/);
  assert.match(
    (await run('install sys crypto cert web from-local-file /etc/ssl/web.pem no-overwrite')).errors,
    /is there already/,
  );
  texts['https://ca.example/ca.pem'] = pem;
  assert.equal(
    (await run('install sys crypto cert ca from-url https://ca.example/ca.pem')).status,
    0,
  );
  assert.match(
    (await run('install sys crypto cert ca from-url ftp://ca.example/ca.pem')).errors,
    /ftp:\/\/ca.example\/ca.pem: http:\/\/ or https:\/\/ is expected/,
  );
  const edited = await runOn(device, 'install sys crypto cert typed from-editor', {
    ownFiles,
    editText: () => Promise.resolve(pem),
  });
  assert.equal(edited.status, 0, edited.errors);
  assert.match((await run('list sys crypto cert typed.crt')).output, /common-name made.example/);
});

test('the device itself fetches nothing', async () => {
  const body = { command: 'install', name: 'x', 'from-url': 'http://192.0.2.1/x' };
  const { status, json } = await device.ask('POST', '/mgmt/tm/sys/crypto/cert', body);
  assert.equal(status, 400);
  assert.match(String(json['message']), /the device fetches nothing/);
});

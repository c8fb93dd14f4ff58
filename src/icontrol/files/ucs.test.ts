import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { components } from '../../catalogue/index.ts';
import { asText, printStanzas } from '../../config/load/print.ts';
import { masterKeyPath } from '../../config/store/sealing.ts';
import type { JsonObject } from '../../config/text/json.ts';
import { writeFileDurably } from '../../platform/files.ts';
import { type TestDevice, startTestDevice } from '../test-device.ts';

let device: TestDevice;
let folder: string;
before(async () => {
  device = await startTestDevice();
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-ucs-'));
  await ask('POST', '/mgmt/tm/auth/partition', { name: 'P1' });
  await ask('POST', '/mgmt/tm/sys/file/ifile', { name: 'page', content: 'one { brace\n' });
  await ask('POST', '/mgmt/tm/sys/file/ssl-key', { name: 'web.key', content: key });
  await ask('POST', '/mgmt/tm/ltm/pool', { name: 'web', members: ['10.1.0.1:80'] });
  await ask('POST', '/mgmt/tm/ltm/pool', { name: 'other', partition: 'P1' });
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await device.close();
});

const key = '-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n';
const base = '/mgmt/tm/sys/ucs';

async function ask(method: string, path: string, body?: JsonObject): Promise<JsonObject> {
  const answer = await device.ask(method, path, body);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}

function text(): string {
  return asText(printStanzas(device.store.view(), components), '16.1');
}

function fileOf(name: string): string {
  return join(device.paths.files, 'var/local/ucs', name);
}

function plainKey(): string {
  const view = device.store.view();
  const stored = view.get('sys file ssl-key', '/Common/web.key')?.properties['content'];
  return stored === undefined ? '' : view.plain(stored);
}

test('save, list, load default, load: the same again; then delete', async () => {
  const before = text();
  const saved = await ask('POST', base, { command: 'save', name: 'one' });
  assert.match(String(saved['commandResult']), /\/var\/local\/ucs\/one\.ucs is saved\.\n$/);
  const { items } = await ask('GET', base);
  const [item] = items as readonly JsonObject[]; // The collection's own form.
  const raw = item?.['apiRawValues'] as JsonObject; // As BIG-IP has it.
  assert.equal(raw['filename'], '/var/local/ucs/one.ucs');
  assert.equal(raw['encrypted'], 'no');
  assert.match(String(raw['file_size']), /^\d+ \(in bytes\)$/);
  await ask('POST', '/mgmt/tm/sys/config', { command: 'load', name: 'default' });
  assert.equal(device.store.view().count('ltm pool'), 0);
  const loaded = await ask('POST', base, {
    command: 'load',
    name: 'one.ucs',
    options: [{ 'no-license': true }],
  });
  assert.match(String(loaded['commandResult']), /one\.ucs is loaded\.\n$/);
  assert.equal(text(), before);
  assert.equal(plainKey(), key);
  await ask('DELETE', `${base}/one.ucs`);
  assert.deepEqual((await ask('GET', base))['items'], []);
  assert.equal((await device.ask('GET', `${base}/one.ucs`)).status, 404);
});

test('a saved archive opens with tar, an encrypted one with openssl; keys are never in clear', async () => {
  await ask('POST', base, { command: 'save', name: 'plain.ucs' });
  const names = execFileSync('tar', ['-tzf', fileOf('plain.ucs')], { encoding: 'utf8' });
  const expected = [
    'config/bigip_base.conf',
    'config/bigip.conf',
    'config/partitions/P1/bigip.conf',
  ];
  for (const name of [...expected, 'files_d/Common_d/ifile_d/:Common:page_1_1']) {
    assert.ok(names.includes(name), names);
  }
  const whole = execFileSync('gzip', ['-dc', fileOf('plain.ucs')], { encoding: 'latin1' });
  assert.ok(!whole.includes('PRIVATE KEY'));
  const passphrase = 'open sesame';
  await ask('POST', base, { command: 'save', name: 'secret.ucs', options: [{ passphrase }] });
  assert.ok(!device.logged.join('\n').includes(passphrase), 'not in the audit log');
  const words = ['enc', '-d', '-aes-256-cbc', '-pbkdf2', '-iter', '200000'];
  const packed = execFileSync('openssl', [...words, '-k', passphrase, '-in', fileOf('secret.ucs')]);
  writeFileSync(join(folder, 'secret.tgz'), packed);
  const inside = execFileSync('tar', ['-xzOf', join(folder, 'secret.tgz')], { encoding: 'latin1' });
  assert.ok(inside.includes('PRIVATE KEY'));
});

test('an encrypted archive brings its secrets to another device; a wrong passphrase changes nothing', async () => {
  const passphrase = 'open sesame';
  const monitor = { name: 'm1', username: 'u', password: 'pa ss{' };
  await ask('POST', '/mgmt/tm/ltm/monitor/http', monitor);
  const answer = await ask('POST', base, {
    command: 'save',
    name: 's.ucs',
    options: [{ passphrase }],
  });
  assert.ok(!JSON.stringify(answer).includes(passphrase), 'not in the answer');
  const other = await startTestDevice();
  try {
    const load = (given: JsonObject) =>
      other.ask('POST', base, { command: 'load', name: 's.ucs', options: [given] });
    writeFileDurably(join(other.paths.files, 'var/local/ucs/s.ucs'), readFileSync(fileOf('s.ucs')));
    for (const wrong of [{ passphrase: 'open' }, { 'no-license': true }]) {
      const refused = await load(wrong);
      assert.equal(refused.status, 400, refused.text);
      assert.match(refused.text, /nothing was changed: .*passphrase/);
    }
    assert.equal(other.store.view().count('ltm pool'), 0);
    const keys = readFileSync(masterKeyPath(other.paths.database));
    const order = { command: 'load', name: 's.ucs', options: [{ passphrase }] };
    const tried = await other.ask('POST', `${base}?dryRun=true`, order);
    assert.match(tried.text, /\/Common\/m1/);
    assert.deepEqual(readFileSync(masterKeyPath(other.paths.database)), keys);
    const loaded = await load({ passphrase });
    assert.equal(loaded.status, 200, loaded.text);
    const view = other.store.view();
    const stored = view.get('ltm monitor http', '/Common/m1')?.properties['password'];
    assert.equal(view.plain(String(stored)), 'pa ss{');
  } finally {
    await other.close();
  }
});

test('no-private-key leaves keys out', async () => {
  await ask('POST', base, {
    command: 'save',
    name: 'nokey.ucs',
    options: [{ 'no-private-key': true }],
  });
  const names = execFileSync('tar', ['-tzf', fileOf('nokey.ucs')], { encoding: 'utf8' });
  assert.ok(!names.includes('certificate_key_d'), names);
});

const conf = (content: string) => ({
  header: { name: 'config/bigip.conf', size: content.length },
  body: content,
});

test('torn and hostile archives are refused, and change nothing', async () => {
  const before = text();
  const good = gzipSync(await packTar([conf('#TMSH-VERSION: 16.1.2\n\nltm pool /Common/x { }\n')]));
  const entry = (name: string, more: object = {}) => ({
    header: { name, size: 1, ...more },
    body: 'x',
  });
  const link = { type: 'symlink', linkname: '/etc/passwd', size: 0 } as const;
  const megabytes = gzipSync(Buffer.alloc(32 * 1024 * 1024));
  const hostile: Readonly<Record<string, Uint8Array>> = {
    'torn.ucs': good.subarray(0, good.length - 40),
    'text.ucs': Buffer.from('this is no archive'),
    'empty.ucs': new Uint8Array(),
    'cut.ucs': gzipSync((await packTar([conf('x'.repeat(5000))])).subarray(0, 1536)),
    'climb.ucs': gzipSync(await packTar([conf(''), entry('config/../../etc/passwd')])),
    'root.ucs': gzipSync(await packTar([conf(''), entry('/etc/passwd')])),
    'link.ucs': gzipSync(await packTar([conf(''), { header: { name: 'config/l', ...link } }])),
    'bomb.ucs': Buffer.concat(Array.from({ length: 9 }, () => megabytes)),
    'other.ucs': gzipSync(await packTar([entry('readme')])),
  };
  for (const [name, bytes] of Object.entries(hostile)) {
    writeFileDurably(fileOf(name), bytes);
    const answer = await device.ask('POST', base, { command: 'load', name });
    assert.equal(answer.status, 400, `${name}: ${answer.text}`);
  }
  assert.equal(text(), before);
});

test('one that BIG-IP made: what the text knows is loaded, the rest of it is kept', async () => {
  const certificate = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';
  const files: Readonly<Record<string, string>> = {
    'config/bigip_base.conf': `#TMSH-VERSION: 15.1.8.2

auth partition Sales { }
cm cert /Common/dtca.crt {
    cache-path /config/filestore/files_d/Common_d/trust_certificate_d/:Common:dtca.crt_39_1
    checksum SHA1:1322:aa
    revision 1
}
cm device /Common/bigip9.example.com {
    active-modules { "BIG-IP, VE Trial|X|Rate Shaping" }
    management-ip 10.9.0.1
    self-device true
}
cm device-group /Common/dg1 {
    devices {
        /Common/bigip9.example.com { }
        /Common/bigip8.example.com { }
    }
    type sync-failover
}
cm trust-domain /Common/Root {
    ca-cert /Common/dtca.crt
    guid 6c86-1
    trust-group /Common/device_trust_group
}
net interface 9.9 {
    media-fixed 10000T-FD
}
net vlan /Common/external {
    interfaces {
        1.1 { }
    }
    tag 4093
}
sys folder /Common {
    device-group /Common/dg1
    hidden false
    inherited-devicegroup false
    inherited-traffic-group true
    traffic-group /Common/traffic-group-1
}
sys global-settings {
    gui-setup disabled
    hostname bigip9.example.com
}
`,
    'config/bigip_user.conf': `#TMSH-VERSION: 15.1.8.2

auth user admin {
    description "Admin User"
    encrypted-password $6$abc$def
    partition-access {
        all-partitions {
            role admin
        }
    }
    shell none
}
`,
    'config/bigip.conf': `#TMSH-VERSION: 15.1.8.2

apm resource remote-desktop /Common/rdp { }
ltm pool /Common/p {
    members {
        /Common/10.3.0.1:80 {
            address 10.3.0.1
        }
    }
    monitor /Common/tcp
}
ltm profile client-ssl /Common/c1 {
    app-service none
    cert-key-chain {
        web_0 {
            cert /Common/web.crt
            key /Common/web.key
        }
    }
    defaults-from /Common/clientssl
    inherit-certkeychain false
}
ltm virtual /Common/v {
    creation-time 2021-01-01:00:00:00
    destination /Common/10.3.0.9:443
    ip-protocol tcp
    mask 255.255.255.255
    pool /Common/p
    profiles {
        /Common/c1 {
            context clientside
        }
        /Common/http { }
        /Common/tcp { }
    }
    serverssl-use-sni disabled
    source 0.0.0.0/0
    translate-address enabled
    translate-port enabled
    unheard-of {
        a b
    }
}
sys file ssl-cert /Common/web.crt {
    cache-path /config/filestore/files_d/Common_d/certificate_d/:Common:web.crt_61234_2
    revision 2
    source-path file:///config/ssl/ssl.crt/web.crt
}
sys file ssl-key /Common/web.key {
    cache-path /config/filestore/files_d/Common_d/certificate_key_d/:Common:web.key_61238_2
    revision 2
}
`,
    'config/partitions/Sales/bigip.conf':
      '#TMSH-VERSION: 15.1.8.2\n\nltm pool /Sales/p2 { }\nasm policy /Sales/p {\n    active\n}\n',
    'var/tmp/filestore_temp/files_d/Common_d/certificate_d/:Common:web.crt_61234_2': certificate,
    'var/tmp/filestore_temp/files_d/Common_d/certificate_key_d/:Common:web.key_61238_2': key,
    'config/BigDB.dat': 'x',
  };
  const entries = Object.entries(files).map(([name, content]) => ({
    header: { name, size: Buffer.byteLength(content) },
    body: content,
  }));
  writeFileDurably(fileOf('theirs.ucs'), gzipSync(await packTar(entries)));
  const own = device.store.view().get('auth user', 'admin')?.properties['encrypted-password'];
  const loaded = await device.ask('POST', base, { command: 'load', name: 'theirs.ucs' });
  assert.equal(loaded.status, 200, loaded.text);
  const view = device.store.view();
  const summary = loaded.json['summary'] as JsonObject; // Made by loadConfig.
  const opaque = summary['opaque'] as readonly string[]; // The same.
  assert.ok(opaque.includes('ltm virtual /Common/v: unheard-of'), opaque.join('\n'));
  assert.ok(opaque.includes('asm policy /Sales/p'));
  assert.ok((summary['skipped'] as readonly string[]).includes('cm trust-domain /Common/Root'));
  assert.deepEqual(view.names('ltm pool'), ['/Common/p', '/Sales/p2']);
  assert.equal(
    view.get('sys file ssl-cert', '/Common/web.crt')?.properties['content'],
    certificate,
  );
  assert.equal(view.get('auth user', 'admin')?.properties['encrypted-password'], own);
  const { text: saved } = { text: text() };
  assert.ok(saved.includes('    unheard-of {\n        a b\n    }\n'), saved);
});

test('the trust domain is left for an archive that loads, never for one that does not', async () => {
  let left = 0;
  device.state.provideAction('cm trust-domain', 'delete', () => {
    left += 1;
    return Promise.resolve({ ok: true, value: {} });
  });
  const origin = { user: 'system', source: 'system' } as const;
  for (const name of ['/Common/one.example.com', '/Common/two.example.com']) {
    device.store.commit({
      origin,
      operations: [{ kind: 'create', component: 'cm device', name, properties: {} }],
    });
  }
  const archive = async (name: string, config: string): Promise<void> => {
    const header = { name: 'config/bigip.conf', size: Buffer.byteLength(config) };
    writeFileDurably(fileOf(name), gzipSync(await packTar([{ header, body: config }])));
  };
  await archive('bad.ucs', 'ltm virtual /Common/v { pool /Common/nowhere }\n');
  await archive('good.ucs', 'ltm pool /Common/after { }\n');
  const load = (name: string): ReturnType<TestDevice['ask']> =>
    device.ask('POST', base, { command: 'load', name, 'reset-trust': true });
  const refused = await load('bad.ucs');
  assert.equal(refused.status, 400, refused.text);
  assert.equal(left, 0);
  const taken = await load('good.ucs');
  assert.equal(taken.status, 200, taken.text);
  assert.equal(left, 1);
});

/**
 * Static zones among other people's name servers: forward, stub and hint zones ask them; they are told of
 * changes, fetch differences, and change records of ours by signed updates. The servers are real BINDs on
 * addresses and ports of their own, in a network namespace that this test makes for itself.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { run } from '../../src/platform/process.ts';
import { isRoot } from '../../src/platform/processes.ts';
import { dig, startZonesDevice, type ZonesDevice } from './zones-device.ts';

const missing = ['named', 'rndc', 'dig', 'nsupdate', 'unshare', 'ip'].find(
  (program) => spawnSync(program, ['-V']).error !== undefined,
);
const limit = 60_000;
const zonePath = '/mgmt/tm/gtm/zone-runner/zone';
const secret = Buffer.from('what both name servers know').toString('base64');
const key = `hmac-sha256:peer.key:${secret}`;
const isInside = process.env['EVENKEEL_TEST_INSIDE'] === 'zones-peers';

if (!isInside) {
  const skip = missing ?? (isRoot() ? false : 'needs root for a network namespace');
  test('among other name servers, in a network of its own', { skip }, () => {
    const { NODE_TEST_CONTEXT: _, ...rest } = process.env;
    const words = ['-n', process.execPath, '--test', '--test-reporter=spec', import.meta.filename];
    const env = { ...rest, EVENKEEL_TEST_INSIDE: 'zones-peers' };
    const { status, stdout } = spawnSync('unshare', words, { env, encoding: 'utf8' });
    assert.equal(status, 0, stdout);
  });
} else inside();

interface Peer {
  readonly folder: string;
  readonly child: ChildProcess;
}

function inside(): void {
  const peers: Peer[] = [];
  let device: ZonesDevice;
  /** BIND as somebody else runs it, with these zones. */
  const startPeer = async (address: string, port: number, conf: string, files: Files) => {
    const folder = mkdtempSync(join(tmpdir(), 'peer-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const text = `key "peer.key" { algorithm hmac-sha256; secret "${secret}"; };
options { directory "${folder}"; pid-file none; lock-file none; session-keyfile none;
  listen-on port ${port} { ${address}; }; listen-on-v6 { none; }; recursion no; dnssec-validation no;
  query-source address ${address}; transfer-source ${address}; notify no; };
controls { };
${conf}`;
    writeFileSync(join(folder, 'named.conf'), text);
    const child = spawn('named', ['-g', '-n', '1', '-c', join(folder, 'named.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const peer = { folder, child };
    child.stderr.on('data', (said: Buffer) => {
      writeFileSync(join(folder, 'log'), said, { flag: 'a' });
    });
    peers.push(peer);
    await waitUntil(systemClock, 'a peer to start', limit, () => {
      return logOf(peer).includes('running');
    });
    return peer;
  };

  before(async () => {
    for (const words of [
      ['link', 'set', 'lo', 'up'],
      ['addr', 'add', '127.0.53.1/8', 'dev', 'lo'],
      ['addr', 'add', '127.0.53.2/8', 'dev', 'lo'],
    ]) {
      assert.equal(spawnSync('ip', words).status, 0, words.join(' '));
    }
    // Secondaries ask for the serial by UDP and fetch by TCP: one port.
    device = await startZonesDevice(53);
    await create('/mgmt/tm/gtm/zone-runner/tsig-key', { name: 'peer.key', secret });
  });
  after(async () => {
    for (const { child, folder } of peers) {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    }
    await device.close();
  });

  const create = async (path: string, body: Body): Promise<void> => {
    const answer = await device.rest.ask('POST', path, body);
    assert.equal(answer.status, 200, answer.text);
  };
  const answers = async (name: string, data: string, ...words: string[]): Promise<void> => {
    let seen = '';
    await waitUntil(systemClock, `${name} to be ${data}`, limit, async () => {
      seen = (await dig(device.port(), ...words, name, 'A')).lines.join();
      return seen.endsWith(data);
    }).catch((error: unknown) => {
      throw new Error(`it is "${seen}"`, { cause: error });
    });
  };

  test('forward, stub and hint zones are asked of other servers', async () => {
    const files = {
      'fwd.db': zoneText('127.0.53.1', '198.18.6.1'),
      'stub.db': zoneText('127.0.53.1', '198.18.6.2'),
      'root.db': `$TTL 60\n@ SOA ns.root.test. root. 1 60 60 60 60\n@ NS ns.root.test.\nns.root.test. A 127.0.53.1\nfar.test. A 198.18.6.3\n`,
    };
    await startPeer('127.0.53.1', 5353, 'zone "fwd.test" { type primary; file "fwd.db"; };', files);
    const conf = `zone "stub.test" { type primary; file "stub.db"; };
zone "." { type primary; file "root.db"; };`;
    await startPeer('127.0.53.1', 53, conf, files);
    await create(zonePath, {
      name: 'fwd.test.',
      type: 'forward',
      forwarders: ['127.0.53.1'],
      forwarderPort: 5353,
    });
    await create(zonePath, { name: 'stub.test.', type: 'stub', primaries: ['127.0.53.1'] });
    await device.settled();
    await answers('www.fwd.test', '198.18.6.1');
    await answers('www.stub.test', '198.18.6.2');
    // Only who wants recursion, and only there: the listener is no open resolver.
    const plain = await dig(device.port(), '+norecurse', 'other.fwd.test', 'A');
    assert.notEqual(plain.status, 'NXDOMAIN', 'without recursion nothing is asked of others');
    const elsewhere = await dig(device.port(), 'far.test', 'A');
    assert.deepEqual([elsewhere.status, elsewhere.lines], ['REFUSED', []]);
    await create('/mgmt/tm/gtm/zone-runner/view', { name: 'far', matchClients: ['127.0.0.9/32'] });
    await create(zonePath, {
      name: 'far:.',
      view: 'far',
      type: 'hint',
      records: [
        { name: '.:NS', data: ['ns.root.test.'] },
        { name: 'ns.root.test.:A', data: ['127.0.53.1'] },
      ],
    });
    await create(zonePath, {
      name: 'far:corp.test.',
      view: 'far',
      type: 'forward',
      forward: 'first',
      forwarders: ['127.0.53.2'],
    });
    await device.settled();
    // The forwarder is not there: then the servers that the hints lead to.
    const far = await dig(device.port(), '-b', '127.0.0.9', 'x.corp.test', 'A');
    assert.equal(far.status, 'NXDOMAIN');
  });

  test('a secondary is told of a change, and fetches the difference with its key', async () => {
    await create(zonePath, {
      name: 'out.test.',
      transferKeys: ['peer.key'],
      alsoNotify: ['127.0.53.2'],
      notifyPort: 5354,
      notifyKey: 'peer.key',
      records: [
        { name: 'out.test.:NS', data: ['ns.example.net.'] },
        { name: 'www.out.test.:A', data: ['198.18.7.1'] },
        ...Array.from({ length: 30 }, (_, index) => ({
          name: `host${index}.out.test.:A`,
          data: ['198.18.7.9'],
        })),
      ],
    });
    await device.settled();
    const secondary = await startPeer(
      '127.0.53.2',
      5354,
      `zone "out.test" { type secondary; file "out.db"; allow-notify { key "peer.key"; };
  primaries { 127.0.0.1 port ${device.tcpPort()} key "peer.key"; }; };`,
      {},
    );
    const has = (address: string): Promise<void> =>
      waitUntil(systemClock, `the secondary to have ${address}`, limit, async () => {
        const { lines } = await dig(5354, '@127.0.53.2', 'www.out.test', 'A');
        return lines.join().endsWith(address);
      }).catch((error: unknown) => {
        throw new Error(logOf(secondary).slice(-2000), { cause: error });
      });
    await has('198.18.7.1');
    const changed = await device.rest.ask(
      'PATCH',
      `${zonePath}/out.test./records/www.out.test.:A`,
      {
        data: ['198.18.7.2'],
      },
    );
    assert.equal(changed.status, 200, changed.text);
    await has('198.18.7.2');
    assert.match(logOf(secondary), /received notify for zone 'out\.test': TSIG 'peer\.key'/);
    // Of the zone's 34 records six came: two for what changed, four SOAs around them.
    assert.match(logOf(secondary), /Transfer completed: 1 messages, 6 records/);
    const ixfr = ['+tcp', 'out.test', 'IXFR=1'];
    assert.equal((await dig(device.tcpPort(), ...ixfr)).lines.length, 0, 'nobody in particular');
    assert.ok((await dig(device.tcpPort(), '-y', key, ...ixfr)).lines.length > 0, 'with the key');
  });

  test('who signs with an update key changes records, by a commit with all its checks', async () => {
    await create(zonePath, {
      name: 'dyn.test.',
      updateKeys: ['peer.key'],
      records: [
        { name: 'dyn.test.:NS', data: ['ns.example.net.'] },
        { name: 'alias.dyn.test.:CNAME', data: ['www.dyn.test.'] },
        { name: 'www.dyn.test.:A', data: ['198.18.8.1'] },
      ],
    });
    await device.settled();
    const folder = mkdtempSync(join(tmpdir(), 'nsupdate-'));
    const update = async (lines: readonly string[], ...words: readonly string[]) => {
      const file = join(folder, 'script');
      const script = ['server 127.0.0.1', 'zone dyn.test.', ...lines, 'send', ''];
      writeFileSync(file, script.join('\n'));
      const { status, stderr } = await run('nsupdate', [...words, file]);
      return status === 0 ? 'taken' : stderr;
    };
    const adding = (name: string, data = 'A 198.18.8.2'): string => `update add ${name} 60 ${data}`;
    const signed = ['-y', key];
    assert.equal(await update([adding('one.dyn.test.')], ...signed), 'taken');
    // It is answered when it is served.
    assert.match((await dig(device.port(), 'one.dyn.test', 'A')).lines.join(), /198\.18\.8\.2$/);
    assert.equal(await update([adding('two.dyn.test.')], '-v', ...signed), 'taken', 'by TCP');
    const challenge = adding('_acme-challenge.dyn.test.', 'TXT "abc"');
    assert.equal(
      await update([`prereq nxrrset _acme-challenge.dyn.test. TXT`, challenge], ...signed),
      'taken',
    );
    const again = await update(
      [`prereq nxrrset _acme-challenge.dyn.test. TXT`, challenge],
      ...signed,
    );
    assert.match(again, /YXRRSET/);
    assert.equal(await update([`update delete one.dyn.test. A`], ...signed), 'taken');
    assert.equal((await dig(device.port(), 'one.dyn.test', 'A')).status, 'NXDOMAIN');
    assert.match(await update([adding('three.dyn.test.')]), /REFUSED/, 'unsigned');
    const wrong = Buffer.from('another secret').toString('base64');
    assert.match(
      await update([adding('x.dyn.test.')], '-y', `hmac-sha256:peer.key:${wrong}`),
      /BADSIG/,
    );
    assert.match(
      await update([adding('x.dyn.test.')], '-y', `hmac-sha256:no.key:${secret}`),
      /BADKEY/,
    );
    const bare = ['ns.example.net.', 'root.dyn.test.', '4000000000', '7200 900 86400 60'];
    const newSoa = `update add dyn.test. 60 SOA ${bare.join(' ')}`;
    assert.equal(await update([newSoa], ...signed), 'taken', 'an SOA');
    const top = await dig(device.port(), 'dyn.test', 'SOA');
    assert.match(
      top.lines.join(),
      / ns\.example\.net\. root\.dyn\.test\. 400000\d{4} 7200 900 86400 60$/,
    );
    assert.equal(await update([newSoa], ...signed), 'taken', 'the same again is not heard');
    // What named would swallow is refused here too.
    assert.match(await update([adding('alias.dyn.test.')], ...signed), /REFUSED/);
    assert.match(
      await update([adding('m.dyn.test.', 'MX 10 nowhere.dyn.test.')], ...signed),
      /REFUSED/,
    );
    const records = await device.rest.ask('GET', `${zonePath}/dyn.test./records`);
    assert.match(records.text, /two\.dyn\.test\.:A/);
    const history = await device.rest.tmsh('show sys commit');
    assert.match(history.output, /peer\.key/);
    rmSync(folder, { recursive: true });
  });
}

type Body = Parameters<ZonesDevice['rest']['ask']>[2];
type Files = Readonly<Record<string, string>>;

function logOf({ folder }: Peer): string {
  try {
    return readFileSync(join(folder, 'log'), 'utf8');
  } catch {
    return '';
  }
}

function zoneText(server: string, address: string): string {
  return `$TTL 60\n@ SOA ns root 1 3600 60 86400 60\n@ NS ns\nns A ${server}\nwww A ${address}\n`;
}

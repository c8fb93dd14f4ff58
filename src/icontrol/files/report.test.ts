/** Files of other devices: what would become of them, and that their text survives. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { componentById, components } from '../../catalogue/index.ts';
import { type JsonObject } from '../../config/text/json.ts';
import { parseConfig } from '../../config/text/parse-config.ts';
import { printObject } from '../../config/text/print.ts';
import { type TestDevice, startTestDevice } from '../test-device.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

function fixture(name: string): string {
  return readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
}

interface Reported {
  readonly object: string;
  readonly line: number;
  readonly verdict: string;
  readonly notes: readonly string[];
}

async function report(text: string): Promise<{
  readonly totals: JsonObject;
  readonly said: string;
  of(object: string): Reported | undefined;
}> {
  const before = device.store.view().sequence;
  const body = { command: 'load', 'from-terminal': text, merge: true, report: true };
  const { status, json, text: answer } = await device.ask('POST', '/mgmt/tm/sys/config', body);
  assert.equal(status, 200, answer);
  assert.equal(device.store.view().sequence, before, 'a report changes nothing');
  const objects = json['objects'] as unknown as readonly Reported[];
  return {
    totals: json['totals'] as JsonObject,
    said: String(json['commandResult']),
    of: (object) => objects.find((one) => one.object === object),
  };
}

test('every object of a device of another make is accounted for', async () => {
  const { totals, said, of } = await report(fixture('web-15.1.conf'));
  assert.equal(
    Object.values(totals).reduce((sum: number, one) => sum + Number(one), 0),
    24,
  );
  assert.equal(of('ltm pool /Common/shop_pool')?.verdict, 'taken');
  assert.equal(of('ltm monitor http /Common/shop_http')?.verdict, 'taken');
  assert.equal(of('asm policy /Common/shop_waf')?.verdict, 'opaque');
  assert.equal(of('apm policy policy-item /Common/portal_ent')?.verdict, 'opaque');
  assert.notEqual(of('ltm policy /Common/shop_policy')?.verdict, 'refused');
  const broken = of('ltm virtual /Common/broken_vs');
  assert.equal(broken?.verdict, 'refused');
  assert.deepEqual(broken?.notes, [
    '01020036:3: The requested Pool (/Common/no_such_pool) was not found.',
  ]);
  assert.match(said, /^Checking compatibility\.\.\.\n {2}from-terminal\n24 objects: \d+ taken, /);
  assert.match(said, /refused: ltm virtual \/Common\/broken_vs \(from-terminal at line: 178\)/);
});

test('what needs a refused object is refused with its own reason, and slips with their places', async () => {
  const { totals, of } = await report(
    `${fixture('hand.conf')}\nltm virtual needs { destination 10.99.0.2:80 pool typo }\n`,
  );
  assert.equal(totals['refused'], 3);
  assert.match(
    of('ltm pool broken')?.notes[0] ?? '',
    /line: 5 column: 19\) "lod-balancing-mode" unknown/,
  );
  assert.match(of('ltm pool /Common/typo')?.notes[0] ?? '', /"load-balancing-mode":"sometimes"/);
  assert.match(
    of('ltm virtual /Common/needs')?.notes[0] ?? '',
    /Pool \(\/Common\/typo\) was not found/,
  );
  assert.notEqual(of('ltm virtual /Common/quick')?.verdict, 'refused');
});

test('a text without an end is a fault, not a report', async () => {
  const body = { command: 'load', 'from-terminal': 'ltm pool a {', merge: true, report: true };
  const { status } = await device.ask('POST', '/mgmt/tm/sys/config', body);
  assert.equal(status, 400);
});

for (const name of ['web-15.1.conf', 'gtm-12.1.conf']) {
  test(`${name}: what is read prints as it was written`, () => {
    const text = fixture(name);
    const context = { folder: '/Common', components, component: componentById, keepUnknown: true };
    const parsed = parseConfig(text, context);
    assert.ok(parsed.ok, JSON.stringify(parsed));
    const printed = parsed.value.map((stanza) =>
      stanza.kind === 'unknown'
        ? `${stanza.header} {${stanza.body}}`
        : printObject(stanza.component, stanza.name, stanza.properties),
    );
    const version = text.slice(0, text.indexOf('\n'));
    assert.equal([`${version}\n`, ...printed, ''].join('\n'), text);
  });
}

test('loaded, saved and loaded again it is the same', async () => {
  const good = fixture('web-15.1.conf').replace(/ltm virtual \/Common\/broken_vs \{[^}]*\}\n/, '');
  const load = { command: 'load', 'from-terminal': good, merge: true };
  const loaded = await device.ask('POST', '/mgmt/tm/sys/config', load);
  assert.equal(loaded.status, 200, loaded.text);
  const texts = async (): Promise<string> => {
    const { json } = await device.ask('GET', '/mgmt/shared/evenkeel/config');
    return (json['texts'] as unknown as readonly { readonly text: string }[])
      .map(({ text }) => text)
      .join('');
  };
  const first = await texts();
  assert.ok(first.includes('asm policy /Common/shop_waf {\n    active\n'));
  const sequence = device.store.view().sequence;
  const again = { command: 'load', 'from-terminal': first };
  const second = await device.ask('POST', '/mgmt/tm/sys/config', again);
  assert.equal(second.status, 200, second.text);
  assert.equal(device.store.view().sequence, sequence, 'no change');
  assert.equal(await texts(), first);
});

test('a partition with its folder, tunnels of route domain 0, wildcards of others, options, an iApp: loaded and saved so', async () => {
  const text = [
    '#TMSH-VERSION: 15.1.8.2',
    'auth partition Shop { }',
    'sys folder /Shop { }',
    'net route-domain /Common/0 { id 0 vlans { /Common/http-tunnel /Common/socks-tunnel } }',
    'ltm virtual-address /Common/0.0.0.0%61 { address any%61 arp disabled mask any }',
    'net route-domain /Common/61 { id 61 }',
    'ltm profile client-ssl /Shop/cs { defaults-from /Common/clientssl options { no-tlsv1 no-tlsv1.1 } }',
    'ltm profile web-acceleration /Shop/wa { cache-size 50mb defaults-from /Common/webacceleration }',
    'sys application service /Shop/a.app/a { template /Common/f5.http }',
    'sys folder /Shop/a.app { }',
  ].join('\n');
  const { totals } = await report(text);
  assert.deepEqual([totals['refused'], totals['opaque']], [0, 0]);
  const body = { command: 'load', 'from-terminal': text, merge: true };
  const loaded = await device.ask('POST', '/mgmt/tm/sys/config', body);
  assert.equal(loaded.status, 200, loaded.text);
  const get = async (path: string, key: string): Promise<unknown> =>
    (await device.ask('GET', `/mgmt/tm/${path}`)).json[key];
  assert.equal(
    await get('ltm/profile/client-ssl/~Shop~cs', 'tmOptions'),
    '{ no-tlsv1 no-tlsv1.1 }',
  );
  assert.equal(await get('ltm/profile/web-acceleration/~Shop~wa', 'cacheSize'), 50);
  const { component, stored } = {
    component: componentById('ltm profile client-ssl'),
    stored: device.store.view().get('ltm profile client-ssl', '/Shop/cs'),
  };
  assert.ok(component !== undefined && stored !== undefined);
  assert.match(
    printObject(component, '/Shop/cs', stored.properties, {}),
    /^ {4}options \{ no-tlsv1 no-tlsv1\.1 \}$/m,
  );
});

test('of a shop with everything that public configurations have, only what lacks its files is refused', async () => {
  const { said, of } = await report(fixture('shop-15.1.conf'));
  const refused = [...said.matchAll(/^ {2}refused: (.*) \(from-terminal/gm)].map(
    ([, name]) => name,
  );
  assert.deepEqual(refused, [
    'ltm data-group external /Common/ext_hosts',
    'ltm ifile /Common/errpage',
    // Sealed with another device's master key.
    'ltm monitor mysql /Common/db',
    'net trunk tr1',
    'sys application service /Common/app1.app/app1',
  ]);
  assert.notEqual(of('ltm monitor tcp-half-open /Common/tho')?.verdict, 'refused');
  assert.equal(of('ltm virtual /Common/fwd_all')?.verdict, 'taken');
  const external = of('ltm monitor external /Common/ext1');
  assert.deepEqual(external?.notes.filter((note) => /not known/.test(note)) ?? [], []);
});

test('of a file that is not beside the text it is said so', async () => {
  const { of } = await report(
    'sys file ifile /Common/page {\n    cache-path /config/filestore/files_d/Common_d/ifile_d/:Common:page_1_1\n    revision 1\n}\n',
  );
  assert.equal(of('sys file ifile /Common/page')?.verdict, 'opaque');
  assert.deepEqual(of('sys file ifile /Common/page')?.notes, [
    'its file is not here: kept without effect',
  ]);
});

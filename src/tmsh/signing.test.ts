import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDevice, startTestDevice } from '../icontrol/test-device.ts';
import { runOn } from './test-shell.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

async function done(command: string): Promise<string> {
  const { status, output, errors } = await runOn(device, command);
  assert.equal(status, 0, `${command}: ${errors}`);
  return output;
}

async function refused(command: string): Promise<string> {
  const { status, errors } = await runOn(device, command);
  assert.equal(status, 1, command);
  return errors;
}

/** What `list` printed may be pasted: it says nothing that a load would not take. */
async function loadedAgain(listed: string): Promise<void> {
  const { status, errors } = await runOn(device, 'load sys config merge from-terminal', {
    readText: () => Promise.resolve(listed),
  });
  assert.equal(status, 0, errors);
}

test('a checksum is the MD5 of the script, as BIG-IP makes it, and shows a change', async () => {
  await done('create cli script foo {\nproc script::run {} {}\n}');
  assert.match(await done('list cli script foo all-properties'), /verification-status none/);
  await done('generate cli script foo checksum');
  const listed = await done('list cli script foo all-properties');
  // Recorded of a BIG-IP 12.1.3, for the same script.
  assert.match(listed, /script-checksum 2a7a57176f8d6ef585ea3cd0db787718/);
  assert.match(listed, /verification-status checksum-verified/);
  await done('modify cli script foo {\nproc script::run {} { puts hello }\n}');
  assert.match(
    await done('list cli script foo all-properties'),
    /verification-status checksum-unverified/,
  );
});

test("an iRule ends with its signature, which this device's keys and certificates know", async () => {
  await done('create ltm rule r {\nwhen CLIENT_ACCEPTED { }\n}');
  await done('create sys crypto key signer common-name signer gen-certificate');
  await done('generate ltm rule r signature signing-key signer');
  const listed = await done('list ltm rule r');
  assert.match(listed, /when CLIENT_ACCEPTED \{ \}\ndefinition-signature [\w+/]{342}==\n/);
  assert.match(listed, /verification-status signature-verified/);
  assert.equal(
    (await device.ask('GET', '/mgmt/tm/ltm/rule/~Common~r')).json['apiRawValues'] !== undefined,
    true,
  );
  await loadedAgain(listed);
  const again = await refused('generate ltm rule r checksum');
  assert.match(again, /has a signature; a script has a checksum or a signature, not both/);
  await done('generate ltm rule r signature signing-key signer');
  assert.equal((await done('list ltm rule r')).match(/definition-signature/g)?.length, 1);
  await done('delete sys file ssl-key signer.key');
  await done('delete sys file ssl-cert signer.crt');
  assert.match(await done('list ltm rule r'), /verification-status signature-unverified/);
  assert.match(
    await refused('generate ltm rule r signature signing-key other'),
    /01020036:3: The requested key \(\/Common\/other.key\) was not found/,
  );
  assert.match(await refused('generate ltm rule r signature'), /must be specified: signing-key/);
});

test('what BIG-IP installs from images and keys has an answer here', async () => {
  assert.match(
    await refused('install sys software image BIGIP-16.1.5.iso volume HD1.2 create-volume'),
    /software comes to this device by the host/,
  );
  assert.match(
    await done('install sys license registration-key AAAAA-BBBBB-CCCCC-DDDDD-EEEEEEE'),
    /needs no license/,
  );
});

test('all scripts of an application template have one checksum', async () => {
  await done(
    'create sys application template t actions add { definition { implementation { set a 1 } presentation { section b } } }',
  );
  await done('generate sys application template t checksum');
  const status = 'list sys application template t verification-status tmpl-checksum';
  assert.match(
    await done(status),
    /tmpl-checksum [0-9a-f]{32}\n    verification-status checksum-verified/,
  );
  await loadedAgain(await done('list sys application template t'));
  await done(
    'modify sys application template t actions modify { definition { presentation { section c } } }',
  );
  assert.match(await done(status), /checksum-unverified/);
});

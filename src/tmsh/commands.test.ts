/** cp, edit, run util, several objects at once, braces around what is wanted, filters behind filters. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDevice, startTestDevice } from '../icontrol/test-device.ts';
import { runOn } from './test-shell.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

test('cp makes another object like the first, in the folder that somebody stands in', async () => {
  const made = await runOn(
    device,
    'create auth partition Copies; cd /Copies; create ltm pool one monitor /Common/http members add { 10.9.0.1:80 }; ' +
      'cp ltm pool one two; list ltm pool two one-line',
  );
  assert.equal(made.errors, '');
  assert.match(
    made.output,
    /^ltm pool two \{ members \{ 10\.9\.0\.1:http .* monitor \/Common\/http partition Copies \}$/,
  );
  const again = await runOn(device, 'cd /Copies; cp ltm pool one two');
  assert.match(again.errors, /^01020066:3: The requested Pool \(\/Copies\/two\) already exists/);
  const missing = await runOn(device, 'cp ltm pool nobody two');
  assert.match(
    missing.errors,
    /^01020036:3: The requested Pool \(\/Common\/nobody\) was not found/,
  );
  const nowhere = await runOn(device, 'create ltm pool empty; cp ltm pool empty /Nowhere/two');
  assert.match(nowhere.errors, /folder \(\/Nowhere\) was not found/);
  const moved = await runOn(
    device,
    'cd /Copies; mv ltm pool two three; list ltm pool three one-line',
  );
  assert.match(moved.output, /^ltm pool three /);
});

test('cp takes secrets along, which a client cannot', async () => {
  const { errors } = await runOn(
    device,
    'create ltm monitor ftp m1 username u password secret; cp ltm monitor ftp m1 m2',
  );
  assert.equal(errors, '');
  const view = device.store.view();
  const sealed = view.stored('ltm monitor ftp', '/Common/m2')?.properties['password'];
  assert.equal(view.plain(String(sealed)), 'secret');
});

test('what one command names changes together, or not at all', async () => {
  await runOn(
    device,
    'create ltm pool t1; create ltm pool t2 members add { 10.9.1.1:80 10.9.1.2:80 }; ' +
      'create ltm virtual tv destination 10.9.2.1:80 pool t2',
  );
  const { status, errors } = await runOn(device, 'delete ltm pool t1 t2');
  assert.equal(status, 1);
  assert.match(errors, /^01070265:3: The Pool \(\/Common\/t2\) cannot be deleted/);
  const before = device.store.view().sequence;
  await runOn(device, 'modify ltm pool t* description together');
  assert.equal(device.store.view().sequence, before + 1, 'one commit');
  const listed = await runOn(device, 'list ltm pool t1 t2 description');
  assert.equal((listed.output.match(/description together/g) ?? []).length, 2);
  const members = await runOn(
    device,
    'modify ltm pool t2 members modify { all { description every } }; list ltm pool t2 { members { 10.9.1.2:80 { description } } }',
  );
  assert.equal(members.errors, '');
  assert.match(members.output, /10\.9\.1\.2:http \{\n\s+description every/);
});

test('programs of the shell, and filters one behind the other', async () => {
  const said = await runOn(device, 'run /util bash -c "echo hello"');
  assert.deepEqual(said, { status: 0, output: 'hello', errors: '' });
  const unknown = await runOn(device, 'run util rm-rf');
  assert.equal(unknown.status, 1);
  const both = await runOn(device, 'list ltm monitor | grep ltm | grep -c "monitor http "');
  assert.match(both.output, /^[1-9]\d*$/);
  const ofAction = await runOn(
    device,
    'run sys commit diff from 0 | grep -c "ltm pool /Common/t1"',
  );
  assert.match(ofAction.output, /^[1-9]\d*$/, ofAction.errors);
});

test('edit runs what the editor makes of the text, as one change', async () => {
  await runOn(device, 'create ltm pool e1 description before');
  const words: string[] = ['y'];
  const seen: string[] = [];
  const edited = await runOn(device, 'edit ltm pool e1', {
    editText: (text) => {
      seen.push(text);
      return Promise.resolve(text.replace('before', 'after'));
    },
    askWord: () => Promise.resolve(words.shift() ?? 'n'),
  });
  assert.deepEqual(seen, ['modify ltm pool e1 {\n    description before\n}\n']);
  assert.equal(edited.errors, '');
  assert.match((await runOn(device, 'list ltm pool e1')).output, /description after/);
  // The second of two commands is wrong: neither happens.
  const wrong = await runOn(device, 'edit ltm pool e1 ', {
    editText: () =>
      Promise.resolve(
        'modify ltm pool e1 { description lost }\nmodify ltm pool nobody { description x }\n',
      ),
    askWord: (question) => Promise.resolve(question.startsWith('Save') ? 'y' : 'n'),
  });
  assert.match(wrong.errors, /nobody/);
  assert.match((await runOn(device, 'list ltm pool e1')).output, /description after/);
  const created = await runOn(device, 'edit ltm pool e2', {
    editText: (text) => Promise.resolve(text.replace('{\n', '{\n    description new\n')),
    askWord: () => Promise.resolve('y'),
  });
  assert.equal(created.errors, '');
  assert.match((await runOn(device, 'list ltm pool e2')).output, /description new/);
  assert.match((await runOn(device, 'edit ltm pool e2')).errors, /no terminal/);
});

test('a name with any character in it is asked for, not thrown at', async () => {
  for (const name of ['ü→𝄞', '\0', '\ud800', '\u00a0', '"a\nb"', '@^ü.b']) {
    const { errors, status } = await runOn(device, `list ltm pool ${name}`);
    if (status !== 0) assert.match(errors, /not found|not valid|invalid/, JSON.stringify(name));
  }
});

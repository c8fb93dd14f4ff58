import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type TestDevice, startTestDevice } from '../icontrol/test-device.ts';
import { run } from '../platform/process.ts';
import { readBlocks, tclList } from './tcl-list.ts';
import { type Ran, runOn } from './test-shell.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

async function runTcl(body: string, args = ''): Promise<Ran> {
  await runOn(device, 'delete cli script under_test');
  const made = await runOn(
    device,
    `create cli script under_test {\nproc script::run {} {\n${body}\n}\n}`,
  );
  assert.equal(made.errors, '');
  return runOn(device, `run cli script under_test ${args}`);
}

test('a script reads, changes and prints', async () => {
  await runOn(
    device,
    'create ltm pool s1 description "two words" members add { 10.8.0.1:80 { ratio 3 } 10.8.0.2:80 }',
  );
  const { status, output, errors } = await runTcl(
    `puts "for [lindex $tmsh::argv 1] $tmsh::argc"
     foreach pool [tmsh::get_config ltm pool s1] {
       puts "[tmsh::get_type $pool]|[tmsh::get_name $pool]|[tmsh::get_field_value $pool description]"
       puts [tmsh::get_field_names value $pool]
       puts [tmsh::get_field_names nested $pool]
       foreach member [tmsh::get_field_value $pool members] {
         if {[tmsh::get_field_value $member ratio ratio]} { puts "[tmsh::get_name $member] $ratio" }
       }
     }
     puts -nonewline "no "; puts newline
     tmsh::modify ltm pool s1 description changed`,
    'you',
  );
  assert.equal(errors, '');
  assert.equal(status, 0);
  assert.equal(
    output,
    [
      'for you 2',
      'ltm pool|s1|two words',
      'description',
      'members',
      '10.8.0.1:http 3',
      'no newline',
    ].join('\n'),
  );
  assert.match((await runOn(device, 'list ltm pool s1')).output, /description changed/);
});

test('transactions and stateless commands', async () => {
  const { errors, output } = await runTcl(
    `tmsh::begin_transaction
     tmsh::create ltm pool s2
     tmsh::create "ltm pool s3 { description x }"
     tmsh::commit_transaction
     if {[catch {tmsh::create ltm pool s3} message]} { puts $message }
     tmsh::stateless enabled
     tmsh::create ltm pool s3 description y
     tmsh::delete ltm pool nobody
     tmsh::cd /
     puts [tmsh::pwd]`,
  );
  assert.equal(errors, '');
  assert.match(output, /^01020066:3: The requested Pool \(\/Common\/s3\) already exists.*\n\/$/);
  assert.match((await runOn(device, 'list ltm pool s2 s3 description')).output, /description y/);
  const left = await runTcl('tmsh::begin_transaction\ntmsh::create ltm pool s4');
  assert.equal(left.errors, '');
  assert.equal((await runOn(device, 'list ltm pool s4')).status, 1, 'not committed, not made');
});

test('a script reaches nothing but the shell', async () => {
  for (const body of [
    'exec ls',
    'open /etc/passwd',
    'socket localhost 22',
    'source /etc/passwd',
    'file delete /x',
    'load x',
    'glob *',
    'cd /',
    'interp create x; x eval exec ls',
  ]) {
    const { status, errors } = await runTcl(body);
    assert.equal(status, 1, body);
    assert.match(errors, /script \/Common\/under_test failed: /);
    assert.doesNotMatch(errors, /root:/);
  }
  const failed = await runTcl('tmsh::modify ltm pool nobody description x');
  assert.match(
    failed.errors,
    /failed: 01020036:3: The requested Pool \(\/Common\/nobody\) was not found/,
  );
  const greedy = await runTcl('set x a; while 1 { append x $x }');
  assert.match(greedy.errors, /failed: /);
});

test('what a list holds comes out of it in Tcl', async () => {
  const words = fc
    .sample(fc.array(fc.string({ unit: 'binary' }), { maxLength: 6 }), 12)
    .map((list) => list.map((text) => text.replaceAll(/[\0\ud800-\udfff]/g, '')));
  const script = words
    .map(
      (list) =>
        `puts [binary encode hex [encoding convertto utf-8 [join [list {*}[encoding convertfrom utf-8 [binary decode hex ${Buffer.from(tclList(list)).toString('hex') || '{}'}]]] \\u0001]]]`,
    )
    .join('\n');
  const { stdout } = await run('tclsh', [], { input: `${script}\n` });
  const lines = stdout.split('\n');
  for (const [index, list] of words.entries()) {
    assert.equal(Buffer.from(lines[index] ?? '', 'hex').toString(), list.join('\u0001'));
  }
});

test('any text is read as blocks, and comes to an end', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a {', '}', 'b c', 'd { }', 'e { f g }', '"x {', ''), {
        maxLength: 40,
      }),
      (lines) => {
        readBlocks(lines.join('\n'));
      },
    ),
  );
});

/**
 * Every component's bodies, made up from its entry in the catalogue: nothing dies, nothing leaks, and what was
 * refused has changed nothing. The seed is fixed; EVENKEEL_FUZZ_SEED tries another.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { components } from '../../src/catalogue/index.ts';
import { actionsOf } from '../../src/catalogue/move.ts';
import type { Component } from '../../src/catalogue/types.ts';
import type { JsonObject } from '../../src/config/text/json.ts';
import { componentPath } from '../../src/config/text/urls.ts';
import {
  type TestAnswer,
  type TestDevice,
  startTestDevice,
} from '../../src/icontrol/test-device.ts';
import { type Chance, createChance, rounds, seed } from './random.ts';
import { bodyFor, pathSegment } from './values.ts';

/** Bodies of one component in a round. */
const bodiesEach = 3;
const answerMilliseconds = 5000;

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

const leaks =
  /\bat \S+ \(|\bat (async )?file:|node:internal|\.ts:\d+|node_modules|SQLITE|TypeError|RangeError|\[object Object\]/;

interface Attempt {
  readonly method: string;
  readonly path: string;
  readonly body: JsonObject | undefined;
}

async function attempt({ method, path, body }: Attempt): Promise<TestAnswer> {
  const told = `${method} ${path} ${JSON.stringify(body)?.slice(0, 600) ?? ''}`;
  const before = device.store.view().sequence;
  const started = performance.now();
  const answer = await device.ask(method, path, body).catch((error: unknown) => {
    assert.fail(`${told}: ${String(error)}`);
  });
  const taken = performance.now() - started;
  assert.ok(taken < answerMilliseconds, `${told}: ${taken} ms`);
  // A process that this test device does not have: a whole device does (cm trust-domain Root).
  const isElsewhere = answer.status === 503 && answer.text.includes(' is not available on this ');
  const isExpected = answer.status >= 200 && answer.status < 500;
  assert.ok(isExpected || isElsewhere, `${told}: ${answer.status} ${answer.text}`);
  assert.doesNotMatch(answer.text, leaks, told);
  if (answer.status >= 400) {
    assert.equal(device.store.view().sequence, before, `${told}: refused, and committed`);
    assert.equal(answer.json['code'], answer.status, `${told}: ${answer.text}`);
    assert.equal(typeof answer.json['message'], 'string', told);
  }
  return answer;
}

/** Members make their nodes, and virtual servers their addresses, which stay as on BIG-IP. */
const impliedKinds = ['ltm node', 'ltm virtual-address'];

/** Everything that is stored, object by object. */
function stateOf(): ReadonlyMap<string, string> {
  const view = device.store.view();
  return new Map(
    components
      .filter(({ id, stateOnly }) => stateOnly !== true && !impliedKinds.includes(id))
      .flatMap(({ id }) =>
        view
          .list(id)
          .map(({ name, stored }) => [`${id} ${name}`, JSON.stringify(stored.properties)] as const),
      ),
  );
}

/** What was made can be read, written back as it was read, and deleted. */
async function roundTrip(made: TestAnswer): Promise<void> {
  const self = new URL(String(made.json['selfLink'])).pathname;
  const read = await attempt({ method: 'GET', path: self, body: undefined });
  assert.equal(read.status, 200, `${self}: ${read.text}`);
  const put = await attempt({ method: 'PUT', path: self, body: read.json });
  assert.equal(put.status, 200, `PUT ${JSON.stringify(read.json)}: ${put.text}`);
  assert.deepEqual({ ...put.json, generation: 0 }, { ...read.json, generation: 0 });
  const gone = await attempt({ method: 'DELETE', path: self, body: undefined });
  assert.equal(gone.status, 200, `DELETE ${self}: ${gone.text}`);
}

async function linksOf(path: string): Promise<readonly string[]> {
  const { json } = await device.ask('GET', path);
  return ((json['items'] ?? []) as readonly JsonObject[]).map((item) => String(item['selfLink']));
}

/** What a command made (a key, with a certificate of it) does not come back with its answer. */
async function removeMade(known: ReadonlyMap<string, readonly string[]>): Promise<void> {
  for (const [path, links] of known) {
    for (const link of await linksOf(path)) {
      if (links.includes(link)) continue;
      const self = new URL(link).pathname;
      const gone = await attempt({ method: 'DELETE', path: self, body: undefined });
      assert.equal(gone.status, 200, `DELETE ${self}: ${gone.text}`);
    }
  }
}

/** The same objects are files, too. */
const madeByCommands = ['cert', 'csr', 'key'].map((kind) => `/mgmt/tm/sys/file/ssl-${kind}`);

async function attack(component: Component, chance: Chance): Promise<void> {
  const path = componentPath(component.id);
  const isSingleton = component.naming.kind === 'singleton';
  const list = isSingleton ? undefined : await device.ask('GET', `${path}?$top=1`);
  const items = (list?.json['items'] ?? []) as readonly JsonObject[];
  const self = items[0]?.['selfLink'];
  const present = isSingleton
    ? path
    : self === undefined
      ? undefined
      : new URL(String(self)).pathname;
  const files = component.shows === undefined ? [] : madeByCommands;
  const known = new Map<string, readonly string[]>();
  for (const folder of files) known.set(folder, await linksOf(folder));
  for (let count = 0; count < bodiesEach; count += 1) {
    const body = bodyFor(component, 'fuzzed', chance);
    const made = await attempt({ method: 'POST', path, body });
    if (made.status === 200 && made.json['selfLink'] !== undefined && !isSingleton) {
      await roundTrip(made);
    }
    if (made.status === 200) await removeMade(known);
    const query = chance.pick(['', '?dryRun=true', '?options=x', '?$select=', '?$filter=%27']);
    const target = chance.oneIn(4) ? `${path}/${pathSegment(chance)}` : present;
    if (target === undefined) continue;
    // Of what is there, only a dry run: the device is to stay what it is for the next component.
    const method = chance.pick(['PATCH', 'PATCH', 'PUT', 'DELETE', 'POST']);
    const isDry =
      query === '?dryRun=true' ? query : `${query === '' ? '?' : `${query}&`}dryRun=true`;
    await attempt({
      method,
      path: `${target}${isDry}`,
      body: method === 'DELETE' ? undefined : body,
    });
    await attempt({
      method: 'GET',
      path: `${path}/${pathSegment(chance)}${query}`,
      body: undefined,
    });
  }
}

/** Only tried: a command that runs may do anything to the device, and those that cannot be tried are refused. */
async function command(component: Component, chance: Chance): Promise<void> {
  const isWhole = process.env['EVENKEEL_TEST_LONG'] !== undefined;
  const path = `${componentPath(component.id)}?dryRun=true`;
  const before = device.store.view().sequence;
  for (const { command: verb, parameters } of actionsOf(component)) {
    // Hundreds have the same (cp, mv).
    if (!isWhole && !chance.oneIn(3)) continue;
    const name = chance.pick(['fuzzed', '/Common/http', '/Common/fuzzed', '']);
    const body = bodyFor({ ...component, properties: parameters }, name, chance);
    await attempt({ method: 'POST', path, body: { ...body, command: verb } });
  }
  assert.equal(device.store.view().sequence, before, `a command of ${component.id} was only tried`);
}

const modules = Map.groupBy(components, ({ id }) => id.split(' ')[0] ?? id);

for (const [module, entries] of modules) {
  test(`fuzz: bodies of ${module}`, async () => {
    for (let round = 0; round < rounds; round += 1) {
      const chance = createChance(seed + round);
      const before = stateOf();
      for (const component of entries) {
        await attack(component, chance);
        await command(component, chance);
      }
      // Everything that was made is gone again; nothing else was touched.
      assert.deepEqual(stateOf(), before);
    }
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    const errors = device.logged.filter((line) => line.startsWith('err'));
    assert.deepEqual(errors, []);
  });
}

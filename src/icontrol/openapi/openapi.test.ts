/** The OpenAPI documents against the running server: every path answers, and every answer is as it says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonObject } from '../../config/text/json.ts';
import { components } from '../../catalogue/index.ts';
import { encodeName } from '../../config/text/urls.ts';
import { endpoints } from '../endpoints.ts';
import { openApiDocuments, openApiText } from './openapi.ts';
import { type TestDevice, startTestDevice } from '../test-device.ts';

const documents = openApiDocuments(components, endpoints);

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
  for (const [path, body] of [
    ['/mgmt/tm/ltm/pool', { name: 'web', monitor: 'http', members: [{ name: '10.7.0.4:80' }] }],
    [
      '/mgmt/tm/ltm/virtual',
      { name: 'web', destination: '10.7.0.5:80', pool: 'web', profiles: ['tcp', 'http'] },
    ],
    ['/mgmt/tm/net/vlan', { name: 'lan' }],
    ['/mgmt/tm/gtm/datacenter', { name: 'site' }],
    [
      '/mgmt/tm/gtm/server',
      {
        name: 'far',
        datacenter: 'site',
        devices: [{ name: 'd', addresses: [{ name: '10.7.0.9' }] }],
        virtualServers: [{ name: 'v', destination: '10.7.0.8:80' }],
      },
    ],
  ] as const) {
    const made = await device.ask('POST', path, body);
    assert.equal(made.status, 200, made.text);
  }
});
after(() => device.close());

interface Operation {
  readonly parameters?: readonly { readonly name?: string }[];
  readonly responses: { readonly '200': { readonly content?: JsonObject } };
}
type Methods = Readonly<Record<string, Operation | undefined>>;

/** Of a path with `{name}`: those of an object that there is; undefined when there is none. */
async function concrete(path: string, paths: readonly string[]): Promise<string | undefined> {
  const place = /^(.*?)\/\{\w+\}(.*)$/.exec(path);
  if (place === null) return path;
  const [, above = '', below = ''] = place;
  if (!paths.includes(above)) return undefined;
  const { json } = await device.ask('GET', `${above}?$top=1`);
  const [first] = (json['items'] ?? []) as readonly JsonObject[];
  if (first === undefined) return undefined;
  const name = encodeName(String(first['fullPath'] ?? first['name']));
  return concrete(`${above}/${name}${below}`, paths.concat(`${above}/${name}`));
}

for (const [module, document] of documents) {
  const paths = document['paths'] as unknown as Readonly<Record<string, Methods>>;
  const known = Object.keys(paths);

  test(`openapi: ${module}: what is in docs/reference is what the server says`, async () => {
    const file = join(import.meta.dirname, '../../../docs/reference/openapi', `${module}.json`);
    const text = openApiText(document);
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(document)));
    assert.equal(readFileSync(file, 'utf8'), text, 'run: node src/cmd/generate.ts');
    const served = await device.ask('GET', `/mgmt/shared/evenkeel/openapi/${module}.json`);
    assert.equal(served.text, text);
  });

  test(`openapi: ${module}: every GET answers as the document says`, async () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    ajv.addSchema({ ...document, $id: 'document' });
    for (const [path, methods] of Object.entries(paths)) {
      if (methods['get'] === undefined) continue;
      const real = await concrete(path, known);
      if (real === undefined) {
        await answersFault(ajv, path);
        continue;
      }
      for (const query of ['', '?expandSubcollections=true']) {
        const { status, json, text } = await device.ask('GET', `${real}${query}`);
        // Statistics of what nobody measures in this device are not there.
        const isMissing: boolean =
          status === 404 && (module === 'shared' || /\/stats$|\/x$/.test(real));
        const pointer = `document#/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/get/responses/200/content/application~1json/schema`;
        const schema = status === 200 ? pointer : 'document#/components/schemas/Fault';
        if (status !== 200) assert.ok(isMissing || status === 400, `${real}: ${status} ${text}`);
        const check = ajv.getSchema(encodePointer(schema));
        assert.ok(check !== undefined, schema);
        assert.ok(check(json), `${real}${query}: ${ajv.errorsText(check.errors)}\n${text}`);
        if (module === 'shared') continue;
        assert.ok(!check({}), `${real}: the schema takes anything`);
      }
    }
  });
}

test('openapi: the schemas refuse what is not so', async () => {
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema({ ...documents.get('ltm'), $id: 'document' });
  const check = ajv.getSchema('document#/components/schemas/ltm.pool');
  const { json } = await device.ask('GET', '/mgmt/tm/ltm/pool/web');
  assert.ok(check !== undefined && check(json));
  for (const wrong of [
    { minActiveMembers: 'many' },
    { loadBalancingMode: 'by-hand' },
    { nobodyKnowsThis: 1 },
    { members: 'a' },
    { membersReference: { link: 1 } },
  ]) {
    assert.equal(check({ ...json, ...wrong }), false, JSON.stringify(wrong));
  }
});

/** A pointer in a fragment is written as a URI. */
function encodePointer(schema: string): string {
  const [id = '', pointer = ''] = schema.split('#');
  return `${id}#${pointer.split('/').map(encodeURIComponent).join('/')}`;
}

/** Where there is no object, the path is there all the same, and says so. */
async function answersFault(ajv: Ajv2020, path: string): Promise<void> {
  const real = path.replace('{command}', 'sys/config').replaceAll(/\{\w+\}/g, 'x');
  const { status, json, text } = await device.ask('GET', real);
  assert.doesNotMatch(text, /URI path not registered/, real);
  const check = ajv.getSchema('document#/components/schemas/Fault');
  if (status !== 200) assert.ok(check?.(json), `${real}: ${text}`);
}

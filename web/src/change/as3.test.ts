import assert from 'node:assert/strict';
import { test } from 'node:test';
import { componentById } from '../../../src/catalogue/index.ts';
import type { JsonObject } from '../../../src/config/text/json.ts';
import { as3Text } from './as3.ts';
import type { Change } from './words.ts';

function making(id: string, name: string, body: JsonObject): Change {
  const component = componentById(id);
  assert.ok(component);
  return { method: 'POST', path: '', body: { name, ...body }, component, name };
}

test('a monitor, a pool and a virtual server of one application: as AS3’s own examples say it', () => {
  const said = as3Text([
    making('ltm monitor http', '/T1/A1/health', { interval: 10, send: 'GET /', recv: 'ok' }),
    making('ltm pool', '/T1/A1/web_pool', {
      monitor: '/T1/A1/health and /Common/tcp',
      loadBalancingMode: 'least-connections-member',
      members: [
        { name: '192.0.2.10:80', fqdn: {} },
        { name: 'fd00::10.80', ratio: 3, session: 'user-disabled' },
      ],
    }),
    making('ltm virtual', '/T1/A1/service', {
      destination: '/T1/10.0.1.10:443',
      ipProtocol: 'tcp',
      pool: '/T1/A1/web_pool',
      profiles: [{ name: '/Common/http' }, { name: '/Common/clientssl', context: 'clientside' }],
      persist: [{ name: '/Common/cookie' }],
      sourceAddressTranslation: { type: 'automap' },
      description: 'the shop',
    }),
  ]);
  assert.deepEqual(JSON.parse(said?.text ?? ''), {
    class: 'ADC',
    schemaVersion: '3.0.0',
    updateMode: 'selective',
    T1: {
      class: 'Tenant',
      A1: {
        class: 'Application',
        template: 'generic',
        health: {
          class: 'Monitor',
          monitorType: 'http',
          interval: 10,
          send: 'GET /',
          receive: 'ok',
        },
        web_pool: {
          class: 'Pool',
          loadBalancingMode: 'least-connections-member',
          monitors: [{ use: '/T1/A1/health' }, { bigip: '/Common/tcp' }],
          members: [
            { servicePort: 80, serverAddresses: ['192.0.2.10'] },
            { servicePort: 80, serverAddresses: ['fd00::10'], ratio: 3, adminState: 'disable' },
          ],
        },
        service: {
          class: 'Service_HTTPS',
          virtualPort: 443,
          virtualAddresses: ['10.0.1.10'],
          snat: 'auto',
          persistenceMethods: [{ bigip: '/Common/cookie' }],
          redirect80: false,
          profileTCP: { bigip: '/Common/tcp' },
          profileHTTP: { bigip: '/Common/http' },
          serverTLS: { bigip: '/Common/clientssl' },
          pool: { use: '/T1/A1/web_pool' },
          remark: 'the shop',
        },
      },
    },
  });
  assert.deepEqual(said?.notes, [
    'A declaration replaces what AS3 made before in T1: add to the one that you have',
  ]);
});

test('what is in /Common is made in /Common/Shared, and that is said; so is what has no words', () => {
  const said = as3Text([making('ltm pool', '/Common/web', { gatewayFailsafeDevice: 'a' })]);
  assert.match(said?.text ?? '', /"Common": \{\n\s+"class": "Tenant",\n\s+"Shared": \{/);
  assert.deepEqual(said?.notes.slice(0, 2), [
    '/Common/web: AS3 has no gatewayFailsafeDevice',
    'AS3 makes /Common/web as /Common/Shared/web',
  ]);
});

test('classes of services follow protocol and profiles', () => {
  const classOf = (body: JsonObject): unknown => {
    const virtual = { destination: '10.0.0.1:53', ...body };
    const said = as3Text([making('ltm virtual', '/T/A/v', virtual)]);
    return said === undefined ? undefined : /"class": "(Service_\w+)"/.exec(said.text)?.[1];
  };
  assert.equal(classOf({ ipProtocol: 'tcp' }), 'Service_TCP');
  assert.equal(classOf({ ipProtocol: 'udp' }), 'Service_UDP');
  assert.equal(classOf({ ipProtocol: 'tcp', profiles: [{ name: 'http' }] }), 'Service_HTTP');
  assert.equal(classOf({ profiles: [{ name: '/Common/fastL4' }] }), 'Service_L4');
  assert.equal(classOf({ ipProtocol: 'any' }), undefined);
  // Nobody knows by its name what it is.
  assert.equal(classOf({ ipProtocol: 'tcp', profiles: [{ name: '/Common/mine' }] }), undefined);
});

test('there is none for changes, other components, names it does not take, members by name', () => {
  const pool = making('ltm pool', '/Common/web', {});
  assert.equal(as3Text([{ ...pool, method: 'PATCH' }]), undefined);
  assert.equal(as3Text([making('net vlan', '/Common/v', {})]), undefined);
  assert.equal(as3Text([making('ltm pool', '/Common/a/b/c', {})]), undefined);
  assert.equal(as3Text([making('ltm pool', '/Common/1st', {})]), undefined);
  const named = { members: [{ name: 'server.example.com:80' }] };
  assert.equal(as3Text([making('ltm pool', '/Common/web', named)]), undefined);
  const own = { defaultsFrom: '/Common/mine' };
  assert.equal(as3Text([making('ltm monitor http', '/Common/m', own)]), undefined);
});

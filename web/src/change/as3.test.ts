import assert from 'node:assert/strict';
import { test } from 'node:test';
import { componentById } from '../../../src/catalogue/index.ts';
import type { JsonObject } from '../../../src/config/text/json.ts';
import { type As3Source, as3Body, as3Needs, as3Text, hasAs3 } from './as3.ts';

function making(id: string, name: string, body: JsonObject): As3Source {
  const component = componentById(id);
  assert.ok(component);
  return { component, name, body: { name, ...body } };
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
          minimumMembersActive: 0,
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
  assert.equal(classOf({ ipProtocol: 'any' }), 'Service_Generic');
  assert.equal(classOf({ ipProtocol: 'sctp' }), undefined);
  const forwarding = { ipForward: true, profiles: [{ name: 'fastL4' }] };
  assert.equal(classOf(forwarding), 'Service_Forwarding');
  // Nobody knows by its name what it is.
  assert.equal(classOf({ ipProtocol: 'tcp', profiles: [{ name: '/Common/mine' }] }), undefined);
});

/** The only item that the declaration makes. */
function itemOf(source: As3Source, ...others: readonly As3Source[]): JsonObject | undefined {
  const said = as3Text([...others, source], new Map([['/Common/mine', 'ltm profile http']]));
  const leaf = source.name.slice(source.name.lastIndexOf('/') + 1).replaceAll('.', '_');
  // By what the declaration is.
  const declared = JSON.parse(said?.text ?? '{}') as Record<string, Record<string, JsonObject>>;
  const items = declared['T']?.['A'] ?? declared['Common']?.['Shared'];
  return (items as Record<string, JsonObject> | undefined)?.[leaf];
}

test('where AS3’s own default is another, BIG-IP’s is said; of another parent nobody knows it', () => {
  assert.deepEqual(itemOf(making('ltm profile http', '/T/A/h', { defaultsFrom: '/Common/http' })), {
    class: 'HTTP_Profile',
    xForwardedFor: false,
    requestChunking: 'preserve',
    responseChunking: 'selective',
    viaRequest: 'preserve',
    viaResponse: 'preserve',
  });
  const other = making('ltm profile http', '/T/A/h', { defaultsFrom: '/Common/mine' });
  assert.deepEqual(itemOf(other), { class: 'HTTP_Profile' });
  assert.match(as3Text([other])?.notes[0] ?? '', /AS3 has no defaultsFrom/);
  const hsts = { hsts: { mode: 'enabled', maximumAge: 5 }, headerInsert: 'X-A: b' };
  const set = itemOf(making('ltm profile http', '/T/A/h', hsts));
  assert.deepEqual(
    [set?.['hstsInsert'], set?.['hstsPeriod'], set?.['insertHeader']],
    [true, 5, { name: 'X-A', value: 'b' }],
  );
});

test('persistence, data groups, SNAT pools, iRules, certificates: as AS3’s examples have them', () => {
  const cases: readonly (readonly [string, JsonObject, JsonObject])[] = [
    [
      'ltm persistence cookie',
      { cookieName: 'JSESSIONID', method: 'rewrite' },
      {
        class: 'Persist',
        persistenceMethod: 'cookie',
        cookieName: 'JSESSIONID',
        cookieMethod: 'rewrite',
      },
    ],
    [
      'ltm persistence source-addr',
      { timeout: 60, matchAcrossServices: 'enabled' },
      {
        class: 'Persist',
        persistenceMethod: 'source-address',
        duration: 60,
        matchAcrossVirtualPorts: true,
      },
    ],
    [
      'ltm data-group internal',
      { type: 'integer', records: [{ name: '1', data: 'one' }] },
      { class: 'Data_Group', keyDataType: 'integer', records: [{ key: 1, value: 'one' }] },
    ],
    [
      'ltm snatpool',
      { members: ['/Common/198.18.3.1', '/Common/198.18.3.2'] },
      { class: 'SNAT_Pool', snatAddresses: ['198.18.3.1', '198.18.3.2'] },
    ],
    [
      'ltm rule',
      { apiAnonymous: 'when HTTP_REQUEST {\n  pool `x`\n}' },
      { class: 'iRule', iRule: 'when HTTP_REQUEST {\n  pool `x`\n}', expand: false },
    ],
    [
      'ltm profile client-ssl',
      { certKeyChain: [{ name: 'c', cert: '/Common/c.crt', key: '/Common/c.key' }] },
      { class: 'TLS_Server', sniDefault: false, certificates: [{ certificate: 'x_cert0' }] },
    ],
    [
      'ltm profile udp',
      { idleTimeout: 'indefinite' },
      { class: 'UDP_Profile', idleTimeout: -1, useChecksum: true },
    ],
  ];
  for (const [id, body, expected] of cases) {
    assert.deepEqual(itemOf(making(id, '/T/A/x', body)), expected, id);
  }
});

test('a wide IP brings its pools; a pool names servers of the device', () => {
  const pool = making('gtm pool a', '/Common/p', {
    members: [{ name: 'nyc:http', partition: 'Common', ratio: 3, memberOrder: 0 }],
  });
  const wideIp = making('gtm wideip a', '/Common/www.example.com', {
    pools: [{ name: 'p', partition: 'Common', ratio: 2, order: 0 }],
    poolLbMode: 'ratio',
  });
  assert.deepEqual(as3Needs([wideIp]), [{ id: 'gtm pool a', name: '/Common/p' }]);
  assert.equal(as3Text([wideIp]), undefined);
  assert.deepEqual(itemOf(wideIp, pool), {
    class: 'GSLB_Domain',
    domainName: 'www.example.com',
    resourceRecordType: 'A',
    poolLbMode: 'ratio',
    pools: [{ use: '/Common/Shared/p', ratio: 2 }],
  });
  assert.deepEqual(itemOf(pool), {
    class: 'GSLB_Pool',
    resourceRecordType: 'A',
    members: [{ server: { bigip: '/Common/nyc' }, virtualServer: 'http', ratio: 3 }],
  });
});

test('a changed object is said whole, as it would be', () => {
  const shown = {
    kind: 'tm:ltm:pool:poolstate',
    name: 'web',
    fullPath: '/T/A/web',
    selfLink: 'https://localhost/',
    minActiveMembers: 2,
    slowRampTime: 30,
    membersReference: {
      items: [{ name: '10.0.0.1:80', ratio: 1, session: 'monitor-enabled', state: 'up' }],
    },
  };
  const body = as3Body(shown, {
    name: '/T/A/web',
    body: { description: 'mine', slowRampTime: null },
  });
  assert.deepEqual(itemOf({ ...making('ltm pool', '/T/A/web', {}), body }), {
    class: 'Pool',
    loadBalancingMode: 'round-robin',
    minimumMembersActive: 2,
    remark: 'mine',
    members: [{ servicePort: 80, serverAddresses: ['10.0.0.1'] }],
  });
});

test('there is none for deletions, other components, names it does not take, members by name', () => {
  const pool = making('ltm pool', '/Common/web', {});
  assert.equal(hasAs3({ component: pool.component, method: 'DELETE' }), false);
  const vlan = making('net vlan', '/Common/v', {});
  assert.equal(hasAs3({ component: vlan.component, method: 'POST' }), false);
  assert.equal(as3Text([vlan]), undefined);
  assert.equal(as3Text([making('ltm pool', '/Common/a/b/c', {})]), undefined);
  assert.equal(as3Text([making('ltm pool', '/Common/1st', {})]), undefined);
  const named = { members: [{ name: 'server.example.com:80' }] };
  assert.equal(as3Text([making('ltm pool', '/Common/web', named)]), undefined);
  const own = { defaultsFrom: '/Common/mine' };
  assert.equal(as3Text([making('ltm monitor http', '/Common/m', own)]), undefined);
});

test('a policy: as AS3’s own example says it, and nothing when one condition has no form there', () => {
  const policy = (condition: JsonObject): As3Source =>
    making('ltm policy', '/Common/Drafts/forward_policy', {
      strategy: '/Common/best-match',
      requires: ['http'],
      controls: ['forwarding'],
      rules: [
        {
          name: 'second',
          ordinal: 1,
          actions: [
            {
              name: '0',
              httpReply: true,
              redirect: true,
              request: true,
              location: 'http://localhost',
              code: 302,
            },
          ],
        },
        {
          name: 'forward_to_pool',
          ordinal: 0,
          conditionsReference: {
            items: [{ name: '0', request: true, external: true, index: 0, ...condition }],
          },
          actionsReference: {
            items: [
              {
                name: '0',
                forward: true,
                select: true,
                request: true,
                port: 0,
                pool: '/Common/web',
              },
            ],
          },
        },
      ],
    });
  const known = { httpUri: true, path: true, contains: true, values: ['example.com'] };
  const said = as3Text([policy(known)]);
  // As its examples of policies, with what AS3 would leave out as its own default.
  assert.deepEqual(JSON.parse(said?.text ?? '').Common.Shared.forward_policy, {
    class: 'Endpoint_Policy',
    strategy: 'best-match',
    rules: [
      {
        name: 'forward_to_pool',
        conditions: [
          {
            type: 'httpUri',
            event: 'request',
            path: { operand: 'contains', values: ['example.com'] },
          },
        ],
        actions: [
          { type: 'forward', event: 'request', select: { pool: { bigip: '/Common/web' } } },
        ],
      },
      {
        name: 'second',
        actions: [
          { type: 'httpRedirect', event: 'request', location: 'http://localhost', code: 302 },
        ],
      },
    ],
  });
  assert.equal(as3Text([policy({ ...known, missing: true })]), undefined);
  assert.equal(as3Text([policy({ cpuUsage: true, last_1min: true, values: ['90'] })]), undefined);
  const negative = { tcp: true, port: true, not: true, less: true, values: ['1024'] };
  assert.equal(as3Text([policy(negative)]), undefined);
});

test('topology records: one item of all of them, in their order, as a recorded declaration has it', () => {
  const said = as3Text([
    making('gtm topology', 'ldns: not country DE server: pool /Common/rest', { order: 2 }),
    making('gtm topology', 'ldns: subnet 192.0.2.0/24 server: datacenter /Common/TestDC', {
      order: 1,
      score: 1000,
    }),
  ]);
  assert.deepEqual(JSON.parse(said?.text ?? '').Common.Shared, {
    class: 'Application',
    template: 'shared',
    topology: {
      class: 'GSLB_Topology_Records',
      records: [
        {
          source: { matchType: 'subnet', matchValue: '192.0.2.0/24' },
          destination: { matchType: 'datacenter', matchValue: { bigip: '/Common/TestDC' } },
          weight: 1000,
        },
        {
          source: { matchType: 'country', matchValue: 'DE', matchOperator: 'not-equals' },
          destination: { matchType: 'pool', matchValue: { bigip: '/Common/rest' } },
          weight: 1,
        },
      ],
    },
  });
  assert.match(said?.notes.join() ?? '', /one set of topology records/);
});

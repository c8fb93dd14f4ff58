import assert from 'node:assert/strict';
import test from 'node:test';
import type { Operation } from '../types.ts';
import { TestWorld, create, modify, remove } from './test-world.ts';

function world(): TestWorld {
  const made = new TestWorld();
  made.do(
    create('ltm pool', '/Common/p', { members: ['10.0.0.1:80'], monitor: '/Common/m' }),
    create('ltm monitor http', '/Common/m', { 'defaults-from': '/Common/http' }),
    create('ltm snatpool', '/Common/sp', { members: ['10.9.9.9'] }),
    create('ltm virtual', '/Common/v', {
      destination: '10.1.0.1:80',
      'ip-protocol': 'tcp',
      pool: 'p',
      'source-address-translation': { type: 'snat', pool: 'sp' },
    }),
    create('auth partition', 'T1'),
    create('ltm pool', '/T1/p'),
    create('net vlan', '/Common/inside'),
    create('net self', '/Common/inside', { address: '10.66.0.1/24', vlan: 'inside' }),
    create('net route', '/Common/near', { network: '10.7.0.0/16', gw: '10.66.0.254' }),
  );
  return made;
}

const item = (kind: 'create-item' | 'modify-item', name: string, member: string): Operation => ({
  kind,
  component: 'ltm pool',
  name,
  property: 'members',
  item: member,
  properties: {},
});

/** BIG-IP's words and codes, for what clients do wrong. */
const table: readonly (readonly [string, readonly Operation[], readonly string[]])[] = [
  [
    'missing object',
    [modify('ltm pool', '/Common/wrong', { description: 'x' })],
    ['01020036:3: The requested Pool (/Common/wrong) was not found.'],
  ],
  [
    'missing member',
    [item('modify-item', '/Common/p', '/Common/wrong:80')],
    ['01020036:3: The requested Pool Member (/Common/p /Common/wrong 80) was not found.'],
  ],
  [
    'member of a missing pool',
    [item('create-item', '/Common/wrong', '10.0.0.1:80')],
    ['01020036:3: The requested pool (/Common/wrong) was not found.'],
  ],
  [
    'member in a missing folder',
    [item('create-item', '/Common/p', '/wrong/n:80')],
    [
      "01070734:3: Configuration error: Can't associate Pool Member (/Common/p /wrong/n 80) folder does not exist",
    ],
  ],
  [
    'an iRule that would end its own block in a file',
    [create('ltm rule', '/Common/r', { 'api-anonymous': 'set a 1\n}\nltm pool other {' })],
    [
      '01070151:3: Rule [/Common/r] error: /Common/r:2: error: [extra characters after close-brace]',
    ],
  ],
  [
    'a script with an open brace',
    [create('cli script', '/Common/s', { 'api-anonymous': 'proc a {} {' })],
    ['01070734:3: Configuration error: The script (/Common/s), line 1: missing close-brace.'],
  ],
  [
    'a record that is none of its type',
    [create('ltm data-group internal', '/Common/d', { type: 'ip', records: ['10.0.0.0/8', 'x'] })],
    [
      'invalid property value "record":"x": expected an IP address or a network such as 10.0.0.0/8, as the type is ip',
    ],
  ],
  [
    'more monitors wanted than there are',
    [create('ltm pool', '/Common/q', { monitor: 'min 2 of { http }' })],
    [
      'invalid property value "monitor":"min 2 of { http }": expected monitors joined by "and", or "min N of { … }" with at least N of them',
    ],
  ],
  [
    'a value that is too long',
    [
      create('ltm data-group internal', '/Common/d', {
        type: 'string',
        records: [{ name: 'a', data: 'x'.repeat(65_529) }],
      }),
    ],
    [
      '01070712:3: Max string size exceeded during update of attribute:data type:ltm data-group internal /Common/d records a max:65520 received:65529',
    ],
  ],
  [
    'duplicate',
    [create('ltm pool', '/Common/p')],
    ['01020066:3: The requested Pool (/Common/p) already exists in partition Common.'],
  ],
  [
    'duplicate member',
    [item('create-item', '/Common/p', '10.0.0.1:http')],
    [
      '01020066:3: The requested Pool Member (/Common/p /Common/10.0.0.1 80) already exists in partition Common.',
    ],
  ],
  [
    'missing folder',
    [create('ltm pool', '/PART/p')],
    ['The requested folder (/PART) was not found.'],
  ],
  [
    'pool in use',
    [remove('ltm pool', '/Common/p')],
    [
      '01070265:3: The Pool (/Common/p) cannot be deleted because it is in use by a Virtual Server (/Common/v).',
    ],
  ],
  [
    'node in use',
    [remove('ltm node', '/Common/10.0.0.1')],
    ["01070110:3: Node address '/Common/10.0.0.1' is referenced by a member of pool '/Common/p'."],
  ],
  [
    'snatpool in use',
    [remove('ltm snatpool', '/Common/sp')],
    ['01070320:3: Snatpool /Common/sp is still referenced by a virtual server.'],
  ],
  [
    'monitor in use',
    [remove('ltm monitor http', '/Common/m')],
    ['01070083:3: Monitor /Common/m is in use.'],
  ],
  [
    'partition with objects',
    [remove('auth partition', 'T1')],
    [
      '0107082a:3: You must remove all objects from a partition before removing the partition (T1), type ID (ltm pool)',
    ],
  ],
  [
    'two virtual servers for the same packets',
    [create('ltm virtual', '/Common/s2', { destination: '10.1.0.1:http', 'ip-protocol': 6 })],
    [
      '01070333:3: Virtual Server /Common/s2 illegally shares destination address, source address, service port, ip-protocol, and vlan with Virtual Server /Common/v.',
    ],
  ],
  [
    'two TCP profiles on one side',
    [
      create('ltm virtual', '/Common/twice', {
        destination: '10.1.0.9:80',
        profiles: [
          { name: '/Common/tcp', context: 'all' },
          { name: '/Common/tcp-lan-optimized', context: 'clientside' },
        ],
      }),
    ],
    ['01070097:3: Virtual server /Common/twice lists duplicate profiles.'],
  ],
  [
    'cookie persistence without HTTP',
    [modify('ltm virtual', '/Common/v', { persist: ['/Common/cookie'] })],
    [
      '01070309:3: Cookie persistence requires an HTTP or FastHTTP profile to be associated with the virtual server.',
    ],
  ],
  [
    'mask of another family',
    [create('ltm virtual', '/Common/v6', { destination: '1::%2.80', mask: '255.255.255.255' })],
    [
      '0107028f:3: The destination (1::%2) address and mask (255.255.255.255) for virtual server (/Common/v6) must be be the same type (IPv4 or IPv6).',
    ],
  ],
  [
    'node address taken',
    [create('ltm node', '/Common/n2', { address: '10.0.0.1' })],
    ['0107176c:3: Invalid Node, the IP address 10.0.0.1 already exists.'],
  ],
  [
    'virtual address taken',
    [create('ltm virtual-address', '/Common/va', { address: '10.1.0.1' })],
    ['0107176c:3: Invalid Virtual Address, the IP address 10.1.0.1 already exists.'],
  ],
  [
    'an event that no connection has',
    [
      create('ltm rule', '/Common/r', {
        'api-anonymous':
          '# when NOTHING {}\nproc p {} { set when OTHER }\nwhen HTTP_REQUEST {\n  if {1} { when IN {} }\n}\nwhen HTTP_CLASS_FAILED priority 500 {\n}',
      }),
    ],
    [
      '01070151:3: Rule [/Common/r] error: /Common/r:6: error: [unknown event (HTTP_CLASS_FAILED)][when HTTP_CLASS_FAILED priority 500 {...}]',
    ],
  ],
  [
    'an event that the profiles never bring',
    [
      create('ltm rule', '/Common/r', { 'api-anonymous': 'when HTTP_REQUEST\n{ }' }),
      modify('ltm virtual', '/Common/v', { rules: ['r'] }),
    ],
    [
      '01071912:3: HTTP_REQUEST event in rule (/Common/r) requires an associated HTTP or FASTHTTP profile on the virtual-server (/Common/v).',
    ],
  ],
  [
    'a policy about HTTP where there is none',
    [
      create('ltm policy', '/Common/pol', {
        legacy: 'legacy',
        rules: [{ name: 'r', conditions: [{ name: '0', operand: 'http-uri', values: ['/x'] }] }],
      }),
      modify('ltm virtual', '/Common/v', { policies: ['pol'] }),
    ],
    [
      '010716d9:3: Virtual server /Common/v requires a profile of type http or http-connect for ltm policy /Common/pol.',
    ],
  ],
  [
    'a router that is no neighbour',
    [create('net route', '/Common/far', { network: '10.8.0.0/16', gw: '10.77.0.1' })],
    ['01070330:3: Static route gateway 10.77.0.1 is not directly connected via an interface.'],
  ],
  [
    'the last self IP towards a router',
    [remove('net self', '/Common/inside')],
    ['01070330:3: Static route gateway 10.66.0.254 is not directly connected via an interface.'],
  ],
  [
    'a self IP without the length of its network',
    [create('net self', '/Common/bare', { address: '10.66.1.1', vlan: 'inside' })],
    [
      'invalid property value "address":"10.66.1.1": expected an address and the length of its network such as 10.0.0.1/24',
    ],
  ],
  [
    'a member on a self IP',
    [item('create-item', '/Common/p', '10.66.0.1:80')],
    ['01070080:3: The node address 10.66.0.1 is already in use as a self IP address.'],
  ],
  [
    'a self IP on a node',
    [create('net self', '/Common/on', { address: '10.0.0.1/24', vlan: 'inside' })],
    ['01070080:3: The node address 10.0.0.1 is already in use as a self IP address.'],
  ],
  [
    'a member on this host',
    [create('ltm pool', '/Common/q', { members: ['127.0.0.1:80'] })],
    ['01020061:3: IP Address 127.0.0.1 is invalid, loopback not allowed.'],
  ],
  [
    'missing vlan of a virtual server',
    [modify('ltm virtual', '/Common/v', { vlans: ['/Common/x'] })],
    ['01070335:3: Virtual Server /Common/v refers to nonexistent Vlan /Common/x'],
  ],
  [
    'missing profile',
    [modify('ltm virtual', '/Common/v', { profiles: ['/Common/fastL4', '/Common/bad_pol'] })],
    ['01020036:3: The requested profile (/Common/bad_pol) was not found.'],
  ],
  [
    'monitor that is its own parent',
    [create('ltm monitor http', '/Common/x', { 'defaults-from': '/Common/x' })],
    ['01070734:3: Configuration error: A monitor may not default from itself "/Common/x"'],
  ],
  [
    'reference into another partition',
    [modify('ltm virtual', '/Common/v', { pool: '/T1/p' })],
    [
      '01070726:3: Virtual Server /Common/v in partition Common cannot reference Pool /T1/p in partition T1',
    ],
  ],
  [
    'reserved name',
    [create('ltm pool', '/Common/example')],
    ['example is a reserved keyword and must not be used as resource name'],
  ],
  ['unknown property', [create('ltm pool', '/Common/q', { foo: 1 })], ['"foo" unknown property']],
  [
    'every wrong value at once',
    [create('ltm monitor tcp', '/Common/q', { interval: 'abc', timeout: 0, adaptive: 'maybe' })],
    [
      'invalid property value "interval":"abc": expected a number from 1 to 86400 (seconds)',
      'invalid property value "timeout":"0": expected a number from 1 to 86400 (seconds)',
      'invalid property value "adaptive":"maybe": expected one of the following: enabled, disabled',
    ],
  ],
  [
    'port out of range',
    [create('ltm pool', '/Common/q', { members: ['10.0.0.9:70000'] })],
    [
      'invalid property value "Pool Member":"10.0.0.9:70000": expected node:port such as 10.0.0.1:80',
    ],
  ],
  [
    'member whose node nobody knows',
    [create('ltm pool', '/Common/q', { members: ['web9:80'] })],
    ['01020036:3: The requested Node (/Common/web9) was not found.'],
  ],
  [
    'system object',
    [remove('ltm monitor http', '/Common/http')],
    [
      '01070734:3: Configuration error: The monitor (/Common/http) belongs to the system and cannot be deleted.',
    ],
  ],
  [
    'route without target',
    [create('net route', '/Common/r', { network: '10.0.0.0/8' })],
    [
      '01070734:3: Configuration error: Route /Common/r needs exactly one of gw, interface, pool, blackhole; it has none.',
    ],
  ],
  [
    'database variable out of range',
    [modify('sys db', 'failover.nettimeoutsec', { value: 0 })],
    ['invalid property value "value":"0": expected integer min:1 max:120'],
  ],
  [
    'clear password',
    [modify('auth user', 'admin', { password: 'secret' })],
    [
      '01070734:3: Configuration error: The password of user (admin) has to be hashed before it is stored.',
    ],
  ],
  [
    'http without tcp',
    [modify('ltm virtual', '/Common/v', { profiles: ['/Common/http', '/Common/fastL4'] })],
    [
      '01070734:3: Configuration error: Virtual Server /Common/v: profile /Common/http requires a TCP profile.',
    ],
  ],
];

for (const [name, operations, expected] of table) {
  test(`refused as BIG-IP does: ${name}`, () => {
    const made = world();
    const before = made.view;
    assert.deepEqual(made.refusal(...operations), expected);
    assert.equal(made.view, before);
  });
}

test('what goes together may be deleted together, in any order', () => {
  const made = world();
  made.do(remove('ltm pool', '/Common/p'), remove('ltm virtual', '/Common/v'));
  made.do(remove('auth partition', 'T1'), remove('ltm pool', '/T1/p'));
  assert.equal(made.view.get('sys folder', '/T1'), undefined);
});

test('faults carry the path of the property, and the status of REST', () => {
  const faults = world().try(create('ltm virtual', '/Common/w', { pool: 'none-such' }));
  assert.deepEqual(
    faults.map(({ status, path }) => [status, path]),
    [[404, 'ltm virtual /Common/w pool']],
  );
});

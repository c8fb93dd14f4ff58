import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerIn, clientsIn, readSupposition, readTap, sitesOf } from './world-model.ts';

const sites = sitesOf(
  [{ fullPath: '/Common/nyc' }, { fullPath: '/Common/lon' }],
  [
    {
      fullPath: '/Common/n1',
      datacenter: '/Common/nyc',
      product: 'bigip',
      virtualServersReference: { items: [{ name: '/Common/web', destination: '192.0.2.1:80' }] },
    },
    { fullPath: '/Common/l1', datacenter: '/Common/lon', virtualServers: [{ name: 'web' }] },
  ],
);

test('servers stand in their data centers, what they serve below them', () => {
  assert.deepEqual(
    sites.map(({ name, servers }) => [name, servers.map((server) => server.name)]),
    [
      ['/Common/lon', ['/Common/l1']],
      ['/Common/nyc', ['/Common/n1']],
    ],
  );
  assert.deepEqual(sites[1]?.servers[0]?.virtualServers, [
    { key: '/Common/n1:/Common/web', name: '/Common/web', destination: '192.0.2.1:80' },
  ]);
});

test('an answer leads to the data center of its virtual server', () => {
  const text = 'Wide IP x matches\nAnswer: 192.0.2.1 (/Common/n1:/Common/web), TTL 30';
  assert.deepEqual(answerIn(text, sites), {
    text: '192.0.2.1 (/Common/n1:/Common/web), TTL 30',
    site: '/Common/nyc',
  });
  assert.equal(answerIn('Answer: 192.0.2.9 (fallback-ip), TTL 30', sites)?.site, undefined);
  assert.equal(answerIn('No wide IP: none', sites)?.text, 'No wide IP: none');
  assert.equal(answerIn('', sites), undefined);
});

test('a supposition is read as it is told: changes with their shares, then the load', () => {
  const told = [
    'If data center nyc with 1 virtual server were down, 1 of 2 wide IPs would answer otherwise:',
    '  /Common/www.example.com A',
    '     50% -> 100%  192.0.2.2 (/Common/l1:web), TTL 30',
    '     50% ->   0%  192.0.2.1 (/Common/n1:/Common/web), TTL 30',
    'Load that would move: 3 connections, 4 bits/s, 5 packets/s',
  ].join('\n');
  const { headline, changes, rest } = readSupposition(told);
  assert.match(headline, /^If data center nyc /);
  assert.deepEqual(changes, [
    {
      wideIp: '/Common/www.example.com',
      type: 'A',
      shares: [
        { answer: '192.0.2.2 (/Common/l1:web), TTL 30', before: 50, after: 100 },
        { answer: '192.0.2.1 (/Common/n1:/Common/web), TTL 30', before: 50, after: 0 },
      ],
    },
  ]);
  assert.deepEqual(rest, ['Load that would move: 3 connections, 4 bits/s, 5 packets/s']);
});

test('a tap is read line by line; what is no such line is left out', () => {
  const text = '   0.104 198.18.0.9 udp www.example.com a noerror answers 1 0.2 ms\nnothing';
  assert.deepEqual(readTap(text), [
    {
      client: '198.18.0.9',
      transport: 'udp',
      name: 'www.example.com',
      type: 'a',
      response: 'noerror',
      answers: '1',
      milliseconds: '0.2',
    },
  ]);
});

test('clients are told apart, counted once, and bounded', () => {
  assert.deepEqual(clientsIn(' 192.0.2.1, 2001:db8::1;192.0.2.1 ', 4), [
    '192.0.2.1',
    '2001:db8::1',
  ]);
  assert.equal(clientsIn('a b c d e', 4).length, 4);
});

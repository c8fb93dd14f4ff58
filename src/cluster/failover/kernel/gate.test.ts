import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderGate } from './gate.ts';

test('known voters pass on every port that is listened on, strangers are counted out', () => {
  const text = renderGate(
    [
      { address: '198.18.0.1', port: 1026 },
      { address: 'fd00::1', port: 1026 },
      { address: '198.18.1.1', port: 1027 },
    ],
    [
      { address: '198.18.0.3', port: 1026 },
      { address: '198.18.0.2', port: 1026 },
      { address: '198.18.0.2', port: 1027 },
      { address: 'fd00::2', port: 1026 },
    ],
  );
  for (const line of [
    'set voters4 { type ipv4_addr; elements = { 198.18.0.2, 198.18.0.3 }; }',
    'set voters6 { type ipv6_addr; elements = { fd00::2 }; }',
    'ip saddr != @voters4 udp dport 1026 limit rate over',
    'ip6 saddr != @voters6 udp dport 1027 limit rate over',
  ]) {
    assert.ok(text.includes(line), line);
  }
});

test('a device without peers listens to nobody in particular', () => {
  const text = renderGate([{ address: '198.18.0.1', port: 1026 }], []);
  assert.ok(text.includes('set voters4 { type ipv4_addr; }'));
});

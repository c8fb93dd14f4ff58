import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSaved, type Saved } from './saved.ts';

const voter = { device: 'a.example.net', addresses: [{ address: '192.0.2.1', port: 1026 }] };
const own: Saved['config']['own'] = {
  device: 'a.example.net',
  deviceGroup: '/Common/pair',
  members: [voter],
  witnesses: [],
  profile: { name: 'fast', interval: 100, fence: 300, detect: 400, permit: 50 },
  trafficGroups: [
    {
      name: '/Common/traffic-group-1',
      addresses: [{ address: '192.0.2.80', interface: '1.1' }],
      haOrder: [],
      autoFailback: false,
      autoFailbackSeconds: 60,
      loadFactor: 1,
    },
  ],
  capacity: {},
};
const saved: Saved = {
  config: {
    own,
    localAddresses: voter.addresses,
    key: 'a2V5',
    fixedAddresses: [],
    witnessing: [{ group: own, key: '' }],
  },
  durable: { mode: { epoch: 2, phase: 'pair' }, forcedOffline: false },
};

test('what was written is read back, with and without an agreed mode', () => {
  for (const one of [saved, { ...saved, durable: { mode: undefined, forcedOffline: true } }]) {
    assert.deepEqual(parseSaved(JSON.stringify(one)), JSON.parse(JSON.stringify(one)));
  }
});

test('no prefix of it and no part replaced or missing is taken', () => {
  const text = JSON.stringify(saved);
  for (let end = 0; end < text.length; end += 1) {
    assert.equal(parseSaved(text.slice(0, end)), undefined);
  }
  const spoil = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, part] of Object.entries(value)) {
      // Names that a traffic group or profile can do without, as far as starting is concerned.
      if (/^(name|auto|load|capacity|mode)/.test(name)) continue;
      for (const wrong of [null, 7, undefined]) {
        if (typeof part === typeof wrong && wrong !== null) continue;
        Reflect.set(value, name, wrong);
        assert.equal(parseSaved(JSON.stringify(copy)), undefined, name);
        Reflect.set(value, name, part);
      }
      spoil(part);
    }
  };
  const copy: unknown = JSON.parse(text);
  spoil(copy);
  for (const other of ['null', '{}', '[]', '7', '{"config":{},"durable":{}}']) {
    assert.equal(parseSaved(other), undefined);
  }
});

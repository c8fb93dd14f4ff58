/** The gate's text in a real kernel: a voter's packets arrive, a flood of a stranger's does not. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { renderGate } from '../../src/cluster/failover/kernel/gate.ts';

const namespace = `fo-${process.pid}-gate`;
const port = 1026;
const flood = 150;

/** Counts datagrams by sender for a moment after the last one, then prints the counts. */
const listener = `
const counts = {};
const socket = require('node:dgram').createSocket('udp4');
let timer;
const end = () => { console.log(JSON.stringify(counts)); process.exit(0); };
socket.on('message', (_text, from) => {
  counts[from.address] = (counts[from.address] ?? 0) + 1;
  clearTimeout(timer);
  timer = setTimeout(end, 300);
});
socket.bind(${port}, '198.18.0.1', () => console.log('ready'));
`;

const sender = (from: string, count: number): string => `
const socket = require('node:dgram').createSocket('udp4');
socket.bind(0, '${from}', async () => {
  for (let i = 0; i < ${count}; i++) await new Promise((done) => socket.send('x', ${port}, '198.18.0.1', done));
  socket.close();
});
`;

test('strangers cannot flood the failover port', { timeout: 30_000 }, async () => {
  const ip = (...args: readonly string[]): void => void execFileSync('ip', args);
  const node = (script: string): readonly string[] => [
    'netns',
    'exec',
    namespace,
    process.execPath,
    '-e',
    script,
  ];
  ip('netns', 'add', namespace);
  try {
    ip('-n', namespace, 'link', 'set', 'lo', 'up');
    for (const host of [1, 2, 3])
      ip('-n', namespace, 'addr', 'add', `198.18.0.${host}/32`, 'dev', 'lo');
    const gate = renderGate([{ address: '198.18.0.1', port }], [{ address: '198.18.0.2', port }]);
    execFileSync('ip', ['netns', 'exec', namespace, 'nft', '-f', '-'], { input: gate });
    const counting = spawn('ip', node(listener), { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    counting.stdout.on('data', (chunk) => (output += String(chunk)));
    await once(counting.stdout, 'data');
    execFileSync('ip', node(sender('198.18.0.3', flood)));
    execFileSync('ip', node(sender('198.18.0.2', flood)));
    await once(counting, 'close');
    const counts = JSON.parse(output.split('\n')[1] ?? '{}') as Record<string, number>;
    assert.equal(counts['198.18.0.2'], flood);
    assert.ok((counts['198.18.0.3'] ?? 0) >= 1, 'a stranger is named in the log');
    assert.ok((counts['198.18.0.3'] ?? 0) <= 30, `${counts['198.18.0.3']} of a flood arrived`);
  } finally {
    ip('netns', 'del', namespace);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ExampleObjects, exampleObjects, exampleView } from './example-view.ts';
import { HealthState } from './health-state.ts';
import { memberPlace } from './model.ts';
import { instanceFor, monitorSettings } from './plan.ts';
import { combineStates, parseMonitorRule } from './rule.ts';
import { basicCredentials } from './types/strings.ts';

test('a rule is read in every form clients write it in', () => {
  const both = { monitors: ['/Common/a', '/Common/b'], minimum: 2 };
  assert.deepEqual(parseMonitorRule('/Common/a and /Common/b '), both);
  assert.deepEqual(parseMonitorRule('min 1 of { /Common/a /Common/b }'), { ...both, minimum: 1 });
  assert.deepEqual(parseMonitorRule('min 1 of  /Common/a /Common/b'), { ...both, minimum: 1 });
  assert.deepEqual(parseMonitorRule('min 9 of { a b }'), both);
  assert.deepEqual(parseMonitorRule('/Common/icmp '), { monitors: ['/Common/icmp'], minimum: 1 });
  for (const none of ['', 'none', '/Common/none']) assert.equal(parseMonitorRule(none), undefined);
});

test('min N of decides as soon as it can', () => {
  const rule = { monitors: ['a', 'b', 'c'], minimum: 2 };
  assert.equal(combineStates(rule, ['up', 'up', undefined]), 'up');
  assert.equal(combineStates(rule, ['down', 'down', 'up']), 'down');
  assert.equal(combineStates(rule, ['down', 'up', 'checking']), 'checking');
  assert.equal(combineStates({ ...rule, minimum: 3 }, ['down', 'up', 'checking']), 'down');
});

test('member names of both families are taken apart', () => {
  assert.deepEqual(memberPlace('/Common/10.0.0.1:80'), { node: '/Common/10.0.0.1', port: 80 });
  assert.deepEqual(memberPlace('/P/f/web-1:any'), { node: '/P/f/web-1', port: 0 });
  assert.deepEqual(memberPlace('/Common/2001:db8::1.443'), {
    node: '/Common/2001:db8::1',
    port: 443,
  });
});

test('the plan has one instance for each monitor and target', () => {
  const state = new HealthState();
  state.load(exampleView(exampleObjects), 0);
  assert.deepEqual(
    state
      .plan()
      .map((plan) => plan.id)
      .toSorted(),
    [
      '/Common/http 10.0.0.1:80',
      '/Common/http 10.0.0.2:80',
      '/Common/http 2001:db8::1.8080',
      '/Common/https_443 10.0.0.1:443',
      '/Common/icmp 10.0.0.1',
      '/Common/tcp 10.0.0.1:80',
      '/Common/tcp 2001:db8::1.8080',
    ],
  );
});

test('an instance carries the monitor: times, strings, alias address and port', () => {
  const view = exampleView({
    'ltm monitor http': {
      '/Common/m': {
        interval: 1,
        timeout: 4,
        'up-interval': 2,
        'time-until-up': 3,
        'manual-resume': 'enabled',
        reverse: 'enabled',
        send: 'GET /',
        recv: 'ok',
        'recv-disable': 'none',
        destination: '192.0.2.1:8080',
      },
    },
  });
  const settings = monitorSettings(view, '/Common/m');
  assert.ok(settings);
  assert.deepEqual(instanceFor(settings, { address: '10.0.0.1%2', port: 80 }), {
    id: '/Common/m 192.0.2.1:8080',
    monitor: '/Common/m',
    type: 'http',
    address: '192.0.2.1',
    port: 8080,
    intervalMilliseconds: 1000,
    upIntervalMilliseconds: 2000,
    timeoutMilliseconds: 4000,
    timeUntilUpMilliseconds: 3000,
    manualResume: true,
    reverse: true,
    send: 'GET /',
    recv: 'ok',
    recvDisable: '',
  });
  const open = { ...settings, aliasPort: undefined };
  assert.equal(instanceFor(open, { address: '10.0.0.1', port: 0 }), undefined);
});

test('a commit changes the plan by what it touched, and by nothing more', () => {
  const state = new HealthState();
  const view = exampleView(exampleObjects);
  state.load(view, 0);
  state.takePlanChange();
  const pools = exampleObjects['ltm pool'] ?? {};
  const change = (properties: Record<string, never> | object): typeof exampleObjects => ({
    ...exampleObjects,
    'ltm pool': { ...pools, '/Common/web': { ...pools['/Common/web'], ...properties } },
  });
  const commit = (objects: typeof exampleObjects): void => {
    const next = exampleView(objects, 2);
    const after = next.stored('ltm pool', '/Common/web');
    const before = view.stored('ltm pool', '/Common/web');
    state.update(next, [{ component: 'ltm pool', name: '/Common/web', before, after }], 1);
  };
  commit(change({ description: 'other' }));
  assert.equal(state.takePlanChange(), undefined);
  commit(
    change({
      members: [
        { name: '/Common/10.0.0.1:80', address: '10.0.0.1' },
        { name: '/Common/10.0.0.3:80', address: '10.0.0.3' },
      ],
    }),
  );
  const planChange = state.takePlanChange();
  assert.deepEqual(
    planChange?.set.map((plan) => plan.id),
    ['/Common/http 10.0.0.3:80'],
  );
  assert.deepEqual(planChange?.remove, ['/Common/http 10.0.0.2:80']);
});

test('a monitor asks with the plain password, which the configuration holds sealed', () => {
  const view = exampleView({
    'ltm monitor http': { '/Common/m': { username: 'ü', password: 'sealed' }, '/Common/n': {} },
  });
  const opened = { ...view, plain: (text: string) => `${text} opened` };
  const settings = monitorSettings(opened, '/Common/m');
  const credentials = basicCredentials(settings ?? {});
  assert.equal(Buffer.from(credentials ?? '', 'base64').toString(), 'ü:sealed opened');
  assert.equal(monitorSettings(opened, '/Common/n')?.options, undefined);
});

test('a node that says default has the default node monitor, as it is now', () => {
  const objects = (rule: string): ExampleObjects => ({
    'ltm monitor http': { '/Common/m': { interval: 5, timeout: 16 } },
    'ltm default-node-monitor': { '': { rule } },
    'ltm node': {
      '/Common/a': { address: '10.0.0.1', monitor: 'default' },
      '/Common/b': { address: '10.0.0.2', monitor: 'none' },
    },
    'ltm monitor icmp': { '/Common/ping': { interval: 5, timeout: 16 } },
  });
  const state = new HealthState();
  state.load(exampleView(objects('none')), 0);
  assert.deepEqual(state.plan(), []);
  const change = { component: 'ltm default-node-monitor', name: '', before: undefined };
  state.update(exampleView(objects('/Common/ping')), [{ ...change, after: undefined }], 0);
  assert.deepEqual(
    state.plan().map(({ id }) => id),
    ['/Common/ping 10.0.0.1'],
  );
});

test('programs, certificates and secrets go to the probe by their content', () => {
  const view = exampleView({
    'ltm monitor external': {
      '/Common/e': { run: '/Common/script', args: 'a', destination: '*:*' },
    },
    'sys file external-monitor': { '/Common/script': { content: '#!/bin/sh\n' } },
    'ltm monitor scripted': { '/Common/l': { filename: 'script' } },
    'ltm monitor ftp': { '/Common/f': { filename: 'script', mode: 'port' } },
    'ltm monitor tcp': { '/Common/t': { 'ip-dscp': 46 }, '/Common/t0': { 'ip-dscp': 0 } },
    'ltm monitor https': { '/Common/s': { 'ssl-profile': '/Common/p' } },
    'ltm profile server-ssl': {
      '/Common/p': { cert: '/Common/c', key: '/Common/k', 'server-name': 'x', ciphers: 'DEFAULT' },
    },
    'sys file ssl-cert': { '/Common/c': { content: 'CERT' } },
    'sys file ssl-key': { '/Common/k': { content: 'KEY' } },
  });
  assert.deepEqual(monitorSettings(view, '/Common/e')?.options, { run: '#!/bin/sh\n', args: 'a' });
  assert.deepEqual(monitorSettings(view, '/Common/l')?.options, { filename: '#!/bin/sh\n' });
  const ftp = monitorSettings(view, '/Common/f')?.options;
  assert.deepEqual(ftp, { filename: 'script', mode: 'port' }, 'a file there, not one of ours');
  assert.deepEqual(monitorSettings(view, '/Common/t')?.options, { 'ip-dscp': '46' });
  assert.equal(monitorSettings(view, '/Common/t0')?.options, undefined);
  const { tls } = monitorSettings(view, '/Common/s') ?? {};
  assert.deepEqual(tls, { certificate: 'CERT', key: 'KEY', serverName: 'x' });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { componentById, components } from '../../catalogue/index.ts';
import { TestWorld } from '../../config/model/test-world.ts';
import { parseQuery } from '../wire/query.ts';
import { organizingText } from '../wire/wire.ts';
import { stateAnswer } from './statistics.ts';

function answer(id: string, statistics: object): unknown {
  const component = componentById(id);
  const query = parseQuery('');
  assert.ok(component !== undefined && query.ok);
  const context = { view: new TestWorld().view, statistics: () => ({ ...statistics }) };
  const found = stateAnswer(context, component, query.value);
  assert.ok(found !== undefined);
  return JSON.parse([...found].join(''));
}

const at = (path: string): string => `https://localhost/mgmt/tm/${path}`;

/** Both as a BIG-IP 14.1 answers. */
test('rows that are objects are a collection, others are statistics', () => {
  assert.deepEqual(answer('sys cpu', { '0': { hostId: '0', cpuInfo: { '0': { cpuId: 0 } } } }), {
    kind: 'tm:sys:cpu:cpucollectionstats',
    selfLink: `${at('sys/cpu')}?ver=16.1.0`,
    entries: {
      [at('sys/cpu/0')]: {
        nestedStats: {
          kind: 'tm:sys:cpu:cpustats',
          selfLink: `${at('sys/cpu/0')}?ver=16.1.0`,
          entries: {
            hostId: { description: '0' },
            [at('sys/cpu/0/cpuInfo')]: {
              nestedStats: {
                entries: {
                  [at('sys/cpu/0/cpuInfo/0')]: {
                    nestedStats: { entries: { cpuId: { value: 0 } } },
                  },
                },
              },
            },
          },
        },
      },
    },
  });
  assert.deepEqual(answer('sys tmm-info', { '0.0': { tmmId: 0 } }), {
    kind: 'tm:sys:tmm-info:tmm-infostats',
    selfLink: `${at('sys/tmm-info')}?ver=16.1.0`,
    entries: { [at('sys/tmm-info/0.0')]: { nestedStats: { entries: { tmmId: { value: 0 } } } } },
  });
});

/** As recorded of a BIG-IP 14.1, where all of these were empty. */
test('what only shows answers as statistics, also where it has nothing', () => {
  const lists =
    'gtm iquery,net interface-cos,net interface-ddm,net lldp-neighbors,net sfc hop,sys disk directory,sys icall publisher,' +
    'sys ipfix destination,sys raid array,sys raid bay,sys turboflex features,sys turboflex profile all,ltm tacdb query,ltm urlcat-query';
  for (const id of lists.split(',')) {
    const words = id.split(' ');
    const kind = `tm:${words.join(':')}:${words.at(-1)}collectionstats`;
    const path = `${at(words.join('/'))}?ver=16.1.0`;
    assert.deepEqual(answer(id, {}), { kind, selfLink: path });
  }
});

test('what has only such things below is of their kind', () => {
  const query = parseQuery('');
  assert.ok(query.ok);
  const kindOf = (path: string): string =>
    JSON.parse([...organizingText(components, path.split(' '), query.value)].join('')).kind;
  for (const path of ['sys raid', 'sys performance', 'sys nethsm', 'sys turboflex profile']) {
    assert.match(kindOf(path), /collectionstats$/, path);
  }
  for (const path of ['sys', 'sys turboflex', 'sys ipfix', 'net tunnels', 'ltm monitor']) {
    assert.match(kindOf(path), /collectionstate$/, path);
  }
});

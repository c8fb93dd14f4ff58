import assert from 'node:assert/strict';
import { test } from 'node:test';
import { componentById } from '../../catalogue/index.ts';
import { TestWorld } from '../../config/model/test-world.ts';
import { parseQuery } from '../wire/query.ts';
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

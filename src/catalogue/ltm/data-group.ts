import { move } from '../move.ts';
import type { Component, StockObject } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  applicationService,
  choice,
  description,
  effective,
  items,
  reference,
  stored,
  text,
} from '../properties.ts';

const kind = (extra: { required?: true }): Draft =>
  choice('type', ['string', 'ip', 'integer'], undefined, 'What its records are.', {
    access: 'create-only',
    ...extra,
  });

function group(name: string, type: string, records: readonly string[]): StockObject {
  return {
    name: `/Common/${name}`,
    properties: { type, records: records.map((record) => ({ name: record })) },
  };
}

const proxiesOfAol = [
  '64.12.96.0/19',
  '195.93.16.0/20',
  '195.93.48.0/22',
  '195.93.64.0/19',
  '195.93.96.0/19',
  '198.81.0.0/22',
  '198.81.8.0/23',
  '198.81.16.0/20',
  '202.67.65.128/25',
  '205.188.112.0/20',
  '205.188.146.144/30',
  '205.188.192.0/20',
  '205.188.208.0/23',
  '207.200.112.0/21',
];

/** Looked into by a rule for clients of SharePoint. */
const officeClients: Readonly<Record<string, string>> = {
  ie_sp_session_sharing_enabled: '0',
  ie_sp_session_sharing_inactivity_timeout: '60',
  ofba_auth_dialog_size: '800x600',
  useragent1: 'microsoft data access internet publishing provider',
  useragent2: 'office protocol discovery',
  useragent3: 'microsoft office',
  useragent4: 'non-browser',
  useragent5: 'msoffice 12',
  useragent6: 'microsoft-webdav-miniredir',
  useragent7: 'webdav-miniredir',
  useragent9: 'ms frontpage 1[23456789]',
  useragent10: 'onenote',
};

export const ltmDataGroupInternal: Component = {
  id: 'ltm data-group internal',
  noun: 'value list',
  help: 'A list of values that rules and policies look into.',
  naming: { kind: 'foldered' },
  scope: 'group',
  order: 20,
  actions: [move],
  checks: ['data-group-records'],
  stock: [
    group('aol', 'ip', proxiesOfAol),
    group('images', 'string', ['.bmp', '.gif', '.jpg']),
    group('private_net', 'ip', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']),
    {
      name: '/Common/sys_APM_MS_Office_OFBA_DG',
      properties: {
        type: 'string',
        records: Object.entries(officeClients).map(([name, data]) => ({ name, data })),
        description: 'This internal data-group is used in _sys_APM_MS_Office_OFBA_Support irule',
      },
    },
  ],
  properties: [
    ...effective(
      kind({ required: true }),
      items('records', 'The values.', {
        properties: stored(text('data', 'What the value stands for.', { default: '' })),
        foldered: false,
        subCollection: false,
        noun: 'record',
        ordered: false,
      }),
    ),
    ...stored(description, applicationService),
  ],
};

export const ltmDataGroupExternal: Component = {
  id: 'ltm data-group external',
  noun: 'external value list',
  help: 'A list of values that is kept in a file.',
  naming: { kind: 'foldered' },
  scope: 'group',
  order: 20,
  actions: [move],
  properties: [
    ...stored(kind({})),
    ...effective(
      reference('external-file-name', 'sys file data-group', 'The file.', { required: true }),
    ),
    ...stored(description, applicationService),
  ],
};

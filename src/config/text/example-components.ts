/** For tests only: a small catalogue with one property of every kind. */
import type { Component } from '../../catalogue/types.ts';
import type { ConfigContext } from './parse-config.ts';

const pool: Component = {
  id: 'ltm pool',
  noun: 'Pool',
  help: 'Servers that share a load.',
  naming: { kind: 'foldered' },
  scope: 'group',
  properties: [
    { name: 'description', help: '', type: { kind: 'string' }, effect: 'stored' },
    {
      name: 'load-balancing-mode',
      help: '',
      type: { kind: 'enum', values: [{ value: 'round-robin' }, { value: 'ratio-member' }] },
      default: 'round-robin',
      effect: 'effective',
    },
    { name: 'monitor', help: '', type: { kind: 'monitor-rule', to: [] }, effect: 'effective' },
    {
      name: 'min-active-members',
      help: '',
      type: { kind: 'integer', minimum: 0, maximum: 65535, wire: 'number' },
      default: 0,
      effect: 'effective',
    },
    {
      name: 'timeout',
      help: '',
      type: { kind: 'integer', minimum: 0, maximum: 65535, wire: 'string', words: ['indefinite'] },
      effect: 'effective',
    },
    {
      name: 'availability',
      help: '',
      type: { kind: 'flags', flags: [{ flag: 'enabled' }, { flag: 'disabled' }] },
      effect: 'effective',
    },
    {
      name: 'vlans',
      help: '',
      type: { kind: 'list', of: { kind: 'reference', to: ['net vlan'] }, ordered: false },
      effect: 'effective',
    },
    {
      name: 'address-list',
      help: '',
      type: { kind: 'list', of: { kind: 'address' }, ordered: true },
      effect: 'effective',
    },
    {
      name: 'destination',
      help: '',
      type: { kind: 'endpoint', folder: true, wildcards: true },
      effect: 'effective',
    },
    {
      name: 'members',
      help: '',
      type: {
        kind: 'items',
        properties: [
          { name: 'address', help: '', type: { kind: 'address' }, effect: 'effective' },
          {
            name: 'ratio',
            help: '',
            type: { kind: 'integer', minimum: 1, maximum: 100, wire: 'number' },
            effect: 'effective',
          },
          { name: 'description', help: '', type: { kind: 'string' }, effect: 'stored' },
        ],
        foldered: true,
        subCollection: true,
        noun: 'Pool Member',
        ordered: false,
      },
      effect: 'effective',
    },
    {
      name: 'translation',
      help: '',
      type: {
        kind: 'struct',
        properties: [
          {
            name: 'type',
            help: '',
            type: { kind: 'enum', values: [{ value: 'none' }, { value: 'snat' }] },
            effect: 'effective',
          },
          {
            name: 'pool',
            help: '',
            type: { kind: 'reference', to: ['ltm pool'] },
            effect: 'effective',
          },
        ],
      },
      effect: 'effective',
    },
  ],
};

const rule: Component = {
  id: 'ltm rule',
  noun: 'iRule',
  help: 'A script.',
  naming: { kind: 'foldered' },
  scope: 'group',
  properties: [{ name: 'api-anonymous', help: '', type: { kind: 'blob' }, effect: 'effective' }],
};

const globalSettings: Component = {
  id: 'sys global-settings',
  noun: 'global settings',
  help: 'Of the whole device.',
  naming: { kind: 'singleton' },
  scope: 'local',
  properties: [{ name: 'hostname', help: '', type: { kind: 'string' }, effect: 'effective' }],
};

export const exampleComponents: readonly Component[] = [pool, rule, globalSettings];

export const exampleContext: ConfigContext = {
  folder: '/Common',
  components: exampleComponents,
  component: (id) => exampleComponents.find((component) => component.id === id),
};

export { globalSettings, pool, rule };

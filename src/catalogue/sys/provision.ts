import type { Component } from '../types.ts';
import { choice, integer, stored } from '../properties.ts';

const modules = [
  'afm',
  'am',
  'apm',
  'asm',
  'avr',
  'dos',
  'fps',
  'gtm',
  'ilx',
  'lc',
  'ltm',
  'pem',
  'sslo',
  'swg',
  'urldb',
];

export const sysProvision: Component = {
  id: 'sys provision',
  noun: 'provision',
  help: 'Modules of BIG-IP; ltm and gtm are always there, of others a level is kept and nothing runs.',
  naming: { kind: 'plain' },
  scope: 'local',
  fixed: true,
  order: 1,
  stock: modules.map((name) => ({
    name,
    properties: { level: name === 'ltm' || name === 'gtm' ? 'nominal' : 'none' },
  })),
  properties: stored(
    choice(
      'level',
      ['none', 'minimum', 'nominal', 'dedicated', 'custom'],
      'none',
      'Share of the machine.',
    ),
    integer('cpu-ratio', [0, 255], 0, 'Share of processors, for custom.'),
    integer('disk-ratio', [0, 255], 0, 'Share of disks, for custom.'),
    integer('memory-ratio', [0, 255], 0, 'Share of memory, for custom.'),
  ),
};

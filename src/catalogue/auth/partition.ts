import type { Component } from '../types.ts';
import { description, effective, integer, stored } from '../properties.ts';

export const authPartition: Component = {
  id: 'auth partition',
  noun: 'Partition',
  help: 'A folder below the root, with users of its own.',
  naming: { kind: 'plain', nameCheck: 'partition' },
  scope: 'group',
  order: 3,
  stock: [
    {
      name: 'Common',
      properties: { description: 'Repository for system objects and shared objects.' },
    },
  ],
  properties: [
    ...effective(description),
    ...stored(integer('default-route-domain', [0, 65_534], 0, 'Route domain of plain addresses.')),
  ],
};

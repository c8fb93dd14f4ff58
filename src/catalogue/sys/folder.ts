import type { Component } from '../types.ts';
import { description, effective, reference, stored, text, trueFalse } from '../properties.ts';

export const sysFolder: Component = {
  id: 'sys folder',
  noun: 'folder',
  help: 'Holds objects; says who shares them, and which traffic group their addresses have.',
  naming: { kind: 'foldered', nameCheck: 'folder' },
  scope: 'group',
  order: 4,
  stock: [
    { name: '/', properties: { 'traffic-group': '/Common/traffic-group-1' } },
    { name: '/Common' },
    { name: '/Common/Drafts' },
  ],
  properties: [
    ...effective(
      reference('device-group', 'cm device-group', "Who shares it; the parent's when not given.", {
        filled: true,
        words: ['none', 'default'],
      }),
      reference(
        'traffic-group',
        'cm traffic-group',
        "Traffic group; the parent's when not given.",
        {
          filled: true,
          words: ['default'],
        },
      ),
      trueFalse('inherited-devicegroup', 'false', 'Is it the device group of the parent?', {
        access: 'read-only',
        derived: true,
      }),
      trueFalse('inherited-traffic-group', 'false', 'Is it the traffic group of the parent?', {
        access: 'read-only',
        derived: true,
      }),
      description,
    ),
    ...stored(
      trueFalse('hidden', 'false', 'Is it left out of lists?'),
      trueFalse('no-ref-check', 'false', 'Are references out of it unchecked?'),
      text('app-service', 'Application service that the object belongs to.'),
    ),
  ],
};

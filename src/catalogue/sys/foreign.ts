import type { Component } from '../types.ts';
import { blob, stored, text } from '../properties.ts';

export const foreignId = 'sys foreign';

/**
 * Not in BIG-IP, whose devices have to be of one version: where a member of a device group is one minor
 * version ahead, what it shares and we do not know is kept here and given back.
 */
export const sysForeign: Component = {
  id: foreignId,
  noun: 'foreign object',
  help: 'Objects that came by synchronisation from a device with newer software, of a kind that this device does not know. Kept and given back, without effect; the name is the component and the name of the object.',
  naming: { kind: 'plain' },
  scope: 'group',
  order: 96,
  properties: stored(
    text('component', 'What it is, as the newer device calls it.', { access: 'create-only' }),
    text('object', 'Its name there.', { access: 'create-only' }),
    text('group', 'The device group that shares it.', { access: 'create-only' }),
    blob('content', 'Its properties, as JSON.'),
  ),
};

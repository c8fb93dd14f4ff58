import type { Component } from '../types.ts';
import { blob, items, stored, text } from '../properties.ts';

export const opaqueId = 'sys opaque';

/** A name of a stanza's first line: what names may not hold is written as in URLs. Pure. */
export function opaqueName(header: string): string {
  return header.replace(/["'\\{}|;<>&#~%\s]/g, (found) => {
    if (found === ' ') return found;
    return `%${found.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

export const sysOpaque: Component = {
  id: opaqueId,
  noun: 'opaque block',
  help: 'Loaded configuration that this device does not know, kept as it was written: whole blocks, and lines of blocks that it does know. Saved, synchronised and without effect. The name is the first line of the block.',
  naming: { kind: 'plain' },
  scope: 'group',
  order: 95,
  properties: stored(
    text('header', 'First line of the block, without the brace.', { access: 'create-only' }),
    text('folder', 'Where it lives: who shares it.', { access: 'create-only' }),
    blob('body', 'A whole block: what is between its braces.'),
    items('fragments', 'Lines of a block that is known otherwise.', {
      properties: stored(
        text('path', 'Names of the blocks inside which the lines stand.'),
        text('text', 'The lines.'),
      ),
      foldered: false,
      subCollection: false,
      noun: 'fragment',
      ordered: true,
    }),
  ),
};

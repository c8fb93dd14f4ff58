import { address, choice, integer, stored, toggle, uint32 } from '../properties.ts';
import { profile } from './profile.ts';

export const ltmProfileOneConnect = profile({
  name: 'profile one-connect',
  noun: 'profile',
  help: 'Server connections reused for several clients.',
  properties: [
    ...stored(
      integer('max-reuse', [0, uint32], 1000, 'Requests before a connection is closed.'),
      address('source-mask', 'Clients with the same masked address share connections.', {
        words: ['any', 'any6'],
        default: 'any',
      }),
      integer('idle-timeout-override', [0, uint32], 'disabled', 'Life of an idle connection.', {
        unit: 'seconds',
        wire: 'string',
        words: ['disabled', 'indefinite'],
      }),
      choice('limit-type', ['none', 'idle', 'strict'], 'none', 'How connection limits count.'),
      integer('max-age', [0, uint32], 86_400, 'Life of a connection.', { unit: 'seconds' }),
      integer('max-size', [0, uint32], 10_000, 'Connections kept.'),
      toggle('share-pools', 'disabled', 'Share connections between virtual servers.'),
    ),
  ],
  stock: [{ name: '/Common/oneconnect' }],
});

/**
 * HAProxy's peers tell each other of records, and not of their end: who deletes some tells the other members, or
 * the client would be sent to its former server after the next failover.
 */
import { recordMirror } from '../config/mirror-addresses.ts';
import type { RecordBook } from '../config/runtime-state.ts';
import type { ConfigStore } from '../config/types.ts';
import type { IqueryChannel } from '../iquery/types.ts';
import type { Log } from '../platform/log.ts';

interface Around {
  readonly channel: IqueryChannel;
  readonly store: Pick<ConfigStore, 'view'>;
  readonly log: Log;
}

export function sharedDeletions(own: RecordBook, { channel, store, log }: Around): RecordBook {
  const peers = (): readonly string[] =>
    (recordMirror(store.view())?.peers ?? []).map(({ device }) => device);
  channel.onMessage('recordsDeleted', ({ words }, session) => {
    if (session.relation !== 'trust-domain' || !peers().includes(session.device)) return;
    own.remove(words).then(
      (removed) => {
        if (removed.ok) return;
        const why = removed.faults.map(({ message }) => message).join('; ');
        log.write('warning', `Persistence records deleted on ${session.device} stay here: ${why}`);
      },
      () => undefined,
    );
  });
  return {
    show: (words) => own.show(words),
    async remove(words) {
      // First there: until then the record would come back from them.
      for (const device of peers()) {
        channel.session(device)?.send('control', 'recordsDeleted', { words });
      }
      return own.remove(words);
    },
  };
}

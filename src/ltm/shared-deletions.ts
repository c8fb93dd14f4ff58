/**
 * HAProxy's peers tell each other of records, and not of their end: who deletes some tells the other members, or
 * the client would be sent to its former server after the next failover.
 */
import type { RecordBook } from '../config/runtime-state.ts';
import type { IqueryChannel, IquerySession } from '../iquery/types.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';

interface Around {
  readonly channel: Pick<IqueryChannel, 'session' | 'onMessage'>;
  /** Devices that have the same records. */
  readonly peers: () => readonly string[];
  readonly log: Log;
  readonly clock: Clock;
}

/** A member that is silent for so long deletes when it can; who asked is not held up by it. */
const answerMilliseconds = 1000;

export function sharedDeletions(own: RecordBook, around: Around): RecordBook {
  const { channel, peers, log, clock } = around;
  const waiting = new Map<string, () => void>();
  let last = 0;

  const removeHere = async (words: string, device: string): Promise<void> => {
    const removed = await own.remove(words);
    if (removed.ok) return;
    const why = removed.faults.map(({ message }) => message).join('; ');
    log.write('warning', `Persistence records deleted on ${device} stay here: ${why}`);
  };

  channel.onMessage('recordsDeleted', ({ words, number, done }, session) => {
    if (session.relation !== 'trust-domain' || !peers().includes(session.device)) return;
    if (done) return waiting.get(`${session.device} ${number}`)?.();
    const answer = (): void => {
      if (number > 0) session.send('control', 'recordsDeleted', { words: '', number, done: true });
    };
    removeHere(words, session.device).then(answer, answer);
  });

  /** Resolves when the member has done it, and at the latest when it is late. */
  const tell = (session: IquerySession, words: string): Promise<void> =>
    new Promise((resolve) => {
      last += 1;
      const key = `${session.device} ${last}`;
      const end = (): void => {
        waiting.delete(key);
        cancel();
        resolve();
      };
      const cancel = clock.after(answerMilliseconds, end);
      waiting.set(key, end);
      session.send('control', 'recordsDeleted', { words, number: last, done: false });
    });

  return {
    show: (words) => own.show(words),
    async remove(words) {
      // First there: until then the record would come back from them. And done there before we say so: what comes
      // late would take a record that was made since.
      await Promise.all(
        peers().flatMap((device) => {
          const session = channel.session(device);
          return session === undefined ? [] : [tell(session, words)];
        }),
      );
      return own.remove(words);
    },
  };
}

/**
 * Persistence records in the synchronisation group: who is new asks the others for what they have and is told what
 * comes, so that a resolver is sent to the same place whichever global device it asks.
 */
import type { RecordBook } from '../../config/runtime-state.ts';
import type { ConfigStore } from '../../config/types.ts';
import type { IqueryBodies, IqueryChannel, IquerySession } from '../../iquery/types.ts';
import { isSynchronized } from './leader.ts';
import type { PersistenceLine } from './dns-link.ts';

/** Of one message; a sender keeps far below. */
const mostRecords = 10_000;
const nothing = { asks: false, removes: '', isRemoval: false, records: [] } as const;

interface Around {
  readonly channel: IqueryChannel;
  readonly store: Pick<ConfigStore, 'view' | 'onCommit'>;
}

/** Adds to `own`, which knows this device's records, that deleting happens on all. */
export function sharePersistence(
  own: RecordBook,
  line: PersistenceLine,
  { channel, store }: Around,
): RecordBook {
  const listeners = new Set<string>();
  /** Asked before this device took part. */
  const early = new Set<string>();
  const isMember = ({ relation }: IquerySession): boolean =>
    relation === 'trust-domain' && isSynchronized(store);
  const send = (session: IquerySession, body: Partial<IqueryBodies['persistRecords']>): void =>
    // Not before health: a table may be long.
    session.send('bulk', 'persistRecords', { ...nothing, ...body });
  const members = (): readonly IquerySession[] => channel.sessions().filter(isMember);
  const askAll = (): void => members().forEach((session) => send(session, { asks: true }));
  line.listen((records) => {
    // Wanted by who was control before.
    if (listeners.size === 0) line.share(false);
    for (const device of listeners) {
      const session = channel.session(device);
      if (session !== undefined && isMember(session)) send(session, { records });
    }
  }, askAll);
  let isTakingPart = isSynchronized(store);
  store.onCommit(() => {
    const was = isTakingPart;
    isTakingPart = isSynchronized(store);
    if (was || !isTakingPart) return;
    askAll();
    for (const device of early) listeners.add(device);
    if (early.size > 0) line.share(true);
    early.clear();
  });
  channel.onSession((session, event) => {
    if (event === 'open') {
      if (isMember(session)) send(session, { asks: true });
      return;
    }
    if (channel.session(session.device) !== undefined) return;
    early.delete(session.device);
    if (listeners.delete(session.device) && listeners.size === 0) line.share(false);
  });
  channel.onMessage('persistRecords', ({ asks, isRemoval, records, removes }, session) => {
    if (!isMember(session)) {
      if (asks && session.relation === 'trust-domain') early.add(session.device);
      return;
    }
    if (asks) {
      listeners.add(session.device);
      line.share(true);
    }
    if (isRemoval) void own.remove(removes);
    if (records.length > 0) line.hand(records.slice(0, mostRecords));
  });
  return {
    show: (words) => own.show(words),
    async remove(words) {
      const removed = await own.remove(words);
      for (const session of members()) send(session, { isRemoval: true, removes: words });
      return removed;
    },
  };
}

/**
 * Persistence records in the synchronisation group: who is new asks the others for what they have and is told what
 * comes, so that a resolver is sent to the same place whichever global device it asks.
 */
import type { RecordBook } from '../../config/runtime-state.ts';
import type { IqueryBodies, IqueryChannel, IquerySession } from '../../iquery/types.ts';
import type { PersistenceLine } from './dns-link.ts';
import type { SyncGroup } from './sync-group.ts';

/** Of one message; a sender keeps far below. */
const mostRecords = 10_000;
const nothing = { asks: false, removes: '', isRemoval: false, records: [] } as const;

interface Around {
  readonly channel: IqueryChannel;
  readonly group: SyncGroup;
}

/** Adds to `own`, which knows this device's records, that deleting happens on all. */
export function sharePersistence(
  own: RecordBook,
  line: PersistenceLine,
  { channel, group }: Around,
): RecordBook {
  const listeners = new Set<string>();
  /** Asked before it was known to be a member. */
  const early = new Set<string>();
  const send = (session: IquerySession, body: Partial<IqueryBodies['persistRecords']>): void =>
    // Not before health: a table may be long.
    session.send('bulk', 'persistRecords', { ...nothing, ...body });
  const askAll = (): void => group.members().forEach((one) => send(one, { asks: true }));
  const listen = (device: string): void => {
    listeners.add(device);
    line.share(true);
  };
  line.listen((records) => {
    // Wanted by who was control before.
    if (listeners.size === 0) line.share(false);
    for (const device of listeners) {
      const session = channel.session(device);
      if (session !== undefined && group.isMember(session)) send(session, { records });
    }
  }, askAll);
  group.onJoin((session) => {
    send(session, { asks: true });
    if (early.delete(session.device)) listen(session.device);
  });
  channel.onSession((session, event) => {
    if (event === 'open' || channel.session(session.device) !== undefined) return;
    early.delete(session.device);
    if (listeners.delete(session.device) && listeners.size === 0) line.share(false);
  });
  channel.onMessage('persistRecords', ({ asks, isRemoval, records, removes }, session) => {
    if (!group.isMember(session)) {
      if (asks && session.relation === 'trust-domain') early.add(session.device);
      return;
    }
    if (asks) listen(session.device);
    if (isRemoval) void own.remove(removes);
    if (records.length > 0) line.hand(records.slice(0, mostRecords));
  });
  return {
    show: (words) => own.show(words),
    async remove(words) {
      const removed = await own.remove(words);
      for (const session of group.members()) send(session, { isRemoval: true, removes: words });
      return removed;
    },
  };
}

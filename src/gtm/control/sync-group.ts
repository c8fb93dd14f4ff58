/**
 * Who is in the synchronisation group with this device: members of its trust domain that synchronise under the same
 * name (`synchronization-group-name`), as they say themselves by the state of the group.
 */
import { gtmGroup } from '../../catalogue/cm/device-group.ts';
import type { ConfigStore } from '../../config/types.ts';
import type { IqueryChannel, IquerySession } from '../../iquery/types.ts';
import { textOf } from '../values.ts';

export interface SyncGroup {
  isTakingPart(): boolean;
  /** Sessions to the other members. */
  members(): readonly IquerySession[];
  isMember(session: IquerySession): boolean;
  /**
   * What one member does for all (discovery, manual resume): the first by name of those that see each other; the
   * others get its commits by sync.
   */
  isLeader(): boolean;
  /** Somebody has become a member, or has come back. */
  onJoin(listener: (session: IquerySession) => void): void;
}

interface Around {
  readonly channel: IqueryChannel;
  readonly store: Pick<ConfigStore, 'view' | 'onCommit'>;
}

export function watchSyncGroup({ channel, store }: Around): SyncGroup {
  /** By device: what it said last. */
  const groups = new Map<string, string>();
  const listeners: ((session: IquerySession) => void)[] = [];
  let own = ownGroup(store);
  const isMember = (session: IquerySession): boolean =>
    own !== undefined && session.relation === 'trust-domain' && groups.get(session.device) === own;
  const members = (): readonly IquerySession[] => channel.sessions().filter(isMember);
  const tell = (session: IquerySession): void => {
    for (const listener of listeners) listener(session);
  };
  channel.onMessage('groupState', ({ group }, session) => {
    if (!group.startsWith(`${gtmGroup}:`) || groups.get(session.device) === group) return;
    groups.set(session.device, group);
    if (isMember(session)) tell(session);
  });
  channel.onSession((session, event) => {
    const isGone = event === 'closed' && channel.session(session.device) === undefined;
    if (isGone) groups.delete(session.device);
  });
  store.onCommit(() => {
    const former = own;
    own = ownGroup(store);
    if (own !== former) members().forEach(tell);
  });
  return {
    isTakingPart: () => own !== undefined,
    members,
    isMember,
    isLeader() {
      const { deviceName } = store.view();
      return members().every(({ device }) => device > deviceName);
    },
    onJoin: (listener) => void listeners.push(listener),
  };
}

/** As the group is called over iQuery; undefined: this device does not synchronise. */
function ownGroup(store: Pick<ConfigStore, 'view'>): string | undefined {
  const general = store.view().get('gtm global-settings general', '')?.properties ?? {};
  if (textOf(general, 'synchronization', 'no') !== 'yes') return undefined;
  return `${gtmGroup}:${textOf(general, 'synchronization-group-name', 'default')}`;
}

/** Which configuration of GTM the other members of the synchronisation group hold, for `show gtm iquery`. */
import { gtmGroup } from '../../catalogue/cm/device-group.ts';
import type { IqueryChannel } from '../../iquery/types.ts';

/** The last commit in it. */
export interface GroupHead {
  readonly id: string;
  readonly device: string;
  /** Milliseconds of 1970. */
  readonly time: number;
}

export interface GroupHeads {
  /** Undefined: it is no member, or has no session. */
  readonly of: (device: string) => GroupHead | undefined;
}

export function createGroupHeads(channel: IqueryChannel): GroupHeads {
  const heads = new Map<string, GroupHead>();
  channel.onMessage('groupState', (state, session) => {
    if (state.group !== gtmGroup && !state.group.startsWith(`${gtmGroup}:`)) return;
    const { commitDevice, commitId, commitTime } = state;
    heads.set(session.device, { id: commitId, device: commitDevice, time: commitTime.wall });
  });
  channel.onSession((session, event) => {
    if (event === 'closed' && channel.session(session.device) === undefined) {
      heads.delete(session.device);
    }
  });
  return { of: (device) => heads.get(device) };
}

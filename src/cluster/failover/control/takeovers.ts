import type { IqueryBodies, IqueryChannel } from '../../../iquery/types.ts';
import type { FailoverStatus } from '../protocol.ts';

/** How often each member took a traffic group, and when last: each keeps its own history, and tells the others. */
export interface Takeovers {
  of(device: string, trafficGroup: string): Takeover;
  changed(status: FailoverStatus): void;
}

export interface Takeover {
  readonly times: number;
  /** Milliseconds since 1970; 0: never. */
  readonly last: number;
}

type Body = IqueryBodies['takeovers'];

const never: Takeover = { times: 0, last: 0 };
/** Beyond what a device group can have. */
const maximumDevices = 64;
const maximumGroups = 256;
/** No date is later. */
const lastDate = 8.64e15;

export function startTakeovers(channel: IqueryChannel, self: () => string): Takeovers {
  const told = new Map<string, ReadonlyMap<string, Takeover>>();
  let own: Body = { groups: [] };
  channel.onSession((session, state) => {
    if (state === 'open' && session.relation === 'trust-domain') {
      session.send('control', 'takeovers', own);
    }
  });
  channel.onMessage('takeovers', ({ groups }, session) => {
    if (session.relation !== 'trust-domain') return;
    if (!told.has(session.device) && told.size >= maximumDevices) return;
    const dates = groups.slice(0, maximumGroups).map((group) => ({
      ...group,
      last: Math.min(group.last, lastDate),
    }));
    told.set(session.device, byGroup({ groups: dates }));
  });
  return {
    of: (device, trafficGroup) =>
      (device === self() ? byGroup(own) : told.get(device))?.get(trafficGroup) ?? never,
    changed(status) {
      const next = takeoversIn(status);
      if (JSON.stringify(next) === JSON.stringify(own)) return;
      own = next;
      for (const session of channel.sessions()) {
        if (session.relation === 'trust-domain') session.send('control', 'takeovers', own);
      }
    },
  };
}

function takeoversIn({ history, groups }: FailoverStatus): Body {
  return {
    groups: groups.slice(0, maximumGroups).map(({ name }) => {
      const times = history.filter((entry) => entry.group === name && entry.change === 'active');
      return { trafficGroup: name, times: times.length, last: times.at(-1)?.wall ?? 0 };
    }),
  };
}

function byGroup({ groups }: Body): ReadonlyMap<string, Takeover> {
  return new Map(groups.map(({ trafficGroup, times, last }) => [trafficGroup, { times, last }]));
}

/** The monitor process: takes its orders from control, keeps probing with the last ones when it is away. */
import type { Clock } from '../platform/clock.ts';
import { type LocalPeer, serveLocal } from '../platform/local-channel.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import { systemDoors } from './probe/system-doors.ts';
import type { InstanceStatus } from './health.ts';
import type { FromMonitor, ToMonitor } from './messages.ts';
import { Runner } from './runner.ts';

export interface MonitorServiceOptions {
  readonly socket: string;
  /** Folder where programs of external monitors are kept to be run. */
  readonly programs: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Changes of one instant go out in one message. */
const batchMilliseconds = 2;

export async function startMonitorService(
  options: MonitorServiceOptions,
): Promise<{ close(): void }> {
  const { clock } = options;
  const peers = new Set<LocalPeer<FromMonitor>>();
  const changed = new Map<string, InstanceStatus>();
  let isFlushing = false;
  const flush = (): void => {
    isFlushing = false;
    const instances = [...changed.values()];
    changed.clear();
    for (const peer of peers) peer.send({ type: 'changes', instances });
  };
  const doors = systemDoors(clock, options.random, options.programs);
  const runner = new Runner(clock, options.random, doors, (status) => {
    changed.set(status.id, status);
    if (isFlushing) return;
    isFlushing = true;
    clock.after(batchMilliseconds, flush);
  });
  const server = await serveLocal<ToMonitor, FromMonitor>(options.socket, {
    onOpen: (peer) => {
      peers.add(peer);
    },
    onMessage(message, peer) {
      if (message.type === 'probe') {
        const { number, plan } = message;
        runner.once(plan, (probe) => peer.send({ type: 'probed', number, probe }));
        return;
      }
      obey(runner, message);
      if (message.type !== 'plan') return;
      options.log.write('info', `monitoring ${message.instances.length} instances`);
      peer.send({ type: 'table', instances: runner.table() });
    },
    onClose: (peer) => {
      peers.delete(peer);
    },
  });
  return {
    close() {
      server.close();
      for (const peer of peers) peer.close();
      runner.close();
    },
  };
}

function obey(runner: Runner, message: Exclude<ToMonitor, { readonly type: 'probe' }>): void {
  switch (message.type) {
    case 'plan':
      runner.replace(message.instances, message.held);
      break;
    case 'change':
      runner.change(message.set, message.remove);
      break;
    case 'resume':
      runner.resume(message.ids);
      break;
  }
}

/** The monitor process: takes its orders from control, keeps probing with the last ones when it is away. */
import type { Clock } from '../platform/clock.ts';
import { type LocalPeer, serveLocal } from '../platform/local-channel.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import { kernelNetwork } from '../platform/kernel-network.ts';
import { openPacketFilter } from '../platform/packet-filter.ts';
import { DetourDriver } from './detour-driver.ts';
import type { ProbeDoors } from './probe/doors.ts';
import { systemDoors } from './probe/system-doors.ts';
import type { InstanceStatus } from './health.ts';
import type { FromMonitor, ToMonitor } from './messages.ts';
import { measurePath, type PathDoors } from './path/measure.ts';
import { Runner } from './runner.ts';
import { createPinger } from '../platform/icmp.ts';

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
  const detours = new DetourDriver({
    clock,
    log: options.log,
    filter: openPacketFilter(),
    network: kernelNetwork,
  });
  const doors = systemDoors(clock, options.random, options.programs, detours);
  const runner = new Runner(clock, options.random, doors, (status) => {
    changed.set(status.id, status);
    if (isFlushing) return;
    isFlushing = true;
    clock.after(batchMilliseconds, flush);
  });
  const paths = pathDoors(doors, clock);
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
      if (message.type === 'measure') {
        const { number, plan } = message;
        void measurePath(plan, paths).then((measure) =>
          peer.send({ type: 'measured', number, measure: measure ?? null }),
        );
        return;
      }
      obey([detours, runner], message);
      if (message.type === 'resume') runner.resume(message.ids);
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
      paths.pinger.close();
      detours.close();
    },
  };
}

/** Round trips are to be seen to the millisecond; its replies are not the monitors'. */
const pathPollMilliseconds = 1;
const pathIdentifier = (process.pid ^ 0x8000) & 0xffff;

function pathDoors(doors: ProbeDoors, clock: Clock): PathDoors {
  const { after, connectDatagrams, exchangeTcp } = doors;
  const pinger = createPinger(clock, pathIdentifier, pathPollMilliseconds);
  const now = (): number => clock.monotonicMilliseconds();
  return { after, connectDatagrams, exchangeTcp, pinger, now };
}

/** Ways come before what is probed by them. */
function obey(
  keepers: readonly (Pick<Runner, 'replace' | 'change'> | DetourDriver)[],
  message: ToMonitor,
): void {
  for (const keeper of keepers) {
    if (message.type === 'plan') keeper.replace(message.instances, message.held);
    if (message.type === 'change') keeper.change(message.set, message.remove);
  }
}

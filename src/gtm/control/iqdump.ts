/** `run gtm iqdump`: what devices say over iQuery while somebody listens, bounded in time and size. */
import { refuse, type StateRegistry } from '../../config/runtime-state.ts';
import type { PeerReport, WatchableIquery } from '../../iquery/types.ts';
import type { Clock } from '../../platform/clock.ts';
import { numberOf, textOf } from '../values.ts';
import { isOfGroup, messageLine, sessionLine } from './dump-line.ts';

/** Lines are kept until all are sent together. */
const mostBytes = 4 * 1024 * 1024;
/** Each costs as much again as what comes in. */
const mostAtOnce = 8;

interface IqdumpOptions {
  readonly state: StateRegistry;
  readonly channel: WatchableIquery;
  readonly clock: Clock;
}

export function provideIqdump({ channel, clock, state }: IqdumpOptions): void {
  let running = 0;
  state.provideAction('gtm iqdump', 'run', async ({ parameters }) => {
    const address = textOf(parameters, 'address');
    const group = textOf(parameters, 'group');
    const most = numberOf(parameters, 'count', 1_000);
    const isWanted = (peer: Pick<PeerReport, 'device' | 'address'>): boolean =>
      address === '' || peer.address === address || peer.device === address;
    const peers = channel.peers().filter(isWanted);
    if (peers.length === 0 && address !== '') {
      const known = channel.peers().map((peer) => `${peer.address} (${peer.device})`);
      return refuse(`no iQuery with ${address}; there is ${known.join(', ') || 'none'}`, 404);
    }
    if (running >= mostAtOnce) return refuse(`${mostAtOnce} iqdumps are running`, 503);
    const devices = new Set(peers.map(({ device }) => device));
    const lines = peers.map((peer) => sessionLine(peer, clock.wallMilliseconds()));
    let bytes = 0;
    running += 1;
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        stop();
        cancel();
        resolve();
      };
      const cancel = clock.after(numberOf(parameters, 'seconds', 5) * 1_000, finish);
      const stop = channel.watch((kind, body, session) => {
        const isOthers = address !== '' && !devices.has(session.device);
        if (isOthers || !isOfGroup(body, group)) return;
        const line = messageLine(kind, body, session, clock.wallMilliseconds());
        lines.push(line);
        bytes += line.length;
        if (lines.length >= most || bytes > mostBytes) finish();
      });
    });
    running -= 1;
    return { ok: true, value: { commandResult: lines.slice(0, most).join('\n') } };
  });
}

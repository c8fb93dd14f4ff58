import type { Cancel } from '../platform/clock.ts';
import type { Wire } from '../platform/http2.ts';
import { alreadyConnected, type ChannelCore, laneOf } from './core.ts';
import { type LaneConnection, openLane } from './lane.ts';
import { createSession, helloFault } from './session.ts';

const helloMilliseconds = 3000;

/** Accepted streams become lanes, and two lanes with the same session id a session. */
export function createAcceptor(core: ChannelCore): (wire: Wire, path: string) => void {
  const { clock, log } = core.options;
  const waiting = new Map<string, { lane: LaneConnection; cancel: Cancel }>();
  return (wire, path) => {
    const name = laneOf(path);
    const admission = core.admit(wire.certificate);
    if (name === undefined || !admission.ok) return wire.destroy();
    const { device, relation, domain } = admission;
    const lane = openLane(name, wire, core.codec, clock);
    const cancel = clock.after(helloMilliseconds, () => lane.destroy('no complete session'));
    let key = '';
    lane.onClose(() => {
      cancel();
      if (waiting.get(key)?.lane === lane) waiting.delete(key);
    });
    lane.onHello((hello) => {
      const fault = helloFault(hello, device, relation);
      if (fault !== undefined) {
        log.write('warning', `iQuery from ${wire.remoteAddress} ended: ${fault}`);
        return lane.end(fault);
      }
      key = `${device} ${hello.instance} ${hello.session}`;
      lane.send('hello', core.hello(hello.session, relation));
      const other = waiting.get(key);
      if (other === undefined) return void waiting.set(key, { lane, cancel });
      waiting.delete(key);
      if (other.lane.lane === name) return lane.destroy('the lane is open twice');
      cancel();
      other.cancel();
      const [control, bulk] = name === 'control' ? [lane, other.lane] : [other.lane, lane];
      const wallMilliseconds = clock.wallMilliseconds();
      const parts = { device, relation, domain, hello, control, bulk, wallMilliseconds };
      if (core.open(createSession({ ...parts, dialledBy: 'them' }))) return;
      for (const one of [control, bulk]) one.end(alreadyConnected);
    });
  };
}

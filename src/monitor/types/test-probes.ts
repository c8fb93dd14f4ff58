/** For tests of types: probes by the system's own doors, and small servers on loopback; all end with the file. */
import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { after } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { systemRandom } from '../../platform/random.ts';
import type { InstancePlan } from '../instance-plan.ts';
import type { ProbeOutcome } from '../outcome.ts';
import { startProbe } from '../probe/start.ts';
import { systemDoors } from '../probe/system-doors.ts';
import { monitorTypes } from './index.ts';

export interface TestProbes {
  /** Run after the tests of the file. */
  readonly closers: (() => void)[];
  /** One probe to its end; "silent" when there was none within the limit, in milliseconds. */
  probe(plan: InstancePlan, limit?: number): Promise<ProbeOutcome>;
  /** The port of a server on 127.0.0.1. */
  serveTcp(behave: (socket: Socket) => void): Promise<number>;
}

/** `folder` is where external programs are. */
export function createTestProbes(folder: string): TestProbes {
  const doors = systemDoors(systemClock, systemRandom, folder);
  const closers: (() => void)[] = [];
  after(() => {
    doors.close();
    for (const close of closers) close();
  });
  return {
    closers,
    probe(plan, limit = 30_000) {
      const type = monitorTypes.get(plan.type);
      assert.ok(type, plan.type);
      return new Promise((resolve) => {
        const running = startProbe(doors, type, plan, (outcome) => {
          cancel();
          resolve(outcome);
        });
        const cancel = systemClock.after(limit, () => {
          running.cancel();
          resolve({ ok: false, detail: `silent: ${running.stage()}` });
        });
      });
    },
    async serveTcp(behave) {
      const sockets = new Set<Socket>();
      const server = createServer((socket) => {
        sockets.add(socket);
        socket.on('error', () => undefined);
        behave(socket);
      });
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      closers.push(() => {
        for (const socket of sockets) socket.destroy();
        server.close();
      });
      return portOf(server.address());
    },
  };
}

export function portOf(address: AddressInfo | string | null): number {
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

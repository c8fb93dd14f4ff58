/** Where connections are looked up and ended: HAProxy's runtime API, the kernel's table. */
import { type Clock, sleep } from '../platform/clock.ts';
import { changeConnections } from '../platform/connection-table.ts';
import { finishInSlices } from '../platform/turn.ts';
import type { ConnectionSource } from './connection-book.ts';
import { engineName } from './engine-names.ts';
import type { StatisticsPoll } from './haproxy/poll.ts';
import type { RuntimeSession } from './haproxy/runtime.ts';
import { type ProxiedSession, readSessions } from './haproxy/sessions.ts';
import type { FlowPoll } from './nftables/flow-poll.ts';
import type { Flow } from './nftables/flows.ts';
import type { VirtualPlan } from './types.ts';

export interface ConnectionEngines {
  readonly haproxy: Pick<StatisticsPoll, 'ask'>;
  readonly kernel: Pick<FlowPoll, 'flows'>;
  readonly virtuals: () => readonly VirtualPlan[];
  readonly clock: Clock;
}

const usualIdleSeconds = 300;
/** To HAProxy the end of a request's connection is a failure of the server: it tries others first, as often as it may. */
const mostRounds = 20;
const roundMilliseconds = 20;

export function connectionSource({
  haproxy,
  kernel,
  virtuals,
  clock,
}: ConnectionEngines): ConnectionSource {
  let idle: ReadonlyMap<string, number> = new Map();
  return {
    async sessions() {
      idle = idleByPlace(virtuals());
      // Without HAProxy there is none.
      const found = await haproxy.ask(readAll).catch(() => []);
      return found.flat();
    },
    async endSessions(isChosen) {
      const counts = await haproxy.ask(async (run) => {
        const chosen = (await readAll(run)).filter(isChosen);
        let left = chosen;
        for (let round = 0; left.length > 0 && round < mostRounds; round += 1) {
          await run(left.map(({ id }) => `shutdown session ${id}`));
          await sleep(clock, roundMilliseconds);
          const open = new Set((await readAll(run)).map(nameOf));
          left = left.filter((session) => open.has(nameOf(session)));
        }
        return chosen.length;
      });
      return counts.reduce((sum, count) => sum + count, 0);
    },
    flows: () => kernel.flows(),
    async endFlow(flow) {
      await changeConnections(deletionOf(flow));
    },
    idleTimeoutOf: ({ frontend, asked }: ProxiedSession) =>
      idle.get(frontend) ?? idle.get(`${asked.address} ${asked.port}`) ?? usualIdleSeconds,
  };
}

async function readAll(run: RuntimeSession['run']): Promise<readonly ProxiedSession[]> {
  const [text = ''] = await run(['show sess all']);
  return await finishInSlices(readSessions(text));
}

/** HAProxy gives the same number again. */
function nameOf({ id, client }: ProxiedSession): string {
  return `${id} ${client.address} ${client.port}`;
}

function idleByPlace(virtuals: readonly VirtualPlan[]): ReadonlyMap<string, number> {
  return new Map(
    virtuals.flatMap(({ name, address, port, idleSeconds }) => [
      [engineName(name), idleSeconds] as const,
      [`${address.text} ${port}`, idleSeconds] as const,
    ]),
  );
}

const portless = new Set([1, 58]);

function deletionOf({ protocol, client, asked, mark }: Flow): readonly string[] {
  const ports = portless.has(protocol)
    ? []
    : ['--sport', String(client.port), '--dport', String(asked.port)];
  const ends = ['-s', client.address, '-d', asked.address];
  const family = client.address.includes(':') ? 'ipv6' : 'ipv4';
  return ['-D', '-f', family, '-p', String(protocol), ...ends, ...ports, '-m', String(mark)];
}

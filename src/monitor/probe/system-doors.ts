/** The doors of the real system. */
import { awaitConnection } from '../../platform/awaited-connection.ts';
import { runBounded } from '../../platform/bounded-program.ts';
import type { Clock } from '../../platform/clock.ts';
import { queryDatabase } from '../../platform/database-query.ts';
import { connectDatagrams } from '../../platform/datagram.ts';
import { createHalfOpener } from '../../platform/half-open.ts';
import { exchangeHttp2 } from '../../platform/http2-exchange.ts';
import { createPinger } from '../../platform/icmp.ts';
import { createQuickTcp, type QuickExchange } from '../../platform/quick-tcp.ts';
import { maximumOpenFiles } from '../../platform/limits.ts';
import type { Random } from '../../platform/random.ts';
import { exchangeSecurable, exchangeTcp, type RunningExchange } from '../../platform/tcp.ts';
import type { DetourLookup } from '../detours.ts';
import type { ProbeDoors } from './doors.ts';

/** For sockets that wait for their next connection, pipes of programs, and everything else. */
const sparedDescriptors = 4096;
const fewestProbes = 64;

export function systemDoors(
  clock: Clock,
  random: Random,
  programs: string,
  detours: DetourLookup = { of: () => undefined },
): ProbeDoors {
  const pinger = createPinger(clock);
  const halfOpener = createHalfOpener(clock, random);
  const quick = createQuickTcp(clock);
  return {
    maximumProbes: Math.max(fewestProbes, maximumOpenFiles() - sparedDescriptors),
    exchangePlain: (exchange) => quick?.exchange(exchange) ?? exchangeSlowly(exchange),
    exchangeTcp,
    exchangeSecurable,
    awaitConnection,
    connectDatagrams,
    exchangeHttp2,
    runBounded,
    queryDatabase,
    after: (milliseconds, task) => clock.after(milliseconds, task),
    pinger,
    halfOpener,
    programs,
    detours,
    close() {
      pinger.close();
      halfOpener.close();
      quick?.close();
    },
  };
}

/** Where node:ffi is not to be had. */
function exchangeSlowly(exchange: QuickExchange): RunningExchange {
  return exchangeTcp({ ...exchange, address: exchange.address.text, tls: undefined });
}

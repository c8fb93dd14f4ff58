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
import type { Random } from '../../platform/random.ts';
import { exchangeSecurable, exchangeTcp, type RunningExchange } from '../../platform/tcp.ts';
import type { DetourLookup } from '../detours.ts';
import type { ProbeDoors } from './doors.ts';

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

/** The doors of the real system. */
import { runBounded } from '../../platform/bounded-program.ts';
import type { Clock } from '../../platform/clock.ts';
import { queryDatabase } from '../../platform/database-query.ts';
import { connectDatagrams } from '../../platform/datagram.ts';
import { createHalfOpener } from '../../platform/half-open.ts';
import { exchangeHttp2 } from '../../platform/http2-exchange.ts';
import { createPinger } from '../../platform/icmp.ts';
import type { Random } from '../../platform/random.ts';
import { exchangeSecurable, exchangeTcp } from '../../platform/tcp.ts';
import type { ProbeDoors } from './doors.ts';

export function systemDoors(clock: Clock, random: Random, programs: string): ProbeDoors {
  return {
    exchangeTcp,
    exchangeSecurable,
    connectDatagrams,
    exchangeHttp2,
    runBounded,
    queryDatabase,
    after: (milliseconds, task) => clock.after(milliseconds, task),
    pinger: createPinger(clock),
    halfOpener: createHalfOpener(clock, random),
    programs,
  };
}

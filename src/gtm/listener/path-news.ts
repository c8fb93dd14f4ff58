/** The dns process's part in measuring ways: tells control whose are wanted, takes what is known of them. */
import type { Clock } from '../../platform/clock.ts';
import { addressBytes } from '../decision/client.ts';
import { createPathTable, type PathMemory } from '../paths/path-table.ts';
import type { FromDns, KnownPath } from '../protocol.ts';

/** Who wants is told so soon, at most so many at once, and each of them again after so long. */
const newsMilliseconds = 500;
const mostClients = 1_000;
const againMilliseconds = 20_000;

export interface PathNews {
  take(paths: readonly KnownPath[]): void;
  close(): void;
}

export function startPathNews(
  clock: Clock,
  memory: PathMemory,
  control: { isConnected(): boolean; tell(message: FromDns): void },
): PathNews {
  const table = createPathTable(memory);
  const told = new Map<string, number>();
  const close = clock.every(newsMilliseconds, () => {
    if (!control.isConnected()) return told.clear();
    const now = clock.monotonicMilliseconds();
    for (const [client, at] of told) if (now - at > againMilliseconds) told.delete(client);
    const clients = table.wanted
      .list(Infinity)
      .filter(([client, { lastAt }]) => now - lastAt < againMilliseconds && !told.has(client))
      .slice(0, mostClients)
      .map(([client]) => client);
    if (clients.length === 0) return;
    for (const client of clients) told.set(client, now);
    control.tell({ type: 'wanted-paths', clients });
  });
  return {
    take(paths) {
      const now = clock.monotonicMilliseconds();
      for (const path of paths) {
        const { client, completionPercent, datacenter, hops, roundTripMilliseconds } = path;
        table.write({
          bytes: addressBytes(client),
          datacenter,
          roundTripMilliseconds,
          completionPercent,
          expires: now + path.milliseconds,
          hops,
          hopsExpire: now + path.hopsMilliseconds,
        });
      }
    },
    close,
  };
}

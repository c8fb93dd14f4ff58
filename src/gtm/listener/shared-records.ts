/** The dns process's part in sharing persistence records: tells control what is new, takes what others say. */
import type { Clock } from '../../platform/clock.ts';
import { createPersistenceNews } from '../decision/persistence-news.ts';
import type { FromDns, ToDns } from '../protocol.ts';

/** What is new leaves so soon, at most so much at once. */
const newsMilliseconds = 100;
const mostNews = 2_000;

export interface SharedRecords {
  hear(message: Extract<ToDns, { type: 'share' | 'persistence' }>): void;
  close(): void;
}

/** While control is not connected, what is new stays until it is back. */
export function startSharedRecords(
  clock: Clock,
  memory: SharedArrayBuffer,
  control: { isConnected(): boolean; tell(message: FromDns): void },
): SharedRecords {
  const news = createPersistenceNews(memory);
  let isWanted = false;
  const close = clock.every(newsMilliseconds, () => {
    if (!isWanted || !control.isConnected()) return;
    const records = news.take(mostNews, clock.monotonicMilliseconds());
    if (records.length > 0) control.tell({ type: 'persistence', records });
  });
  return {
    hear(message) {
      if (message.type === 'persistence') {
        return news.hear(message.records, clock.monotonicMilliseconds());
      }
      isWanted = message.isWanted;
      if (isWanted) news.tellAll();
    },
    close,
  };
}

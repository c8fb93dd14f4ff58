/** What is looked up when it is asked for: `GET` and `DELETE /mgmt/tm/ltm/persistence/persist-records?options=…`. */
import type { Component } from '../../catalogue/types.ts';
import type { RecordBook } from '../../config/runtime-state.ts';
import type { HttpResponse } from '../../platform/https-server.ts';
import type { Services } from '../context.ts';
import { componentKind, link } from '../wire/paths.ts';
import type { Query } from '../wire/query.ts';
import { answered, emptyAnswer, failedWith, streamed } from '../wire/reply.ts';
import type { Target } from '../wire/route.ts';
import { recordsAnswer } from './statistics.ts';

export interface Records {
  readonly component: Component;
  readonly book: RecordBook;
}

/** Undefined: the target has none. */
export function recordsOf(services: Services, target: Target): Records | undefined {
  const isWhole = target.kind === 'collection' || (target.kind === 'object' && target.name === '');
  if (!isWhole) return undefined;
  const { component } = target;
  const book = services.state.records(component.id);
  return book && { component, book };
}

/** As BIG-IP shows what its own command prints. */
export async function showRecords(
  { book, component }: Records,
  query: Query,
): Promise<HttpResponse> {
  const rows = await book.rows?.(query.options ?? '');
  if (rows !== undefined) {
    return rows.ok
      ? streamed(recordsAnswer(component, rows.value, query))
      : failedWith(rows.faults);
  }
  const shown = await book.show(query.options ?? '');
  if (!shown.ok) return failedWith(shown.faults);
  return answered({
    kind: componentKind(component.id, 'stats'),
    selfLink: link(`/mgmt/tm/${component.id.replaceAll(' ', '/')}`, query.echo),
    apiRawValues: { apiAnonymous: shown.value },
  });
}

export async function deleteRecords(book: RecordBook, query: Query): Promise<HttpResponse> {
  const removed = await book.remove(query.options ?? '');
  return removed.ok ? emptyAnswer : failedWith(removed.faults);
}

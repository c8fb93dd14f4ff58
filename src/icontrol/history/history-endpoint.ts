/**
 * `/mgmt/shared/evenkeel/commits[/N]` and `/mgmt/shared/evenkeel/diff`: the history with every change in it,
 * which statistics cannot carry. Going back is `run sys commit rollback`.
 */
import type { JsonObject } from '../../config/text/json.ts';
import type { Commit } from '../../config/types.ts';
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import type { Caller } from '../access/accounts.ts';
import { changesJson, namedChange } from './changes-json.ts';
import type { Services } from '../context.ts';
import { operationNotSupported } from '../wire/errors.ts';
import {
  changesBetween,
  changesToPeer,
  findCommits,
  isSame,
  momentOf,
  oneCommit,
} from './history.ts';
import { objectOf } from './history-state.ts';
import { host } from '../wire/paths.ts';
import { answered, failedWith } from '../wire/reply.ts';

const base = '/mgmt/shared/evenkeel';
export const commitsPath = `${base}/commits`;
export const diffPath = `${base}/diff`;

const defaultPage = 50;
const largestPage = 1000;
/** Objects that the list names of each commit. */
const namedInList = 100;

/** `?$top=50&before=N&object=ltm pool /Common/web&user=…&source=…`, newest first. */
export async function handleCommits(
  services: Services,
  request: HttpRequest,
  _caller: Caller,
  path: string,
): Promise<HttpResponse> {
  if (request.method !== 'GET') return failedWith([operationNotSupported(path)]);
  const query = new URLSearchParams(request.target.split('?')[1] ?? '');
  const limit = numberOf(query.get('$top'), defaultPage);
  const before = numberOf(query.get('before'), Number.MAX_SAFE_INTEGER);
  if (limit === undefined || before === undefined || limit < 1 || limit > largestPage) {
    const message = `$top is a number up to ${largestPage}, before the number of a commit`;
    return failedWith([{ status: 400, message }]);
  }
  const object = objectOf(services, query.get('object') ?? undefined);
  if (!object.ok) return failedWith(object.faults);
  const user = query.get('user');
  const source = query.get('source');
  const filter = {
    ...(object.value !== undefined && { object: object.value }),
    ...(user !== null && { user }),
    ...(source !== null && { source }),
  };
  const { commits, next } = await findCommits(services, filter, limit, before);
  const { oldest, newest } = services.store.journal();
  return answered({
    kind: 'evenkeel:commit:commitcollection',
    selfLink: `${host}${path}`,
    oldest,
    newest,
    ...(next !== undefined && { nextLink: `${host}${path}?${nextQuery(query, next)}` }),
    items: commits.map((commit) => ({
      ...commitJson(commit),
      changeCount: commit.changes.length,
      changes: commit.changes.slice(0, namedInList).map(namedChange),
    })),
  });
}

function numberOf(text: string | null, otherwise: number): number | undefined {
  if (text === null) return otherwise;
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function nextQuery(query: URLSearchParams, before: number): string {
  const next = new URLSearchParams(query);
  next.set('before', String(before));
  return next.toString();
}

function commitJson({ sequence, identity, origin }: Commit): JsonObject {
  return {
    kind: 'evenkeel:commit',
    sequence,
    id: identity.id,
    parent: identity.parent,
    device: identity.device,
    time: new Date(identity.time.wall).toISOString(),
    user: origin.user,
    source: origin.source,
    ...(origin.address !== undefined && { address: origin.address }),
    ...(origin.reason !== undefined && { reason: origin.reason }),
    selfLink: `${host}${commitsPath}/${sequence}`,
  };
}

/** One commit, with what it changed and which engines hold it. */
export async function handleCommit(
  services: Services,
  request: HttpRequest,
  _caller: Caller,
  path: string,
): Promise<HttpResponse> {
  if (request.method !== 'GET') return failedWith([operationNotSupported(path)]);
  const number = path.slice(commitsPath.length + 1);
  const commit = oneCommit(services, /^\d{1,15}$/.test(number) ? Number(number) : -1);
  if (!commit.ok) return failedWith(commit.faults);
  const { sequence, changes } = commit.value;
  return answered({
    ...commitJson(commit.value),
    applied: Object.fromEntries(
      Object.entries(services.applied.status(sequence)).map(([engine, one]) => [
        engine,
        { ...one },
      ]),
    ),
    changeCount: changes.length,
    changes: await changesJson(changes, services),
  });
}

/** `?from=12&to=15`, `to` is running when not given; or `?peer=DEVICE`. `object` as for the list. */
export async function handleDiff(
  services: Services,
  request: HttpRequest,
  _caller: Caller,
  path: string,
): Promise<HttpResponse> {
  if (request.method !== 'GET') return failedWith([operationNotSupported(path)]);
  const query = new URLSearchParams(request.target.split('?')[1] ?? '');
  const peer = query.get('peer');
  const from = momentOf(query.get('from') ?? (peer === null ? '' : 'running'));
  const to = momentOf(query.get('to') ?? 'running');
  const object = objectOf(services, query.get('object') ?? undefined);
  if (!from.ok) return failedWith(from.faults);
  if (!to.ok) return failedWith(to.faults);
  if (!object.ok) return failedWith(object.faults);
  const found =
    peer === null
      ? await changesBetween(services, from.value, to.value)
      : await changesToPeer(services, peer);
  if (!found.ok) return failedWith(found.faults);
  const only = object.value;
  const changes = found.value.filter((change) => only === undefined || isSame(change, only));
  return answered({
    kind: 'evenkeel:diff',
    selfLink: `${host}${path}`,
    from: from.value,
    to: peer ?? to.value,
    changeCount: changes.length,
    changes: await changesJson(changes, services),
  });
}

import { faultText } from '../../base/fault.ts';
import { foreignId } from '../../catalogue/sys/foreign.ts';
import { foreignName, installOperation, isForeign, unfolded } from '../../config/model/foreign.ts';
import { filterCommit, groupObjects, gtmGroup, trustGroup } from '../../config/model/scope.ts';
import type { Sliced } from '../../base/slices.ts';
import type {
  Change,
  Commit,
  CommitRequest,
  ConfigStore,
  SharedObject,
} from '../../config/types.ts';
import { contentSum } from './content-sum.ts';
import { withoutDangling } from './dangling.ts';
import type { CommitMeta, GroupDatabase } from './group-store.ts';
import type { ExactChange } from './load-changes.ts';

/** The configuration database as one group sees it. */
export function groupDatabase(store: ConfigStore, scope: string, stateKey: string): GroupDatabase {
  const sum = contentSum(store, scope);
  const requestOf = (
    changes: readonly ExactChange[],
    { identity, user, reason }: CommitMeta,
  ): CommitRequest | string => {
    const domain = changes.find(({ component }) => component === 'cm trust-domain');
    if (domain !== undefined && isOther(store, domain.after)) {
      return 'it is of another trust domain';
    }
    const isMerging = scope === trustGroup || scope === gtmGroup;
    const whole = isMerging ? withoutDangling(changes, store.view()) : changes;
    const operations = whole.map((change) => installOperation(change, change.after, scope));
    const origin = { user, source: 'sync', reason } as const;
    return { origin, operations, ...(identity && { identity }) };
  };
  return {
    sequence: () => store.view().sequence,
    oldest: () => store.journal().oldest,
    history(limit, before) {
      const view = store.view();
      return store
        .history(limit, before)
        .map((commit): Commit => filterCommit(commit, scope, view) ?? { ...commit, changes: [] });
    },
    objects: () => groupObjects(store.view(), scope),
    stored(key) {
      if (!isForeign(key.component)) return store.view().stored(key.component, key.name);
      const kept = store.view().stored(foreignId, foreignName(key));
      return kept && unfolded(kept);
    },
    hash: () => sum.read(),
    write(changes, meta) {
      const request = requestOf(changes, meta);
      if (typeof request === 'string') return request;
      const outcome = store.commit(request);
      return outcome.ok ? '' : outcome.faults.map(faultText).join('; ');
    },
    *writing(changes, meta) {
      const request = requestOf(changes, meta);
      if (typeof request === 'string') return request;
      const prepare = (made: readonly Change[]): Sliced<void> => sum.preparing(made);
      const outcome = yield* store.committing({ ...request, prepare });
      if (outcome === undefined) return undefined;
      return outcome.ok ? '' : outcome.faults.map(faultText).join('; ');
    },
    readState: () => store.readState(stateKey),
    writeState: (value) => store.writeState(stateKey, value),
  };
}

/** Members of one domain never change its identity: what does comes from a device that has left. */
function isOther(store: ConfigStore, root: SharedObject | undefined): boolean {
  const guid = store.view().get('cm trust-domain', '/Common/Root')?.properties.guid;
  return root?.properties['guid'] !== guid;
}

/**
 * Pools with `manual-resume`: a member that was available and goes down is disabled, as on BIG-IP, and stays
 * so until somebody enables it. In a synchronisation group one member does it, the others get the commit.
 */
import type { ConfigStore, Operation } from '../../config/types.ts';
import type { Log } from '../../platform/log.ts';
import { memberKey, type GtmObjects, type GtmStatuses } from '../health/words.ts';

export function disableFallen(
  store: ConfigStore,
  log: Log,
  objects: GtmObjects,
  before: GtmStatuses,
  after: GtmStatuses,
): void {
  if (after.members.size === 0) return;
  const operations = objects.pools
    .filter((pool) => pool.resumesByHand)
    .flatMap((pool) =>
      pool.members.flatMap((member): Operation[] => {
        const key = memberKey(pool, member.name);
        const fell =
          before.members.get(key)?.availability === 'available' &&
          after.members.get(key)?.availability === 'offline';
        if (!fell || !member.enabled) return [];
        return [
          {
            kind: 'modify-item',
            component: `gtm pool ${pool.type}`,
            name: pool.name,
            property: 'members',
            item: member.name,
            properties: { enabled: 'disabled' },
          },
        ];
      }),
    );
  if (operations.length === 0) return;
  const reason = 'manual-resume: members that went down';
  const outcome = store.commit({
    origin: { user: 'system', source: 'system', reason },
    operations,
  });
  if (outcome.ok) return;
  const why = outcome.faults.map((fault) => fault.message).join('; ');
  log.write('warning', `${reason} could not be disabled: ${why}`);
}

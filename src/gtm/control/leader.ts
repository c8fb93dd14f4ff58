/**
 * What one member of a synchronisation group does for all (discovery, manual resume): the first by name of
 * those that see each other; the others get its commits by sync.
 */
import type { ConfigStore } from '../../config/types.ts';
import type { IqueryChannel } from '../../iquery/types.ts';
import { textOf } from '../values.ts';

export function isLeader(store: ConfigStore, channel: IqueryChannel): boolean {
  if (!isSynchronized(store)) return true;
  const { deviceName } = store.view();
  return channel
    .sessions()
    .every((session) => session.relation !== 'trust-domain' || session.device > deviceName);
}

/** `synchronization` of GTM's general settings. */
export function isSynchronized(store: Pick<ConfigStore, 'view'>): boolean {
  const general = store.view().get('gtm global-settings general', '')?.properties ?? {};
  return textOf(general, 'synchronization', 'no') === 'yes';
}

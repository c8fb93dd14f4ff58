/**
 * What one member of a synchronisation group does for all (discovery, manual resume): the first by name of
 * those that see each other; the others get its commits by sync.
 */
import type { ConfigStore } from '../../config/types.ts';
import type { IqueryChannel } from '../../iquery/types.ts';
import { textOf } from '../values.ts';

export function isLeader(store: ConfigStore, channel: IqueryChannel): boolean {
  const view = store.view();
  const general = view.get('gtm global-settings general', '')?.properties ?? {};
  if (textOf(general, 'synchronization', 'no') !== 'yes') return true;
  return channel
    .sessions()
    .every((session) => session.relation !== 'trust-domain' || session.device > view.deviceName);
}

/** Modules that are asked for and are not here. */
import type { ConfigStore } from '../../config/types.ts';
import type { Log } from '../../platform/log.ts';

const present = new Set(['ltm', 'gtm']);

/**
 * BIG-IP takes a level for a module that it has no licence for, and shows a "Provisioning Warning" from then on; so that
 * the files of a device with more modules load. Here the warning is in the log, and the module answers as not
 * provisioned, as before.
 */
export function warnOfProvisioning(store: ConfigStore, log: Log): () => void {
  return store.onCommit(({ changes }) => {
    for (const { component, name, after } of changes) {
      const level = String(after?.properties['level'] ?? 'none');
      if (component !== 'sys provision' || present.has(name) || level === 'none') continue;
      const text = `Provisioning Warning: ${name} (${level}) is not licensed: there is no such module here, its resources stay not provisioned`;
      log.write('warning', text);
    }
  });
}

/**
 * What /Common/default.crt, default.key and ca-bundle.crt are made of. A device makes its certificate once, at its first
 * start or at the first one of a program that knows of it; the authorities follow the system's from start to start.
 */
import { faultText } from '../base/fault.ts';
import { defaultFilesId } from '../catalogue/sys/default-files.ts';
import type { ConfigStore } from '../config/types.ts';
import { selfSigned } from '../icontrol/server/certificate.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';

export interface DefaultFilesOptions {
  readonly store: ConfigStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Authorities that the system trusts, PEM. */
  readonly authorities: string;
}

/** Nothing is committed when nothing is new. A device that cannot write starts all the same. */
export async function ensureDefaultFiles(options: DefaultFilesOptions): Promise<void> {
  const { store, clock, random, log, authorities } = options;
  const held = store.view().stored(defaultFilesId, '')?.properties ?? {};
  const { certificate, key } = held;
  const pair =
    certificate === undefined || key === undefined
      ? await selfSigned({ ...namesOf(store), keyKind: 'rsa' }, clock, random)
      : { certificate, key };
  const outcome = store.commit({
    origin: { user: 'system', source: 'system', reason: 'default certificate and authorities' },
    operations: [
      {
        kind: 'restore',
        component: defaultFilesId,
        name: '',
        properties: { ...pair, authorities },
      },
    ],
  });
  if (outcome.ok) return;
  const why = outcome.faults.map(faultText).join('; ');
  log.write('err', `The default certificate could not be saved: ${why}`);
}

function namesOf(store: ConfigStore): { readonly commonName: string; readonly names: string[] } {
  const hostname = store.view().get('sys global-settings', '')?.properties.hostname;
  const commonName = hostname ?? store.view().deviceName;
  return { commonName, names: [commonName] };
}

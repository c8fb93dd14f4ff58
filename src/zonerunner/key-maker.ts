/** Makes the key of a zone that is to be signed: once in a group, on the device that the zone was told. */
import { join } from 'node:path';
import type { Properties } from '../catalogue/types.ts';
import type { Commit, ConfigStore } from '../config/types.ts';
import { type Clock } from '../platform/clock.ts';
import { makeFolder, readBytesIfPresent, removeIfPresent } from '../platform/files.ts';
import type { Log } from '../platform/log.ts';
import { runChecked } from '../platform/process.ts';
import { dnssecKeyComponent, keyEndings, zonesWithoutKey } from './dnssec-keys.ts';
import type { Zone } from './zone.ts';

const limit = { timeoutMilliseconds: 30_000 };

export interface KeyMakerOptions {
  readonly store: ConfigStore;
  readonly clock: Clock;
  readonly log: Log;
  /** named's. */
  readonly folder: string;
}

export class KeyMaker {
  readonly #options: KeyMakerOptions;
  #isMaking = false;

  constructor(options: KeyMakerOptions) {
    this.#options = options;
  }

  /** Another device's commit brings its key along. */
  onCommit({ origin }: Commit): void {
    if (origin.source !== 'sync') this.look();
  }

  look(): void {
    const { clock, store } = this.#options;
    if (this.#isMaking || zonesWithoutKey(store.view()).length === 0) return;
    this.#isMaking = true;
    // Listeners are told one commit at a time.
    clock.after(0, () => void this.#make());
  }

  async #make(): Promise<void> {
    const { log, store } = this.#options;
    const tried = new Set<string>();
    for (;;) {
      const zone = zonesWithoutKey(store.view()).find(({ object }) => !tried.has(object));
      if (zone === undefined) break;
      tried.add(zone.object);
      try {
        const properties = await this.#newKey(zone);
        const operation = { component: dnssecKeyComponent, name: zone.object, properties } as const;
        const origin = { user: 'system', source: 'system', reason: 'a zone is signed' } as const;
        const outcome = store.commit({ origin, operations: [{ kind: 'create', ...operation }] });
        if (!outcome.ok) throw new Error(outcome.faults.map(({ message }) => message).join(' '));
      } catch (error) {
        log.write('err', `the zone ${zone.object} gets no key: ${String(error)}`);
      }
    }
    this.#isMaking = false;
  }

  /** By BIND's own program: what it writes is what named reads. */
  async #newKey({ domain }: Zone): Promise<Properties> {
    const folder = join(this.#options.folder, 'new-keys');
    makeFolder(folder);
    const made = await runChecked(
      'dnssec-keygen',
      ['-q', '-k', 'default', '-K', folder, domain],
      limit,
    );
    const name = made.trim();
    const tag = /\+(\d{5})$/.exec(name)?.[1];
    if (tag === undefined) throw new Error(`dnssec-keygen said "${name}"`);
    // "NAME IN DS TAG ALGORITHM TYPE DIGEST"; named publishes it (CDS) only when caches know the key.
    const said = await runChecked('dnssec-dsfromkey', ['-2', join(folder, name)], limit);
    const ds = said.trim().replace(/^.* DS /, '');
    const files = keyEndings.map((ending) => {
      const path = join(folder, `${name}.${ending}`);
      const bytes = readBytesIfPresent(path) ?? new Uint8Array();
      removeIfPresent(path);
      return Buffer.from(bytes).toString('base64');
    });
    const [key = '', secret = '', state = ''] = files;
    return {
      'key-tag': Number(tag),
      ds,
      'public-file': key,
      'private-file': secret,
      'state-file': state,
    };
  }
}

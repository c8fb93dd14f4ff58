/** `POST /mgmt/tm/sys/crypto/cert {"command": "install", "name": …, "from-local-file": …}`. */
import type { Component, ComponentId, Properties } from '../../catalogue/types.ts';
import { commitFor } from '../../config/action-commit.ts';
import { qualify } from '../../config/text/names.ts';
import { type StateRegistry, refuse } from '../../config/runtime-state.ts';
import type { ConfigStore, Operation } from '../../config/types.ts';
import { withFileContents } from './file-sources.ts';

export function provideCryptoInstall(options: {
  readonly state: StateRegistry;
  readonly store: ConfigStore;
  readonly files: string;
  component(id: ComponentId): Component | undefined;
}): void {
  const { state, store } = options;
  for (const kind of ['cert', 'crl', 'key']) {
    const component = `sys file ssl-${kind}`;
    state.provideAction(`sys crypto ${kind}`, 'install', async (request) => {
      const { parameters } = request;
      const name = fileName(String(parameters['name']), kind);
      const { passphrase } = parameters;
      const file = parameters['from-local-file'];
      if (file === undefined) return refuse(noFile(parameters));
      const properties: Properties = {
        'source-path': `file:${String(file)}`,
        ...(kind === 'key' && passphrase !== undefined && { passphrase }),
      };
      const isThere = store.view().stored(component, name) !== undefined;
      if (isThere && parameters['no-overwrite'] !== undefined) {
        return refuse(`${component} ${name} is there already, and no-overwrite was given`);
      }
      const operation: Operation = isThere
        ? { kind: 'modify', component, name, properties }
        : { kind: 'create', component, name, properties };
      const filled = await withFileContents([operation], options.component, options);
      if (!filled.ok) return filled;
      const outcome = commitFor(store, request, filled.value);
      return outcome.ok ? { ok: true, value: {} } : outcome;
    });
  }
}

/** The device itself fetches nothing: whoever asks could make it look into networks that are not his. */
function noFile(parameters: Properties): string {
  return parameters['from-url'] === undefined
    ? 'one or more properties must be specified: from-local-file'
    : 'from-url: the device fetches nothing; tmsh does, or upload the file and give from-local-file';
}

/** BIG-IP adds the ending that a name has not: web → /Common/web.crt. */
export function fileName(name: string, kind: string): string {
  const ending = kind === 'cert' ? '.crt' : `.${kind}`;
  return qualify(name.endsWith(ending) ? name : `${name}${ending}`, '/Common');
}

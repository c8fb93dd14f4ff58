/** `POST /mgmt/tm/sys/crypto/cert {"command": "install", "name": …, "from-local-file": …}`, pkcs12 likewise. */
import type { Outcome } from '../../base/fault.ts';
import type { Component, ComponentId, Properties, Value } from '../../catalogue/types.ts';
import { commitFor } from '../../config/action-commit.ts';
import { qualify } from '../../config/text/names.ts';
import { type ActionRequest, type StateRegistry, refuse } from '../../config/runtime-state.ts';
import type { ConfigStore, Operation } from '../../config/types.ts';
import { isPresent } from '../../platform/files.ts';
import { fileFolders, filePath } from './device-files.ts';
import { withFileContents } from './file-sources.ts';
import { readPkcs12 } from './pkcs12.ts';

interface InstallOptions {
  readonly state: StateRegistry;
  readonly store: ConfigStore;
  readonly files: string;
  component(id: ComponentId): Component | undefined;
}

export function provideCryptoInstall(options: InstallOptions): void {
  const { state } = options;
  for (const kind of ['cert', 'crl', 'key']) {
    state.provideAction(`sys crypto ${kind}`, 'install', async (request) => {
      const { parameters } = request;
      const { passphrase } = parameters;
      const file = parameters['from-local-file'];
      if (file === undefined) return refuse(noFile(parameters));
      return installed(options, request, {
        [kind]: {
          'source-path': `file:${String(file)}`,
          ...(kind === 'key' && passphrase !== undefined && { passphrase }),
        },
      });
    });
  }
  state.provideAction('sys crypto pkcs12', 'install', async (request) => {
    const { parameters } = request;
    const file = parameters['from-local-file'];
    if (file === undefined) return refuse(noFile(parameters));
    const path = filePath(options.files, String(file), fileFolders);
    if (path === undefined || !isPresent(path))
      return refuse(`${String(file)}: there is no such file`);
    const read = await readPkcs12(path, String(parameters['passphrase'] ?? ''));
    if (!read.ok) return read;
    const { certificates, key } = read.value;
    return installed(options, request, { key: { content: key }, cert: { content: certificates } });
  });
}

/** All of them in one change; what is there already becomes the new one. */
async function installed(
  { component: componentById, files, store }: InstallOptions,
  request: ActionRequest,
  contents: Readonly<Record<string, Properties>>,
): Promise<Outcome<Properties>> {
  const { parameters } = request;
  const operations: Operation[] = [];
  for (const [kind, properties] of Object.entries(contents)) {
    const component = `sys file ssl-${kind}`;
    const name = fileName(String(parameters['name']), kind, parameters['partition']);
    const isThere = store.view().stored(component, name) !== undefined;
    if (isThere && parameters['no-overwrite'] !== undefined) {
      return refuse(`${component} ${name} is there already, and no-overwrite was given`);
    }
    operations.push({ kind: isThere ? 'modify' : 'create', component, name, properties });
  }
  const filled = await withFileContents(operations, componentById, { files, store });
  if (!filled.ok) return filled;
  const outcome = commitFor(store, request, filled.value);
  return outcome.ok ? { ok: true, value: {} } : outcome;
}

/** The device itself fetches nothing: whoever asks could make it look into networks that are not his. */
function noFile(parameters: Properties): string {
  return parameters['from-url'] === undefined
    ? 'one or more properties must be specified: from-local-file'
    : 'from-url: the device fetches nothing; tmsh does, or upload the file and give from-local-file';
}

/** BIG-IP adds the ending that a name has not: web → /Common/web.crt. */
export function fileName(name: string, kind: string, partition: Value = 'Common'): string {
  const ending = kind === 'cert' ? '.crt' : `.${kind}`;
  return qualify(name.endsWith(ending) ? name : `${name}${ending}`, `/${String(partition)}`);
}

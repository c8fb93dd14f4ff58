/** `/mgmt/shared/evenkeel/config`: the configuration as texts and files, for people who keep it in a repository. */
import { bigipVersion } from '../../catalogue/version.ts';
import { bytesOfContent } from '../../config/file-bytes.ts';
import { contentFiles } from '../../config/load/file-contents.ts';
import { asModuleFiles } from '../../config/load/module-files.ts';
import { printingStanzas } from '../../config/load/print.ts';
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import { finishInSlices } from '../../platform/turn.ts';
import type { Caller } from '../access/accounts.ts';
import type { Services } from '../context.ts';
import { operationNotSupported } from '../wire/errors.ts';
import { host } from '../wire/paths.ts';
import { answered, failedWith } from '../wire/reply.ts';

export const configPath = '/mgmt/shared/evenkeel/config';

/** Secrets and keys are sealed as they lie: nothing in the answer is a secret in clear. */
export async function handleConfig(
  services: Services,
  request: HttpRequest,
  _caller: Caller,
  path: string,
): Promise<HttpResponse> {
  if (request.method !== 'GET') return failedWith([operationNotSupported(path)]);
  const { store, components } = services;
  const view = store.view();
  const stanzas = await finishInSlices(printingStanzas(view, components));
  return answered({
    kind: 'evenkeel:config',
    selfLink: `${host}${path}`,
    commit: view.sequence,
    texts: asModuleFiles(stanzas, bigipVersion).map((file) => ({ ...file })),
    files: contentFiles(view, components, true).map(({ name, text }) => ({
      path: name,
      base64: Buffer.from(bytesOfContent(text)).toString('base64'),
    })),
  });
}

/**
 * UCS archives: the files of /config and the files of objects, in BIG-IP's layout, in a compressed tar. One
 * that BIG-IP made loads as far as its text is known; the rest of the text is kept as it is.
 */
import type { Outcome } from '../../base/fault.ts';
import type { Properties, Value } from '../../catalogue/types.ts';
import { bigipBuild, bigipVersion } from '../../catalogue/version.ts';
import { contentFiles } from '../../config/load/file-contents.ts';
import { asFiles, printingStanzas } from '../../config/load/print.ts';
import { type ActionRequest, refuse } from '../../config/runtime-state.ts';
import {
  type ArchiveEntry,
  ArchiveProblem,
  packArchive,
  readArchive,
  unpackArchive,
} from '../../platform/archive.ts';
import { durableFile } from '../../platform/durable-file.ts';
import { openWithPassphrase, sealWithPassphrase } from '../../platform/sealing.ts';
import { finishInSlices } from '../../platform/turn.ts';
import { archiveContents, contentsOf, manifestEntry } from './archive-contents.ts';
import { filePath } from './device-files.ts';
import { type LoadAnswer, type Source, loadConfig } from './load-config.ts';
import {
  type SystemConfigOptions,
  answered,
  loadAfterTrust,
  passphraseOf,
} from './system-config.ts';

export const ucsFolder = '/var/local/ucs';

export function provideUcs(options: SystemConfigOptions): void {
  const { state } = options;
  state.provideAction('sys ucs', 'save', (request) => answered(save(options, request)));
  state.provideAction('sys ucs', 'load', (request) => answered(load(options, request)));
}

/** "x" → "/var/local/ucs/x.ucs"; a path stays one. */
function ucsPath(name: string): string {
  const whole = name.startsWith('/') ? name : `${ucsFolder}/${name}`;
  return whole.endsWith('.ucs') ? whole : `${whole}.ucs`;
}

type Answer = Outcome<Readonly<Record<string, Value>>>;

async function save(options: SystemConfigOptions, { parameters }: ActionRequest): Promise<Answer> {
  const shown = ucsPath(String(parameters['name']));
  const path = filePath(options.files, shown);
  if (path === undefined) return refuse(`file ${shown} is in none of the folders for files`);
  await durableFile(path).write(await archiveOf(options, parameters));
  return {
    ok: true,
    value: { commandResult: `Saving active configuration...\n${shown} is saved.\n` },
  };
}

/** Sealed secrets are of use elsewhere only with the key that they are sealed with. */
const masterKeyFile = 'config/bigip/kstore/master';

/** The archive's bytes. */
export async function archiveOf(
  options: SystemConfigOptions,
  parameters: Properties,
): Promise<Uint8Array> {
  const { store, components, clock } = options;
  const view = store.view();
  const passphrase = passphraseOf(parameters);
  const milliseconds = clock.wallMilliseconds();
  const withKeys = parameters['no-private-key'] === undefined;
  const stanzas = await finishInSlices(printingStanzas(view, components));
  const text = asFiles(stanzas, bigipVersion);
  const entries: readonly ArchiveEntry[] = [
    manifestEntry({
      Product: 'BIG-IP',
      Version: bigipVersion,
      Build: bigipBuild,
      Date: new Date(milliseconds).toISOString(),
    }),
    ...text.map(({ path, text: content }) => ({
      name: `config/${path}`,
      bytes: Buffer.from(content),
    })),
    ...archiveContents(view, contentFiles(view, components, withKeys), passphrase),
    ...(passphrase === undefined
      ? []
      : [
          {
            name: masterKeyFile,
            bytes: await sealWithPassphrase(store.secrets.masterKey(), passphrase),
          },
        ]),
  ];
  return packArchive(entries, { isCompressed: true, passphrase, time: milliseconds / 1000 });
}

async function load(options: SystemConfigOptions, request: ActionRequest): Promise<LoadAnswer> {
  const { parameters } = request;
  const shown = ucsPath(String(parameters['name']));
  const path = filePath(options.files, shown);
  const passphrase = passphraseOf(parameters);
  try {
    const bytes = path === undefined ? undefined : await readArchive(path);
    if (bytes === undefined) return refuse(`file ${shown} does not exist`, 404);
    const entries = await unpackArchive(bytes, passphrase);
    const sources = textsOf(entries, shown);
    if (sources.length === 0) return refuse(`${shown} is no UCS: it has no config/bigip.conf`);
    await takeMasterKey(options, entries, passphrase);
    const loading = parameters['reset-trust'] === undefined ? loadConfig : loadAfterTrust;
    const answer = await loading(options, request, {
      kind: 'file',
      sources,
      contents: contentsOf(entries),
      isVerify: false,
      isReport: parameters['report'] !== undefined,
      reason: `load ${shown}`,
    });
    if (!answer.ok || parameters['report'] !== undefined) return answer;
    const result = String(answer.value['commandResult']);
    return {
      ok: true,
      value: { ...answer.value, commandResult: `${result}${shown} is loaded.\n` },
    };
  } catch (error) {
    if (!(error instanceof ArchiveProblem)) throw error;
    return refuse(`${shown} was not loaded, nothing was changed: ${error.message}`);
  }
}

/** What names others is read first; files of partitions after those of Common. */
const textFiles = [
  /^config\/bigip_base\.conf$/,
  /^config\/bigip_user\.conf$/,
  /^config\/bigip(_script|_gtm)?\.conf$/,
  /^config\/partitions\/[^/]+\/bigip(_base|_script|_gtm)?\.conf$/,
];

function textsOf(entries: readonly ArchiveEntry[], shown: string): readonly Source[] {
  if (!entries.some(({ name }) => name === 'config/bigip.conf')) return [];
  return textFiles.flatMap((pattern) =>
    entries
      .filter(({ name }) => pattern.test(name))
      .map(({ name, bytes }) => ({
        path: `${shown}:${name}`,
        text: Buffer.from(bytes).toString('utf8'),
      })),
  );
}

async function takeMasterKey(
  options: SystemConfigOptions,
  entries: readonly ArchiveEntry[],
  passphrase: string | undefined,
): Promise<void> {
  const sealed = entries.find(({ name }) => name === masterKeyFile)?.bytes;
  // BIG-IP's own is sealed with a key of its hardware.
  const key =
    sealed === undefined || passphrase === undefined
      ? undefined
      : await openWithPassphrase(sealed, passphrase);
  if (key !== undefined) options.store.secrets.addFormer(key);
}

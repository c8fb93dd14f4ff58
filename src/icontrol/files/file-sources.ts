/**
 * `{"sourcePath": "file:/var/config/rest/downloads/x"}`: what was uploaded becomes the content of a file
 * object. Holds for any component that has both properties.
 */
import { createHash } from 'node:crypto';
import type { Outcome } from '../../base/fault.ts';
import type { Component, ComponentId, Properties } from '../../catalogue/types.ts';
import { bytesOfContent, contentOfBytes } from '../../config/file-bytes.ts';
import { fileContent } from '../../config/file-content.ts';
import { hasFileContent } from '../../config/load/file-contents.ts';
import { secondsText } from '../../config/model/derive.ts';
import type { StateRegistry } from '../../config/runtime-state.ts';
import type { ConfigStore, Operation, StoredObject } from '../../config/types.ts';
import { readBytesIfPresent } from '../../platform/files.ts';
import { sizeOfFile } from '../../platform/file-chunks.ts';
import { type FileFolder, fileFolders, filePath } from './device-files.ts';

const content = 'content';
const sourcePath = 'source-path';
const maximumContentBytes = 4 * 1024 * 1024;

/** Where uploads lie. The other folders hold archives, and saved configurations with everybody in them. */
export const uploadFolders: readonly FileFolder[] = ['/var/config/rest/downloads'];

/**
 * The same operations with what their sources hold; a source that is not there, or in none of `folders`, is a
 * fault. Who sees an object sees its content: `folders` are those that the caller may read.
 */
export async function withFileContents(
  operations: readonly Operation[],
  component: (id: ComponentId) => Component | undefined,
  services: { readonly files: string; readonly store: ConfigStore },
  folders: readonly FileFolder[] = fileFolders,
): Promise<Outcome<readonly Operation[]>> {
  const result: Operation[] = [];
  for (const operation of operations) {
    const isWrite =
      operation.kind === 'create' || operation.kind === 'modify' || operation.kind === 'replace';
    if (!isWrite || !hasFileContent(component(operation.component))) {
      result.push(operation);
      continue;
    }
    const source = operation.properties[sourcePath];
    if (typeof source !== 'string' || operation.properties[content] !== undefined) {
      result.push(operation);
      continue;
    }
    const text = await sourceText(source, services.files, folders);
    const held = services.store.view().stored(operation.component, operation.name)?.properties;
    if (typeof text !== 'string') {
      // Sent back by who read it; the upload itself is long gone.
      if (held?.[sourcePath] === source) {
        result.push(operation);
        continue;
      }
      return { ok: false, faults: [{ status: 400, message: text.problem, path: sourcePath }] };
    }
    result.push({
      ...operation,
      properties: { ...operation.properties, [content]: text },
    });
  }
  return { ok: true, value: result };
}

async function sourceText(
  source: string,
  files: string,
  folders: readonly FileFolder[],
): Promise<string | { readonly problem: string }> {
  const named = /^file:(?:\/\/)?(\/.*)$/.exec(source)?.[1];
  if (named === undefined) {
    return { problem: `source path "${source}": file:/PATH is expected; nothing is fetched` };
  }
  const path = filePath(files, named, folders);
  const size = path === undefined ? undefined : await sizeOfFile(path);
  if (path === undefined || size === undefined) {
    return { problem: `source path "${source}": there is no such file` };
  }
  if (size > maximumContentBytes) {
    return {
      problem: `source path "${source}" has ${size} bytes, and may have ${maximumContentBytes}`,
    };
  }
  const bytes = readBytesIfPresent(path);
  return bytes === undefined
    ? { problem: `source path "${source}": there is no such file` }
    : contentOfBytes(bytes);
}

/** A file is hashed once, however often lists of files are read; texts are immutable. */
const knownSums = new WeakMap<
  StoredObject,
  { readonly text: string; readonly facts: Properties }
>();

function sumsOf(stored: StoredObject | undefined, text: string, isSecret: boolean): Properties {
  const known = stored && knownSums.get(stored);
  // The files that are here from the start are nobody's property, and change without their object.
  if (known?.text === text) return known.facts;
  const bytes = bytesOfContent(text);
  const sha1 = createHash('sha1').update(bytes).digest('hex');
  const facts = { checksum: `SHA1:${bytes.length}:${sha1}`, size: bytes.length };
  // A key does not stay in memory in clear.
  if (stored !== undefined && !isSecret) knownSums.set(stored, { text, facts });
  return facts;
}

/** Clients tell by `checksum` ("SHA1:length:hex") whether a file is the one they have. */
export function provideFileFacts(
  state: StateRegistry,
  store: ConfigStore,
  components: readonly Component[],
): void {
  for (const { id, properties } of components.filter(hasFileContent)) {
    const isSecret = properties.some(({ name, secret }) => name === content && secret === true);
    state.provideFields(id, undefined, (name) => {
      const view = store.view();
      const text = fileContent(view, id, name);
      if (text === undefined) return {};
      const stored = view.stored(id, name);
      return { ...sumsOf(stored, text, isSecret), ...(stored !== undefined && timesOf(stored)) };
    });
  }
}

/** When the file came and when it changed, as far as that was noted; what is there from the start has no time. */
export function timesOf({ generation, created, version }: StoredObject): Properties {
  const { wall } = version;
  return {
    revision: generation,
    ...(created !== undefined && { 'create-time': secondsText(created) }),
    ...(wall > 0 && { 'last-update-time': secondsText(wall) }),
  };
}

/** A folder that holds a configuration: one text a partition and module, and files of objects. Pure. */
import { isJsonObject, type JsonObject, type Json } from '../config/text/json.ts';

/** By path below the folder. */
export type FolderFiles = ReadonlyMap<string, Uint8Array>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Names what was exported, so that what is gone is taken away with the next export, and nothing else. */
export const manifestName = 'evenkeel.json';

const textPath = /^[^/]+\/[\w-]+\.conf$/;
const filePath = /^files_d\/[^/]+\/[^/]+\/[^/]+$/;

/** What the device answers for its configuration. Throws when a path leads out of the folder. */
export function folderOf({ texts, files }: JsonObject): FolderFiles {
  const found = new Map<string, Uint8Array>();
  for (const { path, text } of objectsIn(texts)) {
    found.set(checked(path, textPath), encoder.encode(String(text)));
  }
  for (const { path, base64 } of objectsIn(files)) {
    found.set(checked(path, filePath), new Uint8Array(Buffer.from(String(base64), 'base64')));
  }
  const paths = [...found.keys()].toSorted();
  const manifest = { about: 'written by evenkeel config export', files: paths };
  return found.set(manifestName, encoder.encode(`${JSON.stringify(manifest, undefined, 1)}\n`));
}

function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isJsonObject) : [];
}

function checked(path: Json | undefined, pattern: RegExp): string {
  const text = String(path);
  if (pattern.test(text) && !text.split('/').includes('..')) return text;
  throw new Error(`the device names a file that cannot be written: ${text}`);
}

/** Files of the last export that this one has no more. */
export function staleOf(before: FolderFiles, now: FolderFiles): readonly string[] {
  const manifest = before.get(manifestName);
  if (manifest === undefined) return [];
  let listed: unknown;
  try {
    listed = JSON.parse(decoder.decode(manifest));
  } catch {
    return [];
  }
  const names = isJsonObject(listed as Json) ? (listed as JsonObject)['files'] : undefined;
  return (Array.isArray(names) ? names : [])
    .map(String)
    .filter((path) => textPath.test(path) || filePath.test(path))
    .filter((path) => !path.split('/').includes('..') && !now.has(path));
}

export interface Loadable {
  readonly text: string;
  readonly contents: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** Where line N of the text stands: "Common/ltm.conf", and its line there. */
  placeOf(line: number): string;
}

/** All texts in one, and the files by their name in the file store; undefined when there is no text. */
export function loadableOf(folder: FolderFiles): Loadable | undefined {
  const texts = [...folder].filter(([path]) => textPath.test(path));
  if (texts.length === 0) return undefined;
  const starts: { readonly line: number; readonly path: string }[] = [];
  let text = '';
  let line = 1;
  for (const [path, bytes] of texts) {
    const part = decoder.decode(bytes).replace(/\n*$/, '\n');
    starts.push({ line, path });
    text += part;
    line += part.split('\n').length - 1;
  }
  const contents = [...folder]
    .filter(([path]) => filePath.test(path))
    .map(([name, bytes]) => ({ name, bytes }));
  const placeOf = (wanted: number): string => {
    const start = starts.findLast((one) => one.line <= wanted);
    return start === undefined
      ? `line: ${wanted}`
      : `${start.path} at line: ${wanted - start.line + 1}`;
  };
  return { text, contents, placeOf };
}

/** Faults name the text that was sent; people look into their folder. */
export function inFolder(message: string, { placeOf }: Loadable): string {
  return message.replaceAll(
    /\/var\/config\/rest\/downloads\/\S+ at line: (\d+)/g,
    (_, line: string) => placeOf(Number(line)),
  );
}

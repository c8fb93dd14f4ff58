/**
 * Files where the shell runs, for commands that BIG-IP's shell reads them for: `load sys config … file`, `load sys
 * ucs`, `install sys crypto …`, `source-path file:…`. They go to the device by REST, as any client's would, and are
 * taken away again. The device's own folders stay the device's.
 */
import { Lexer } from '../config/text/lexer.ts';
import { Refusal, type Session } from './session.ts';

const uploads = '/var/config/rest/downloads';

/** Of the device: what lies there under the same name beside the shell is another file. */
const folders = ['/config/', '/shared/images/', '/var/config/rest/', '/var/local/'];

/** Words whose value is a file, by command and component. */
const fileWords: Readonly<Record<string, readonly string[]>> = {
  'load sys config': ['file', 'tar-file'],
  'install sys crypto cert': ['from-local-file', 'from-url', 'from-editor'],
  'install sys crypto crl': ['from-local-file', 'from-url', 'from-editor'],
  'install sys crypto key': ['from-local-file', 'from-url', 'from-editor'],
  'install sys crypto pkcs12': ['from-local-file', 'from-url'],
};

export interface Sent {
  /** The command's words, with the places of what was sent. */
  readonly text: string;
  /** A message of the device, with the user's own names of files. */
  named(message: string): string;
  remove(): Promise<void>;
}

/** Throws Refusal when a file is there and cannot be sent. */
export async function sendOwnFiles(
  session: Session,
  command: string,
  component: string,
  text: string,
): Promise<Sent> {
  const places = new Map<string, string>();
  const whole = `${command} ${component}`;
  let result = text;
  for (const { key, value, start, end } of filesIn(whole, text).toReversed()) {
    const bytes = await bytesOf(session, key, value);
    if (bytes === undefined) continue;
    const place = await send(session, value === '' ? 'edited' : value, bytes);
    places.set(place, value === '' ? key : value);
    if (whole === 'load sys config' && key === 'file') {
      // A single file is saved with the files of its objects in a tar beside it.
      const tar = await bytesOf(session, key, `${value}.tar`);
      if (tar !== undefined) places.set(await send(session, `${value}.tar`, tar), `${value}.tar`);
    }
    const words = key.startsWith('from-') ? `from-local-file ${place}` : place;
    result = `${result.slice(0, start)}${words}${result.slice(end)}`;
  }
  return {
    text: result,
    named: (message) =>
      [...places].reduce((told, [place, given]) => told.replaceAll(place, given), message),
    async remove() {
      for (const place of places.keys()) {
        const body = { command: 'run', utilCmdArgs: place };
        await session.rest.request('POST', '/mgmt/tm/util/unix-rm', body);
      }
    },
  };
}

interface FileWord {
  readonly key: string;
  readonly value: string;
  /** What is replaced: the value, or with `from-…` the word before it, too. */
  readonly start: number;
  readonly end: number;
}

function filesIn(command: string, text: string): readonly FileWord[] {
  const words = wordsOf(text);
  const first = words[0];
  if (command === 'load sys ucs' && first !== undefined) {
    return [{ key: 'file', value: first.text, start: first.start, end: first.end }];
  }
  const keys = fileWords[command] ?? [];
  return words.flatMap((word, index) => {
    if (!keys.includes(word.text)) return [];
    if (word.text === 'from-editor') return [{ ...word, key: word.text, value: '' }];
    const value = words[index + 1];
    if (value === undefined) return [];
    const start = word.text.startsWith('from-') ? word.start : value.start;
    return [{ key: word.text, value: value.text, start, end: value.end }];
  });
}

function wordsOf(
  text: string,
): readonly { readonly text: string; readonly start: number; readonly end: number }[] {
  const lexer = new Lexer(text, 'command');
  const words = [];
  while (!lexer.isAtEnd()) {
    const token = lexer.next();
    words.push({ text: token.text, start: token.start, end: lexer.taken() });
  }
  return words;
}

async function bytesOf(
  { ownFiles, editText, preference }: Session,
  key: string,
  value: string,
): Promise<Uint8Array | undefined> {
  if (key === 'from-editor') {
    if (editText === undefined) throw new Refusal('from-editor: there is no terminal to edit on');
    return new TextEncoder().encode(await editText('', [preference.editor]));
  }
  if (ownFiles === undefined) return undefined;
  try {
    if (key === 'from-url') {
      if (!/^https?:\/\//.test(value)) throw new Error('http:// or https:// is expected');
      return await ownFiles.fetch(value);
    }
    if (!value.startsWith('/') || folders.some((folder) => value.startsWith(folder))) {
      return undefined;
    }
    return ownFiles.read(value);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Refusal(`${value}: ${why}`, [], { cause: error });
  }
}

/** What the device takes as a file's name. */
const maximumNameLength = 150;

async function send({ ownFiles }: Session, path: string, bytes: Uint8Array): Promise<string> {
  const leaf = path.slice(path.lastIndexOf('/') + 1).replaceAll(/[^\w.+-]/g, '_');
  const name = `tmsh.${leaf.slice(-maximumNameLength)}`;
  if (ownFiles === undefined) throw new Refusal(`${path}: this shell sends no files`);
  if (bytes.length === 0) throw new Refusal(`${path}: there is nothing in it`);
  const problem = await ownFiles.upload(name, bytes);
  if (problem !== undefined) throw new Refusal(`${path}: ${problem}`);
  return `${uploads}/${name}`;
}

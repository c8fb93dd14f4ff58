/**
 * Archives of the configuration: a tar file, compressed, and encrypted where there is a passphrase. Read
 * and written in memory and never onto the disk, so that nothing in an archive can name a place there.
 */
import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, gunzip, gunzipSync, gzip } from 'node:zlib';
import { packTar, unpackTar } from 'modern-tar';
import { factsOfFile, readChunk } from './file-chunks.ts';

export interface ArchiveEntry {
  /** "config/bigip.conf": no leading slash, no "..". */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface PackOptions {
  readonly isCompressed: boolean;
  readonly passphrase?: string | undefined;
  /** Seconds since 1970, of all entries. */
  readonly time: number;
}

/** Why an archive was not read; its message may be shown. */
export class ArchiveProblem extends Error {
  override readonly name = 'ArchiveProblem';
}

/** Unpacked: a megabyte of zeros packs to a kilobyte. */
const maximumUnpackedBytes = 256 * 1024 * 1024;
const maximumEntries = 50_000;
const maximumNameLength = 1000;

export async function packArchive(
  entries: readonly ArchiveEntry[],
  { isCompressed, passphrase, time }: PackOptions,
): Promise<Uint8Array> {
  const mtime = new Date(time * 1000);
  const tar = await packTar(
    entries.map(({ name, bytes }) => ({
      header: { name, size: bytes.length, mode: 0o600, mtime, uname: 'root', gname: 'root' },
      body: bytes,
    })),
  );
  const packed = isCompressed ? await promisify(gzip)(tar) : tar;
  return passphrase === undefined ? packed : encrypt(packed, passphrase);
}

/** Undefined when there is no such file. Rejects with ArchiveProblem when it is too large to be one. */
export async function readArchive(path: string): Promise<Uint8Array | undefined> {
  const file = await factsOfFile(path);
  if (file === undefined) return undefined;
  if (file.bytes > maximumUnpackedBytes) {
    throw new ArchiveProblem(`it has ${file.bytes} bytes, more than ${maximumUnpackedBytes}`);
  }
  return readChunk(path, 0, file.bytes - 1);
}

/** Files only. Rejects with ArchiveProblem when the archive is not whole, or not harmless. */
export async function unpackArchive(
  archive: Uint8Array,
  passphrase?: string,
): Promise<readonly ArchiveEntry[]> {
  const packed = isEncrypted(archive) ? await decrypt(archive, passphrase) : archive;
  const tar = isGzip(packed) ? await inflate(packed) : packed;
  if (tar.length > maximumUnpackedBytes) throw tooLarge();
  const entries = await unpackTar(tar, { strict: true }).catch((error: unknown) => {
    throw new ArchiveProblem(`it is no whole tar archive (${reasonOf(error)})`, { cause: error });
  });
  // Of a torn file nothing may be left to read at all.
  if (entries.length === 0) throw new ArchiveProblem('there is nothing in it');
  if (entries.length > maximumEntries) {
    throw new ArchiveProblem(`it has ${entries.length} entries, more than ${maximumEntries}`);
  }
  return entries.flatMap(({ header, data }) => {
    const { type = 'file' } = header;
    const name = header.name.replace(/^\.\//, '');
    const wrong = nameProblem(name);
    if (wrong !== undefined) throw new ArchiveProblem(`"${name.slice(0, 200)}" ${wrong}`);
    if (type === 'directory') return [];
    if (type !== 'file') throw new ArchiveProblem(`"${name}" is no file, but a ${type}`);
    return [{ name, bytes: data ?? new Uint8Array() }];
  });
}

function nameProblem(name: string): string | undefined {
  if (name.length > maximumNameLength) return 'is too long a name';
  if (name.startsWith('/')) return 'names a place outside of the archive';
  if (name.split('/').includes('..')) return 'climbs out of the archive';
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  return /[\u0000-\u001f\u007f]/.test(name) ? 'has control characters in its name' : undefined;
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

async function inflate(packed: Uint8Array): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(packed, { maxOutputLength: maximumUnpackedBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge();
    throw new ArchiveProblem(`it is torn (${reasonOf(error)})`, { cause: error });
  }
}

function tooLarge(): ArchiveProblem {
  return new ArchiveProblem(`unpacked it has more than ${maximumUnpackedBytes} bytes`);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// As `openssl enc -aes-256-cbc -pbkdf2 -iter 200000` writes it, so that a person can open it.
const magic = Buffer.from('Salted__');
const saltBytes = 8;
const iterations = 200_000;
const keyBytes = 32;
const blockBytes = 16;

function isEncrypted(archive: Uint8Array): boolean {
  return magic.equals(archive.subarray(0, magic.length));
}

async function derive(passphrase: string, salt: Uint8Array): Promise<Buffer> {
  return promisify(pbkdf2)(passphrase, salt, iterations, keyBytes + blockBytes, 'sha256');
}

async function encrypt(plain: Uint8Array, passphrase: string): Promise<Uint8Array> {
  const salt = randomBytes(saltBytes);
  const derived = await derive(passphrase, salt);
  const cipher = createCipheriv(
    'aes-256-cbc',
    derived.subarray(0, keyBytes),
    derived.subarray(keyBytes),
  );
  return Buffer.concat([magic, salt, cipher.update(plain), cipher.final()]);
}

async function decrypt(archive: Uint8Array, passphrase: string | undefined): Promise<Uint8Array> {
  if (passphrase === undefined) {
    throw new ArchiveProblem('it is encrypted: its passphrase is needed');
  }
  const start = magic.length + saltBytes;
  const derived = await derive(passphrase, archive.subarray(magic.length, start));
  const decipher = createDecipheriv(
    'aes-256-cbc',
    derived.subarray(0, keyBytes),
    derived.subarray(keyBytes),
  );
  try {
    const plain = Buffer.concat([decipher.update(archive.subarray(start)), decipher.final()]);
    // One wrong key of 256 leaves something that ends as it should.
    if (!isGzip(plain) && !isTar(plain)) throw new Error('neither gzip nor tar');
    return plain;
  } catch (error) {
    throw new ArchiveProblem('the passphrase is wrong, or it is torn', { cause: error });
  }
}

function isTar(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(257, 262)).toString('latin1') === 'ustar';
}

export interface ArchiveFacts {
  readonly isEncrypted: boolean;
  /** Lines "Name: value" of an archive whose first entry is SPEC-Manifest. */
  readonly manifest: Readonly<Record<string, string>>;
}

const headBytes = 4096;
const blockSize = 512;

/** From the beginning of the file: an archive of any size is told quickly. */
export async function factsOfArchive(path: string): Promise<ArchiveFacts> {
  const head = await readChunk(path, 0, headBytes - 1);
  if (isEncrypted(head)) return { isEncrypted: true, manifest: {} };
  return { isEncrypted: false, manifest: isGzip(head) ? manifestOf(inflateHead(head)) : {} };
}

/** What the first bytes give; the rest is missing, which is no fault here. */
function inflateHead(head: Uint8Array): Uint8Array {
  try {
    return gunzipSync(head, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: headBytes * 1100, // deflate's best ratio is 1032
    });
  } catch {
    return new Uint8Array();
  }
}

function manifestOf(tar: Uint8Array): Record<string, string> {
  const text = Buffer.from(tar);
  // A ustar header: name at 0, length of the content in octal at 124.
  if (!text.subarray(0, 100).toString('latin1').startsWith('SPEC-Manifest\0')) return {};
  const length = Number.parseInt(text.subarray(124, 135).toString('latin1'), 8);
  const lines = text
    .subarray(blockSize, blockSize + length)
    .toString('utf8')
    .split('\n');
  return Object.fromEntries(
    lines.flatMap((line) => {
      const match = /^([\w -]+): (.*)$/.exec(line);
      return match === null ? [] : [[match[1] ?? '', match[2] ?? '']];
    }),
  );
}

/**
 * Files in pieces (icontrol.md 2.8): `Content-Range: 0-524287/1048576` on the request says which bytes a
 * POST brings, or which a GET wants; the answer to a GET says which it got, and of how many.
 */
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import {
  cutFile,
  factsOfFile,
  listFiles,
  moveFile,
  readChunk,
  removeFile,
  sizeOfFile,
  writeChunk,
} from '../../platform/file-chunks.ts';
import type { Caller } from '../access/accounts.ts';
import type { Services } from '../context.ts';
import { type FileFolder, filePath, isFileName } from './device-files.ts';
import { answered, workerFailure } from '../wire/reply.ts';
import {
  type UploadedFile,
  abandonedParts,
  maximumFileBytes,
  maximumFolderBytes,
  missingRoom,
  partSuffix,
} from './upload-room.ts';
import { decodeSegment } from '../wire/paths.ts';

interface Place {
  readonly direction: 'up' | 'down';
  readonly folder: FileFolder;
}

const places: Readonly<Record<string, Place>> = {
  '/mgmt/shared/file-transfer/uploads': { direction: 'up', folder: '/var/config/rest/downloads' },
  '/mgmt/shared/file-transfer/ucs-uploads': { direction: 'up', folder: '/var/local/ucs' },
  '/mgmt/cm/autodeploy/software-image-uploads': { direction: 'up', folder: '/shared/images' },
  '/mgmt/shared/file-transfer/bulk': { direction: 'down', folder: '/var/config/rest/bulk' },
  '/mgmt/shared/file-transfer/madm': { direction: 'down', folder: '/var/config/rest/madm' },
  '/mgmt/shared/file-transfer/ucs-downloads': { direction: 'down', folder: '/var/local/ucs' },
  '/mgmt/cm/autodeploy/software-image-downloads': { direction: 'down', folder: '/shared/images' },
  '/mgmt/cm/autodeploy/qkview-downloads': { direction: 'down', folder: '/var/tmp' },
};

/** Of one answer; the largest piece that a client was seen to ask for is 1 MiB. */
const maximumPieceBytes = 8 * 1024 * 1024;

export const transferPlaces = Object.entries(places).map(([path, { direction }]) => ({
  path,
  direction,
}));

export async function handleFileTransfer(
  services: Services,
  request: HttpRequest,
  _caller: Caller,
  path: string,
): Promise<HttpResponse> {
  const slash = path.lastIndexOf('/');
  const place = places[path.slice(0, slash)];
  const name = decodeSegment(path.slice(slash + 1));
  const from = request.remoteAddress;
  if (place === undefined || name === undefined || !isFileName(name)) {
    return workerFailure(400, `"${name ?? ''}" is no file name`, from);
  }
  const shown = `${place.folder}/${name}`;
  const file = filePath(services.files, shown);
  if (file === undefined) return workerFailure(400, `"${name}" is no file name`, from);
  const wanted = place.direction === 'up' ? 'POST' : 'GET';
  if (request.method !== wanted) {
    return workerFailure(405, `${request.method} is not supported here, ${wanted} is`, from);
  }
  return place.direction === 'up'
    ? upload(services, request, file, shown)
    : download(request, file, shown);
}

interface Range {
  readonly first: number;
  readonly last: number;
  readonly total: number;
}

function rangeOf(request: HttpRequest): Range | undefined {
  const header = request.headers['content-range'];
  const match = /^\s*(?:bytes\s+)?(\d{1,12})-(\d{1,12})\/(\d{1,12}|\*)\s*$/.exec(header ?? '');
  if (match === null) return undefined;
  const [, first, last, total] = match;
  return { first: Number(first), last: Number(last), total: total === '*' ? 0 : Number(total) };
}

async function upload(
  services: Services,
  request: HttpRequest,
  file: string,
  shown: string,
): Promise<HttpResponse> {
  const from = request.remoteAddress;
  const { bytes } = request;
  const whole = { first: 0, last: bytes.length - 1, total: bytes.length };
  const range = request.headers['content-range'] === undefined ? whole : rangeOf(request);
  if (range === undefined || range.last + 1 > range.total) {
    return workerFailure(400, 'Content-Range has to be first-last/total, as in 0-1023/4096', from);
  }
  if (range.last - range.first + 1 !== bytes.length) {
    const message = `Content-Range names ${range.last - range.first + 1} bytes, and ${bytes.length} came`;
    return workerFailure(400, message, from);
  }
  if (range.total > maximumFileBytes) {
    return workerFailure(413, `A file may have ${maximumFileBytes} bytes`, from);
  }
  const full = await noRoom(services, file, shown, range.total);
  if (full !== undefined) return workerFailure(413, full, from);
  const part = `${file}${partSuffix}`;
  try {
    await writeChunk(part, range.first, bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return workerFailure(400, `${shown}: ${error.message}`, from);
  }
  const isLast = range.last + 1 === range.total;
  if (isLast) {
    await cutFile(part, range.total);
    await moveFile(part, file);
  }
  return answered({
    remainingByteCount: range.total - range.last - 1,
    usedChunks: { [String(range.first)]: bytes.length },
    totalByteCount: range.total,
    localFilePath: shown,
    temporaryFilePath: `${shown}${partSuffix}`,
    generation: 0,
    lastUpdateMicros: Math.round(services.clock.wallMilliseconds() * 1000),
  });
}

/** Asked before every piece: others upload at the same time. */
async function noRoom(
  services: Services,
  file: string,
  shown: string,
  total: number,
): Promise<string | undefined> {
  const folder = file.slice(0, file.lastIndexOf('/'));
  const name = file.slice(folder.length + 1);
  const files: UploadedFile[] = [];
  for (const one of await listFiles(folder)) {
    const facts = await factsOfFile(`${folder}/${one}`);
    if (facts !== undefined) files.push({ name: one, ...facts });
  }
  const abandoned = abandonedParts(files, services.clock.wallMilliseconds());
  // Somebody else's upload may do the same at this moment.
  for (const one of abandoned) await removeFile(`${folder}/${one}`).catch(() => undefined);
  const kept = files.filter((one) => !abandoned.includes(one.name));
  const left = missingRoom(kept, name, total);
  if (left === undefined) return undefined;
  const place = shown.slice(0, shown.lastIndexOf('/'));
  return `The folder ${place} holds at most ${maximumFolderBytes} bytes; "${name}" has ${total} bytes, and ${left} are left: delete files there (unix-rm) and upload it again`;
}

async function download(request: HttpRequest, file: string, shown: string): Promise<HttpResponse> {
  const from = request.remoteAddress;
  const size = await sizeOfFile(file);
  if (size === undefined) return workerFailure(404, `File not found: ${shown}`, from);
  const asked = request.headers['content-range'];
  const range = asked === undefined ? { first: 0, last: size, total: size } : rangeOf(request);
  if (range === undefined || range.last < range.first) {
    return workerFailure(400, 'Content-Range has to be first-last/total, as in 0-1023/0', from);
  }
  if (range.first >= size && size > 0) {
    return workerFailure(400, `${shown} has ${size} bytes, none at ${range.first}`, from);
  }
  const last = Math.min(range.last, size - 1, range.first + maximumPieceBytes - 1);
  const bytes = size === 0 ? new Uint8Array() : await readChunk(file, range.first, last);
  return {
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      // Ansible looks for it as it is spelt.
      'Content-Range': `${range.first}-${Math.max(last, 0)}/${size}`,
    },
    body: bytes,
  };
}

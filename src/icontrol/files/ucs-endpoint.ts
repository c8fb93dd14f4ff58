/**
 * `/mgmt/tm/sys/ucs`: the archives that are there, as BIG-IP lists them (raw values of tmsh, no properties);
 * they are files, not configuration.
 */
import { bigipVersion } from '../../catalogue/version.ts';
import type { JsonObject } from '../../config/text/json.ts';
import { type ArchiveFacts, factsOfArchive } from '../../platform/archive.ts';
import { factsOfFile, listFiles, removeFile } from '../../platform/file-chunks.ts';
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import type { Caller } from '../access/accounts.ts';
import type { Services } from '../context.ts';
import { filePath } from './device-files.ts';
import { operationNotSupported } from '../wire/errors.ts';
import { decodeSegment, link } from '../wire/paths.ts';
import { answered, emptyAnswer, failedWith } from '../wire/reply.ts';
import { handleTm } from '../tm/tm.ts';
import { ucsFolder } from './ucs.ts';

export const ucsBase = '/mgmt/tm/sys/ucs';

export async function handleUcs(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
): Promise<HttpResponse> {
  const rest = path.slice(ucsBase.length + 1);
  if (rest === '' && request.method === 'POST') {
    return handleTm(services, request, caller, path, queryOf(request));
  }
  if (rest === '' && request.method === 'GET') return answered(await listing(services));
  if (rest === '') return failedWith([operationNotSupported('/sys/ucs')]);
  const name = decodeSegment(rest) ?? '';
  const found = await describe(services, name);
  if (found === undefined) {
    const message = `The requested UCS (${name}) was not found.`;
    return failedWith([{ status: 404, code: '01020036', apiError: 3, message }]);
  }
  switch (request.method) {
    case 'GET':
      return answered({
        kind: 'tm:sys:ucs:ucsstate',
        name,
        fullPath: name,
        selfLink: link(`${ucsBase}/${name}`),
        ...found,
      });
    case 'DELETE': {
      const file = filePath(services.files, `${ucsFolder}/${name}`);
      if (file !== undefined) await removeFile(file);
      return emptyAnswer;
    }
    default:
      return failedWith([operationNotSupported('/sys/ucs')]);
  }
}

function queryOf(request: HttpRequest): string {
  const question = request.target.indexOf('?');
  return question < 0 ? '' : request.target.slice(question + 1);
}

async function listing(services: Services): Promise<JsonObject> {
  const names = await listFiles(`${services.files}${ucsFolder}`);
  const items: JsonObject[] = [];
  for (const name of names.filter((one) => one.endsWith('.ucs'))) {
    const item = await describe(services, name);
    if (item !== undefined) items.push(item);
  }
  return { kind: 'tm:sys:ucs:ucscollectionstate', selfLink: link(ucsBase), items };
}

/** Undefined when there is no such archive. */
async function describe(services: Services, name: string): Promise<JsonObject | undefined> {
  const shown = `${ucsFolder}/${name}`;
  const path = filePath(services.files, shown);
  const file = path === undefined ? undefined : await factsOfFile(path);
  if (path === undefined || file === undefined) return undefined;
  const archive = await factsOfArchive(path);
  return { apiRawValues: rawValues(shown, file.bytes, file.modifiedMilliseconds, archive) };
}

function rawValues(
  filename: string,
  bytes: number,
  modified: number,
  { isEncrypted, manifest }: ArchiveFacts,
): JsonObject {
  return {
    base_build: manifest['Build'] ?? '0.0.0',
    build: manifest['Build'] ?? '0.0.0',
    encrypted: isEncrypted ? 'yes' : 'no',
    file_created_date: `${new Date(modified).toISOString().slice(0, 19)}Z`,
    file_size: `${bytes} (in bytes)`,
    filename,
    product: manifest['Product'] ?? 'BIG-IP',
    version: manifest['Version'] ?? bigipVersion,
  };
}

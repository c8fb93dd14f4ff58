/** What the GTM commands say, read for pictures; and who stands where: data center → server → virtual server. Pure. */
import type { JsonObject } from '../../../src/config/text/json.ts';
import { nameOf } from '../api/queries.ts';
import { isObject, itemName } from '../catalogue/shape.ts';

export interface Standing {
  /** As `run gtm what-if` takes it: "/Common/nyc:web_vs". */
  readonly key: string;
  /** As its server has it. */
  readonly name: string;
  readonly destination: string;
}

export interface WorldServer {
  readonly name: string;
  readonly product: string;
  readonly virtualServers: readonly Standing[];
}

export interface Site {
  readonly name: string;
  readonly servers: readonly WorldServer[];
}

/** `servers` with what lies below them. */
export function sitesOf(
  centers: readonly JsonObject[],
  servers: readonly JsonObject[],
): readonly Site[] {
  return centers
    .map((center) => {
      const name = nameOf(center);
      const own = servers.filter(({ datacenter }) => datacenter === name);
      return { name, servers: own.map(serverOf) };
    })
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

function serverOf(server: JsonObject): WorldServer {
  const name = nameOf(server);
  const reference = server['virtualServersReference'];
  const items = isObject(reference) ? reference['items'] : server['virtualServers'];
  const virtualServers = (Array.isArray(items) ? items.filter(isObject) : []).map((item) => ({
    key: `${name}:${itemName(item)}`,
    name: itemName(item),
    destination: String(item['destination'] ?? ''),
  }));
  return { name, product: String(server['product'] ?? ''), virtualServers };
}

export interface Answer {
  /** "192.0.2.1 (/Common/nyc:web), TTL 30". */
  readonly text: string;
  /** Where it leads; none when the answer is no virtual server's. */
  readonly site: string | undefined;
}

/** Out of what `run gtm explain` says; undefined: it says no answer. */
export function answerIn(explained: string, sites: readonly Site[]): Answer | undefined {
  const text = /^Answer: (.*)$/m.exec(explained)?.[1] ?? /^No wide IP: .*$/m.exec(explained)?.[0];
  if (text === undefined) return undefined;
  const members = [...text.matchAll(/\(([^()]+)\)/g)].map(([, member]) => member);
  const site = sites.find(({ servers }) =>
    servers.some(({ virtualServers }) => virtualServers.some(({ key }) => members.includes(key))),
  );
  return { text, site: site?.name };
}

export interface Share {
  readonly answer: string;
  /** Percent. */
  readonly before: number;
  readonly after: number;
}

export interface Supposed {
  readonly headline: string;
  readonly changes: readonly {
    readonly wideIp: string;
    readonly type: string;
    readonly shares: readonly Share[];
  }[];
  /** What stands behind the changes: the load that would move, and how many are not told. */
  readonly rest: readonly string[];
}

/** Out of what `run gtm what-if` says. */
export function readSupposition(text: string): Supposed {
  const [headline = '', ...lines] = text.split('\n');
  const changes: { wideIp: string; type: string; shares: Share[] }[] = [];
  const rest: string[] = [];
  for (const line of lines) {
    const share = /^ {4} *(\d+)% -> +(\d+)% {2}(.*)$/.exec(line);
    const wideIp = /^ {2}(\/\S+) ([A-Z]+)$/.exec(line);
    if (share !== null) {
      const [, before, after, answer = ''] = share;
      changes.at(-1)?.shares.push({ answer, before: Number(before), after: Number(after) });
    } else if (wideIp === null) rest.push(line.trim());
    else changes.push({ wideIp: wideIp[1] ?? '', type: wideIp[2] ?? '', shares: [] });
  }
  return { headline, changes, rest: rest.filter((line) => line !== '') };
}

export interface Seen {
  readonly client: string;
  readonly transport: string;
  readonly name: string;
  readonly type: string;
  readonly response: string;
  readonly answers: string;
  readonly milliseconds: string;
}

const seenLine = /^ *[\d.]+ (\S+) (\S+) (.+) (\S+) (\S+) answers (\d+) ([\d.]+) ms$/;

/** Out of what `run gtm tap` says, in the order in which it was seen. */
export function readTap(text: string): readonly Seen[] {
  return text.split('\n').flatMap((line) => {
    const found = seenLine.exec(line);
    if (found === null) return [];
    const [, client = '', transport = '', name = '', type = '', response = ''] = found;
    const [answers = '', milliseconds = ''] = found.slice(6);
    return [{ client, transport, name, type, response, answers, milliseconds }];
  });
}

/** Addresses as people write them in one line. */
export function clientsIn(text: string, most: number): readonly string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((word) => word !== ''))].slice(0, most);
}

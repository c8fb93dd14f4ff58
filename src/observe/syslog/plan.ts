/** Which lines go where: `sys syslog remote-servers`, and filters with their publishers. Pure. */
import type { ConfigView } from '../../config/types.ts';
import { type Format, severityOf } from './codec.ts';

export interface Server {
  readonly protocol: 'udp' | 'tcp';
  readonly host: string;
  readonly port: number;
  readonly from?: string;
}

export interface Route {
  readonly server: Server;
  readonly format: Format;
  /** Log file or program that the lines come from; `all`: any. */
  readonly source: string;
  /** Lines that are less severe are left out. */
  readonly leastSeverity: number;
  /** BIG-IP's message code in the line; absent: any. */
  readonly messageId?: string;
}

interface Target {
  readonly server: Server;
  readonly format: Format;
}

const anyLine = { source: 'all', leastSeverity: severityOf('debug') };

export function routes(view: ConfigView): readonly Route[] {
  const found: Route[] = [];
  for (const server of view.get('sys syslog', '')?.properties['remote-servers'] ?? []) {
    const from = server['local-ip'];
    found.push({
      ...anyLine,
      format: 'rfc3164',
      server: {
        protocol: 'udp',
        host: server.host,
        port: server['remote-port'],
        ...(from !== undefined && from !== 'none' && { from }),
      },
    });
  }
  for (const { properties } of view.list('sys log-config filter')) {
    if (properties['publisher'] === undefined) continue;
    const id = properties['message-id'];
    for (const target of published(view, properties['publisher'])) {
      found.push({
        ...target,
        source: properties.source ?? 'all',
        leastSeverity: severityOf(properties['level']),
        ...(id !== undefined && { messageId: id }),
      });
    }
  }
  return found;
}

/** A line goes once to a server, however many ways lead there. */
export function targetsOf(
  all: readonly Route[],
  line: {
    readonly file: string;
    readonly program: string;
    readonly level: string;
    readonly text: string;
  },
): readonly Target[] {
  const found = new Map<string, Target>();
  for (const { server, format, source, leastSeverity, messageId } of all) {
    if (source !== 'all' && source !== line.file && source !== line.program) continue;
    if (severityOf(line.level) > leastSeverity) continue;
    if (messageId !== undefined && !line.text.startsWith(`${messageId}:`)) continue;
    found.set(serverKey(server), { server, format });
  }
  return [...found.values()];
}

export function serverKey({ protocol, host, port, from }: Server): string {
  return `${protocol} ${host} ${port} ${from ?? ''}`;
}

function published(view: ConfigView, publisher: string): readonly Target[] {
  const destinations = view.get('sys log-config publisher', publisher)?.properties['destinations'];
  return (destinations ?? []).flatMap(({ name }) => targets(view, name));
}

function targets(view: ConfigView, name: string): readonly Target[] {
  const remote = view.get('sys log-config destination remote-syslog', name)?.properties;
  if (remote !== undefined) {
    const format = remote['format'];
    return servers(view, remote['remote-high-speed-log']).map((server) => ({ server, format }));
  }
  const plain: Format = 'legacy-bigip';
  return servers(view, name).map((server) => ({ server, format: plain }));
}

/** Of a pool, or of the management network. */
function servers(view: ConfigView, name: string): readonly Server[] {
  const direct = view.get('sys log-config destination management-port', name)?.properties;
  if (direct !== undefined) {
    const { protocol, port } = direct;
    const host = direct['ip-address'];
    return host === undefined || port === undefined ? [] : [{ protocol, host, port }];
  }
  const fast = view.get('sys log-config destination remote-high-speed-log', name)?.properties;
  if (fast === undefined) return [];
  const pool = view.get('ltm pool', fast['pool-name'])?.properties;
  const found = (pool?.members ?? []).flatMap((member): Server[] => {
    const port = Number(/[:.](\d+)$/.exec(member.name)?.[1]);
    const { address: host } = member;
    const isUsed = member.session !== 'user-disabled' && member.state !== 'user-down';
    return isUsed && host !== undefined && port > 0
      ? [{ protocol: fast.protocol, host, port }]
      : [];
  });
  // One server gets all the lines unless each is to have them: sharing would need their health.
  return fast['distribution'] === 'replicated' ? found : found.slice(0, 1);
}

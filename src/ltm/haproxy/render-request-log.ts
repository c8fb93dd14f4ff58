/** Request logging: over UDP to the members in turns; over TCP through a ring, which keeps lines while nobody listens. Pure. */
import type { Address } from '../../base/address.ts';
import { headerVariable } from '../plan-request-log.ts';
import type { RequestLog } from '../types.ts';
import { frontendToken } from './frontend-token.ts';
import { quote } from './quote.ts';

const longestLine = 8192;
const ringBytes = 1_048_576;
const ring = `log.${frontendToken}`;

export function requestLogLines(log: RequestLog | undefined): {
  readonly keeping: readonly string[];
  readonly section: readonly string[];
} {
  if (log === undefined) return { keeping: [], section: [] };
  const { servers, headers, format, isTcp } = log;
  const keeping = [
    ...targets(log),
    // A connection without a request is none.
    'option dontlognull',
    `log-format ${quote(format)}`,
    ...headers.map((name) => `http-request set-var(${headerVariable(name)}) req.fhdr(${name})`),
    ...(format.includes('txn.log_query') ? ['http-request set-var(txn.log_query) query'] : []),
  ];
  const section = [
    `ring ${ring}`,
    'format raw',
    `maxlen ${longestLine}`,
    `size ${ringBytes}`,
    'timeout connect 5s',
    'timeout server 10s',
    ...servers.map((server, index) => `server log${index} ${placeOf(server)}`),
  ];
  return { keeping, section: isTcp ? section : [] };
}

function targets({ servers, isTcp }: RequestLog): readonly string[] {
  const how = `len ${longestLine} format raw`;
  if (isTcp) return [`log ring@${ring} ${how} local0 info`];
  const count = servers.length;
  return servers.map((server, index) => {
    const share = count === 1 ? '' : ` sample ${index + 1}:${count}`;
    return `log ${placeOf(server)} ${how}${share} local0 info`;
  });
}

function placeOf({ address, port }: { address: Address; port: number }): string {
  return `${address.family === 6 ? `[${address.text}]` : address.text}:${port}`;
}

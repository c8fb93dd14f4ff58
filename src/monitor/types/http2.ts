import type { InstancePlan } from '../instance-plan.ts';
import { basicCredentials, bytesOf, judgeAnswer, unescapeSendString } from './strings.ts';
import type { MonitorType } from './type.ts';

/** Over TLS with ALPN when it has a server TLS profile, else with prior knowledge (RFC 9113, 3.3). */
export const http2: MonitorType = {
  name: 'http2',
  transport: () => 'http2',
  target: 'endpoint',
  options: ['username', 'password', 'ip-dscp', 'ssl-profile'],
  judge: judgeAnswer,
};

export interface Http2Question {
  readonly method: string;
  readonly path: string;
  readonly authority: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** From the send string of an HTTP monitor: `GET /path`, with or without a version, headers after it. */
export function http2Question(plan: Pick<InstancePlan, 'send' | 'options'>): Http2Question {
  const [first = '', ...lines] = unescapeSendString(plan.send).split(/\r?\n/);
  const [method = 'GET', path = '/'] = first.split(' ').filter(Boolean);
  const headers: Record<string, string> = {};
  let authority: string | undefined;
  for (const line of lines) {
    const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/.exec(line) ?? [];
    if (name === '') continue;
    if (name.toLowerCase() === 'host') authority = value;
    else if (!connectionHeaders.has(name.toLowerCase())) headers[name.toLowerCase()] = value;
  }
  const credentials = basicCredentials(plan);
  if (credentials !== undefined) headers['authorization'] ??= `Basic ${credentials}`;
  return { method, path, authority, headers };
}

/** Not allowed in HTTP/2 (RFC 9113, 8.2.2). */
const connectionHeaders = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/** As text, so that receive strings can look at it: status line, headers, body. */
export function http2Text(status: number, headers: readonly string[], body: string): Uint8Array {
  return bytesOf([`HTTP/2 ${status}`, ...headers, '', body].join('\r\n'));
}

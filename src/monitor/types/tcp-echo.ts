import { bytesOf, quote, textOf } from './strings.ts';
import { askOnce, type MonitorType } from './type.ts';

const text = 'evenkeel echo\r\n';
const echoPort = 7;

/** RFC 862: what is sent comes back. A node has no port: then the service's own. */
export const tcpEcho: MonitorType = {
  name: 'tcp-echo',
  transport: () => 'tcp',
  target: 'address',
  port: echoPort,
  converse: () =>
    askOnce(bytesOf(text), ({ bytes, isComplete }) => {
      const heard = textOf(bytes);
      if (heard === text) return { ok: true, detail: 'echoed' };
      if (text.startsWith(heard) && !isComplete) return undefined;
      return { ok: false, detail: `echoed ${quote(heard)}` };
    }),
};

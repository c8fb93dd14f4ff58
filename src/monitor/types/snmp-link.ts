/** Does a router's SNMP agent answer? It is asked how long it has been up (SNMPv2-MIB, RFC 3418). */
import { option, type Conversation, type MonitorType, type Step } from './type.ts';
import { decodeAnswer, encodeQuestion } from './snmp.ts';

const sysUpTime = '1.3.6.1.2.1.1.3.0';
const identifier = 1;

export const snmpLink: MonitorType = {
  name: 'snmp-link',
  transport: () => 'udp',
  target: 'address',
  port: 161,
  options: ['community', 'version'],
  converse: (plan): Conversation => ({
    begin(): Step {
      const version = option(plan, 'version', 'v1') === 'v2c' ? 'v2c' : 'v1';
      const community = option(plan, 'community', 'public');
      const names = [sysUpTime];
      return { send: encodeQuestion({ version, community, identifier, kind: 'get', names }) };
    },
    hear({ bytes }): Step {
      const answer = decodeAnswer(bytes);
      if (answer === undefined) {
        return { outcome: { ok: false, detail: 'the answer is no SNMP message' } };
      }
      if (answer.identifier !== identifier) return {};
      if (answer.error !== 0) {
        const detail = `the agent answered with error ${answer.error}`;
        return { outcome: { ok: false, detail } };
      }
      return { outcome: { ok: true, detail: `up for ${String(answer.values[0]?.value)} ticks` } };
    },
  }),
};

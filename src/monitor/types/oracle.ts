import type { InstancePlan } from '../instance-plan.ts';
import { bytesOf, quote, textOf } from './strings.ts';
import { type Answer, type Conversation, type MonitorType, option, type Step } from './type.ts';

/**
 * Oracle's listener by its own protocol (TNS): asked whether it serves the database, or, where none is named, whether it
 * is there at all. It does not log in: name, password and query are kept only.
 */
export const oracle: MonitorType = {
  name: 'oracle',
  transport: () => 'tcp',
  target: 'endpoint',
  options: ['database'],
  converse: (plan) => new OracleConversation(plan),
};

const packetType = { connect: 1, accept: 2, refuse: 4, redirect: 5, resend: 11 } as const;
const headerBytes = 8;
const connectDataOffset = 58;
const maximumResends = 2;

class OracleConversation implements Conversation {
  readonly #question: Uint8Array;
  readonly #isPing: boolean;
  #resends = 0;

  constructor(plan: InstancePlan) {
    const service = serviceOf(plan);
    this.#isPing = service === '';
    this.#question = connectPacket(connectData(plan, service));
  }

  begin(): Step {
    return { send: this.#question };
  }

  hear({ bytes, isComplete }: Answer): Step {
    const length = bytes.length < 2 ? undefined : ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
    if (length === undefined || bytes.length < length) {
      return isComplete ? ended(false, 'closed without a whole answer') : {};
    }
    switch (bytes[4]) {
      case packetType.accept:
        return ended(true, 'the listener accepted');
      case packetType.redirect:
        return ended(true, 'the listener named the server');
      case packetType.refuse:
        return this.#refused(textOf(bytes.subarray(headerBytes + 4, length)));
      case packetType.resend:
        this.#resends += 1;
        if (this.#resends > maximumResends)
          return ended(false, 'the listener asks again and again');
        return { send: this.#question };
      default:
        return ended(false, `the answer is no TNS packet: ${quote(textOf(bytes))}`);
    }
  }

  /** A ping is "refused" with error 0. */
  #refused(text: string): Step {
    const [, error] = /\(ERR=(\d+)\)/.exec(text) ?? [];
    if (this.#isPing && error === '0') return ended(true, 'the listener answered');
    const known = error === undefined ? undefined : words[error];
    return ended(false, `the listener refused${known ? `: ${known}` : ` with ${quote(text)}`}`);
  }
}

/** ORA- numbers of the listener. */
const words: Readonly<Record<string, string>> = {
  '12505': 'it does not know the database (ORA-12505)',
  '12514': 'it does not know the service (ORA-12514)',
  '12516': 'no handler is available (ORA-12516)',
  '12528': 'the instances are closed for new connections (ORA-12528)',
};

/** `%node_ip%:%node_port%:SID` as BIG-IP writes it, `…/SERVICE`, or the name alone. */
function serviceOf(plan: InstancePlan): string {
  const written = option(plan, 'database').replaceAll(/%node_(ip|port)%/g, '');
  return written.slice(Math.max(written.lastIndexOf(':'), written.lastIndexOf('/')) + 1).trim();
}

function connectData(plan: InstancePlan, service: string): string {
  // Parentheses are the language's own.
  const name = service.replaceAll(/[()=\s]/g, '');
  const isService = option(plan, 'database').includes('/');
  const asked =
    name === '' ? '(COMMAND=ping)' : isService ? `(SERVICE_NAME=${name})` : `(SID=${name})`;
  const client = name === '' ? '' : '(CID=(PROGRAM=monitor)(HOST=monitor)(USER=monitor))';
  return `(DESCRIPTION=(CONNECT_DATA=${asked}${client}))`;
}

function connectPacket(data: string): Uint8Array {
  const content = bytesOf(data);
  const packet = new Uint8Array(connectDataOffset + content.length);
  const view = new DataView(packet.buffer);
  view.setUint16(0, packet.length);
  packet[4] = packetType.connect;
  // Version 3.14, compatible down to 3.0.
  view.setUint16(8, 314);
  view.setUint16(10, 300);
  view.setUint16(14, 2048);
  view.setUint16(16, 0x7fff);
  view.setUint16(18, 0x7f08);
  // How the sender writes a one.
  view.setUint16(22, 1);
  view.setUint16(24, content.length);
  view.setUint16(26, connectDataOffset);
  packet.set(content, connectDataOffset);
  return packet;
}

function ended(ok: boolean, detail: string): Step {
  return { outcome: { ok, detail } };
}

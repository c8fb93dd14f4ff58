import type { InstancePlan } from '../instance-plan.ts';
import { bytesOf } from './strings.ts';
import { type Conversation, type MonitorType, option, type Step } from './type.ts';

/** MQTT 3.1.1 (OASIS): connected, and the topic subscribed when one is named; then a message, when there is one. */
export const mqtt: MonitorType = {
  name: 'mqtt',
  transport: () => 'tcp',
  target: 'endpoint',
  options: ['mqtt-version', 'client-id', 'topic', 'message', 'username', 'password'],
  converse: (plan) => conversation(plan),
};

const connected = 0x20;
const subscribed = 0x90;

function conversation(plan: InstancePlan): Conversation {
  const topic = option(plan, 'topic');
  return {
    begin: () => ({ send: connect(plan) }),
    hear({ bytes, isComplete }): Step {
      const [kind, , , code = 0] = bytes;
      if (bytes.length < 4) {
        return isComplete ? failed('closed without an answer to CONNECT') : {};
      }
      if (kind === connected && code !== 0) return failed(`CONNECT was refused with code ${code}`);
      if (kind === connected) {
        return topic === ''
          ? { outcome: { ok: true, detail: 'connected' } }
          : { send: subscribe(plan) };
      }
      if (kind !== subscribed) return failed(`answered with packet type ${(kind ?? 0) >> 4}`);
      if (bytes.length < 5) return {};
      const isGranted = bytes[4] !== 0x80;
      return isGranted
        ? { outcome: { ok: true, detail: `subscribed to ${topic}` } }
        : failed(`SUBSCRIBE ${topic} was refused`);
    },
  };
}

function connect(plan: InstancePlan): Uint8Array {
  const isOld = option(plan, 'mqtt-version', '3.1.1') === '3.1';
  const user = option(plan, 'username');
  const password = option(plan, 'password');
  const cleanSession = 0x02;
  const flags = cleanSession | (user === '' ? 0 : 0x80) | (password === '' ? 0 : 0x40);
  const payload = [
    ...field(option(plan, 'client-id', 'evenkeel')),
    ...(user === '' ? [] : field(user)),
    ...(password === '' ? [] : field(password)),
  ];
  const head = [...field(isOld ? 'MQIsdp' : 'MQTT'), isOld ? 3 : 4, flags, 0, 60];
  return packet(0x10, [...head, ...payload]);
}

/** In one go with the message, when there is one. */
function subscribe(plan: InstancePlan): Uint8Array {
  const topic = field(option(plan, 'topic'));
  const message = option(plan, 'message');
  const publishing = message === '' ? [] : packet(0x30, [...topic, ...bytesOf(message)]);
  return Uint8Array.from([...packet(0x82, [0, 1, ...topic, 0]), ...publishing]);
}

function field(text: string): readonly number[] {
  const bytes = bytesOf(text).subarray(0, 0xffff);
  return [bytes.length >> 8, bytes.length & 0xff, ...bytes];
}

function packet(kind: number, content: readonly number[]): Uint8Array {
  const length: number[] = [];
  let rest = content.length;
  do {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Uint8Array.from([kind, ...length, ...content]);
}

function failed(detail: string): Step {
  return { outcome: { ok: false, detail } };
}

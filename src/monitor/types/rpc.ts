import type { InstancePlan } from '../instance-plan.ts';
import { type Answer, type Conversation, type MonitorType, option, type Step } from './type.ts';

/**
 * ONC RPC (RFC 5531), as `rpcinfo` asks: the port mapper (RFC 1833) for the program's port, then the program itself for
 * nothing (procedure 0).
 */
export const rpc: MonitorType = {
  name: 'rpc',
  transport: (plan) => (option(plan, 'mode', 'tcp') === 'udp' ? 'udp' : 'tcp'),
  target: 'address',
  port: 111,
  options: ['mode', 'program-number', 'version-number'],
  converse: (plan) => new RpcConversation(plan),
};

const portMapper = { program: 100_000, version: 2 };
const getPort = 3;
const nothing = 0;
const protocolNumber = { tcp: 6, udp: 17 } as const;
/** Any will do: there is one question at a time. */
const transaction = 0x0e7e_5ee1;
const lastFragment = 0x8000_0000;

/** Of rpcbind's own list (/etc/rpc), those that are commonly watched. */
const programs: Readonly<Record<string, number>> = {
  portmapper: 100_000,
  rpcbind: 100_000,
  nfs: 100_003,
  ypserv: 100_004,
  mountd: 100_005,
  nlockmgr: 100_021,
  status: 100_024,
};

class RpcConversation implements Conversation {
  readonly #program: number;
  readonly #version: number;
  readonly #isUdp: boolean;
  #isAsking = true;

  constructor(plan: InstancePlan) {
    const written = option(plan, 'program-number', 'portmapper').trim();
    this.#program = programs[written.toLowerCase()] ?? Number(written);
    this.#version = Number(option(plan, 'version-number', '2'));
    this.#isUdp = option(plan, 'mode', 'tcp') === 'udp';
  }

  begin(): Step {
    if (!isUnsigned(this.#program) || !isUnsigned(this.#version)) {
      return failed('program or version is no number');
    }
    const protocol = this.#isUdp ? protocolNumber.udp : protocolNumber.tcp;
    const asked = [this.#program, this.#version, protocol, 0];
    return this.#call(portMapper.program, portMapper.version, getPort, asked);
  }

  onMoved(): Step {
    this.#isAsking = false;
    return this.#call(this.#program, this.#version, nothing, []);
  }

  hear(answer: Answer): Step {
    const start = this.#isUdp ? 0 : 4;
    const { bytes } = answer;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // A record's length comes before it on a stream (RFC 5531, 11).
    const length = this.#isUdp
      ? bytes.length
      : bytes.length < 4
        ? Number.POSITIVE_INFINITY
        : (view.getUint32(0) & ~lastFragment) + 4;
    if (bytes.length < length && !answer.isComplete) return {};
    const word = (index: number): number | undefined =>
      bytes.length < start + index * 4 + 4 ? undefined : view.getUint32(start + index * 4);
    const problem = problemOf(word);
    if (problem !== undefined) return failed(`${this.#whom()} ${problem}`);
    // After the empty verifier and the state comes the result.
    const verifier = Math.ceil((word(4) ?? 0) / 4);
    const named = `program ${this.#program} version ${this.#version}`;
    if (!this.#isAsking) return { outcome: { ok: true, detail: `${named} answered` } };
    const port = word(6 + verifier);
    if (port === undefined) return failed('the port mapper named no port');
    if (port === 0 || port > 0xffff) return failed(`${named} is not registered`);
    return { moves: port };
  }

  #whom(): string {
    return this.#isAsking ? 'the port mapper' : 'the program';
  }

  #call(program: number, version: number, procedure: number, words: readonly number[]): Step {
    // Transaction, call, RPC version 2, program, version, procedure, no credentials, no verifier.
    const all = [transaction, 0, 2, program, version, procedure, 0, 0, 0, 0, ...words];
    const head = this.#isUdp ? [] : [(lastFragment | (all.length * 4)) >>> 0];
    const send = new Uint8Array((head.length + all.length) * 4);
    const view = new DataView(send.buffer);
    for (const [index, one] of [...head, ...all].entries()) view.setUint32(index * 4, one);
    return { send };
  }
}

/** Why it is no answer that says yes; undefined when it is. */
function problemOf(word: (index: number) => number | undefined): string | undefined {
  if (word(0) !== transaction || word(1) !== 1) return 'gave no RPC answer';
  if (word(2) !== 0) return 'refused the call';
  const verifier = Math.ceil((word(4) ?? 0) / 4);
  const state = word(5 + verifier);
  const words: Readonly<Record<number, string>> = {
    1: 'does not know the program',
    2: 'does not know the version',
    3: 'does not know the procedure',
    4: 'did not understand the call',
  };
  return state === 0 ? undefined : (words[state ?? -1] ?? 'gave no RPC answer');
}

function isUnsigned(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;
}

function failed(detail: string): Step {
  return { outcome: { ok: false, detail } };
}

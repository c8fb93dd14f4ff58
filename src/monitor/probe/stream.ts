/** A conversation on a connection, with TLS or without. */
import type { Address } from '../../base/address.ts';
import type { RunningExchange } from '../../platform/tcp.ts';
import { type InstancePlan, trafficClassOf } from '../instance-plan.ts';
import { maximumAnswerBytes } from '../types/strings.ts';
import type { Conversation, Step } from '../types/type.ts';
import type { ProbeDoors, Report, RunningProbe } from './doors.ts';

interface Target {
  readonly address: Address;
  readonly port: number;
  readonly plan: InstancePlan;
  readonly transport: 'tcp' | 'tls';
}

export function startStream(
  doors: ProbeDoors,
  conversation: Conversation,
  target: Target,
  report: Report,
): RunningProbe {
  return new StreamProbe(doors, conversation, target, report);
}

/** Those in clear stay so. */
type Exchange = Pick<RunningExchange, 'send' | 'cancel'> & Partial<RunningExchange>;

const nothing: Uint8Array = new Uint8Array(0);

class StreamProbe implements RunningProbe {
  readonly #doors: ProbeDoors;
  readonly #conversation: Conversation;
  readonly #target: Target;
  readonly #report: Report;
  #exchange: Exchange;
  #side: RunningExchange | undefined;
  #endListening = (): void => undefined;
  #stage: string | undefined = 'no answer to the connection attempt';
  #heard = nothing;
  #isSecuring = false;
  #hasMoved = false;

  constructor(doors: ProbeDoors, conversation: Conversation, target: Target, report: Report) {
    this.#doors = doors;
    this.#conversation = conversation;
    this.#target = target;
    this.#report = report;
    this.#exchange = this.#start(target.port);
  }

  #start(port: number): Exchange {
    const { address, plan, transport } = this.#target;
    const heard = {
      onConnect: () => this.#connected(),
      onData: (part: Uint8Array | undefined) => this.#hear(part),
      onError: (reason: string) => this.#broken(reason),
    };
    const tls = transport === 'tls' ? (plan.tls ?? {}) : undefined;
    const trafficClass = trafficClassOf(plan);
    const slow = { address: address.text, port, tls, trafficClass, ...heard };
    if (this.#conversation.onSecured !== undefined) return this.#doors.exchangeSecurable(slow);
    // Adaptive monitors want times finer than the cheap way gives them.
    if (tls !== undefined || plan.adaptive !== undefined) return this.#doors.exchangeTcp(slow);
    const isTalker = plan.send !== '';
    return this.#doors.exchangePlain({ address, port, trafficClass, isTalker, ...heard });
  }

  cancel(): void {
    this.#exchange.cancel();
    this.#side?.cancel();
    this.#endListening();
  }

  stage(): string {
    return this.#stage ?? `received ${this.#heard.length} bytes without the expected text`;
  }

  #connected(): void {
    this.#stage = 'connected, but no answer';
    const conversation = this.#conversation;
    if (this.#isSecuring) this.#take(conversation.onSecured?.() ?? {});
    else this.#take(this.#hasMoved ? (conversation.onMoved?.() ?? {}) : conversation.begin());
  }

  #hear(part: Uint8Array | undefined): void {
    if (part !== undefined) {
      this.#heard = joined(this.#heard, part);
      this.#stage = undefined;
    }
    const isComplete = part === undefined || this.#heard.length >= maximumAnswerBytes;
    this.#take(this.#conversation.hear({ bytes: this.#heard, isComplete }));
  }

  #take(step: Step): void {
    if (step.outcome !== undefined) {
      // Last words, that nobody waits to see answered.
      if (step.send !== undefined) this.#exchange.send(step.send);
      this.cancel();
      this.#report(step.outcome);
      return;
    }
    if (step.moves !== undefined) {
      this.#exchange.cancel();
      this.#heard = nothing;
      this.#hasMoved = true;
      this.#stage = `no answer to the connection attempt to port ${step.moves}`;
      this.#exchange = this.#start(step.moves);
      return;
    }
    if (step.isSecuring === true) {
      this.#isSecuring = true;
      this.#heard = nothing;
      this.#stage = 'no answer to the TLS handshake';
      this.#exchange.secure?.(this.#target.plan.tls ?? {});
    }
    if (step.drains !== undefined) this.#drain(step.drains);
    if (step.listens === true) this.#listen();
    if (step.send === undefined) return;
    this.#heard = nothing;
    this.#exchange.send(step.send);
  }

  #listen(): void {
    this.#endListening = this.#doors.awaitConnection({
      peer: this.#target.address.text,
      onReady: (address, port) => this.#take(this.#conversation.onListening?.(address, port) ?? {}),
      onError: (reason) => this.#broken(`data connection: ${reason}`),
    });
  }

  /** What comes there counts for nothing; how it ends is told on the first connection. */
  #drain(port: number): void {
    this.#side = this.#doors.exchangeTcp({
      address: this.#target.address.text,
      port,
      tls: undefined,
      trafficClass: trafficClassOf(this.#target.plan),
      onConnect: () => undefined,
      onData: (part) => {
        if (part === undefined) this.#side?.cancel();
      },
      onError: (reason) => this.#broken(`data connection: ${reason}`),
    });
  }

  #broken(reason: string): void {
    // What came before a reset may be all that is needed: HTTP/0.9 servers reset instead of closing.
    const last = this.#conversation.hear({ bytes: this.#heard, isComplete: true });
    const isEnough = this.#heard.length > 0 && last.outcome?.ok === true;
    this.cancel();
    this.#report(isEnough && last.outcome ? last.outcome : { ok: false, detail: reason });
  }
}

/** The code point is the upper six of eight bits (RFC 2474). */
/** No more than may be looked at. Most answers come in one part, which is ours then. */
function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const room = Math.max(0, maximumAnswerBytes - a.length);
  const taken = b.length > room ? b.subarray(0, room) : b;
  if (a.length === 0) return taken;
  const both = new Uint8Array(a.length + taken.length);
  both.set(a);
  both.set(taken, a.length);
  return both;
}

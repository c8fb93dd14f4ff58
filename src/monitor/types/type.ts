/** What one monitor type is: pure data and pure functions. What carries them out is in ../probe/. */
import type { ProbeOutcome } from '../outcome.ts';
import type { InstancePlan } from '../instance-plan.ts';

/**
 * How a probe travels: a stream or datagrams with a conversation on it, or a question that the carrier itself
 * knows how to ask (an echo request, half a connection, an HTTP/2 request, a program, a query).
 */
export type Transport =
  | 'tcp'
  | 'tls'
  | 'udp'
  | 'ping'
  | 'half-open'
  | 'http2'
  | 'program'
  | 'query'
  /** Nothing travels: clients' own traffic is watched, in control. */
  | 'traffic';

export interface MonitorType {
  /** As in `ltm monitor TYPE`. */
  readonly name: string;
  transport(plan: InstancePlan): Transport;
  /** `address`: the port plays no part, one instance serves all ports of a node. */
  readonly target: 'address' | 'endpoint';
  /** Of an `address`: the service that is asked there all the same. */
  readonly port?: number;
  /** Of an `endpoint`: asked also where the port is open (a node, a member on any port); it is 0 then. */
  readonly takesAnyPort?: boolean;
  /** Properties that a probe needs besides those of `InstancePlan`; go to the monitor process by name. */
  readonly options?: readonly string[];
  /** Of streams and datagrams. A new one for each probe. */
  converse?(plan: InstancePlan): Conversation;
  /** What the answer of a question comes to; for those whose carrier asks. */
  judge?(plan: InstancePlan, answer: Answer): ProbeOutcome | undefined;
}

/** One side of a conversation. Ends at the first step with an outcome. */
export interface Conversation {
  /** Once connected. */
  begin(): Step;
  /** With everything that came since something was sent. */
  hear(answer: Answer): Step;
  /** After a step that was `isSecuring`. */
  onSecured?(): Step;
  /** After a step that `listens`: our address towards the other end, and the port. */
  onListening?(address: string, port: number): Step;
  /** Once connected after a step that `moves`. */
  onMoved?(): Step;
  /** What silence after the last datagram means, if it means anything, and after how many milliseconds. */
  readonly silence?: { readonly milliseconds: number; readonly outcome: ProbeOutcome };
}

export interface Step {
  readonly send?: Uint8Array;
  /** Everything from here on is inside TLS; `onSecured` of the conversation says what comes next. */
  readonly isSecuring?: boolean;
  /** A second connection, to this port of the same address, of which everything is read and thrown away. */
  readonly drains?: number;
  /** Listens for a connection of the other end, of which everything is read and thrown away; `onListening` comes next. */
  readonly listens?: boolean;
  /** The rest on another connection, to this port of the same address; `onMoved` says what comes next. */
  readonly moves?: number;
  readonly outcome?: ProbeOutcome;
}

/** Nothing to say yet. */
export const waits: Step = {};

export interface Answer {
  readonly bytes: Uint8Array;
  /** Nothing more will come: closed by the other end, or the bound is reached. */
  readonly isComplete: boolean;
}

export function option(plan: InstancePlan, name: string, otherwise = ''): string {
  return plan.options?.[name] ?? otherwise;
}

/** A conversation of one question and its judged answer. Without a question the answer is awaited all the same. */
export function askOnce(
  request: Uint8Array | undefined,
  judge: (answer: Answer) => ProbeOutcome | undefined,
): Conversation {
  return {
    begin: () => (request === undefined ? waits : { send: request }),
    hear(answer) {
      const outcome = judge(answer);
      return outcome === undefined ? waits : { outcome };
    },
  };
}

/** What probes are carried out with. Passed in, so that tests may hold their own. */
import type { AwaitedConnection } from '../../platform/awaited-connection.ts';
import type { BoundedProgram } from '../../platform/bounded-program.ts';
import type { DatabaseQuery } from '../../platform/database-query.ts';
import type { DatagramClient } from '../../platform/datagram.ts';
import type { HalfOpener } from '../../platform/half-open.ts';
import type { Http2Exchange } from '../../platform/http2-exchange.ts';
import type { Pinger } from '../../platform/icmp.ts';
import type { QuickExchange, RunningQuickExchange } from '../../platform/quick-tcp.ts';
import type { RunningExchange, TcpExchange } from '../../platform/tcp.ts';
import type { DetourLookup } from '../detours.ts';
import type { ProbeOutcome } from '../outcome.ts';

export interface ProbeDoors {
  /** So many may run at once: each has a descriptor. */
  readonly maximumProbes: number;
  /** In clear, for those that will not want TLS: the cheapest there is. */
  exchangePlain(exchange: QuickExchange): RunningQuickExchange;
  exchangeTcp(exchange: TcpExchange): RunningExchange;
  exchangeSecurable(exchange: TcpExchange): RunningExchange;
  connectDatagrams(
    address: string,
    port: number,
    handlers: { onPacket(packet: Uint8Array): void; onError(error: Error): void },
  ): DatagramClient;
  /** Takes one connection, from `peer` alone, reads it to its end; `onReady` with our own address towards the peer. */
  awaitConnection(expected: AwaitedConnection): () => void;
  exchangeHttp2(exchange: Http2Exchange): () => void;
  runBounded(program: BoundedProgram): () => void;
  queryDatabase(query: DatabaseQuery): () => void;
  /** Runs `task` once after so many milliseconds; the result cancels it. */
  after(milliseconds: number, task: () => void): () => void;
  readonly pinger: Pinger;
  readonly halfOpener: HalfOpener;
  /** What is probed in place of a destination that is asked by way of a node. */
  readonly detours: DetourLookup;
  /** Where programs of external monitors are kept to be run. */
  readonly programs: string;
  close(): void;
}

export interface RunningProbe {
  cancel(): void;
  /** How far it has got, for the reason when it never ends: "no answer after connecting". */
  stage(): string;
}

export type Report = (outcome: ProbeOutcome) => void;

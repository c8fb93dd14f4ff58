/** A conversation in datagrams. */
import type { DatagramClient } from '../../platform/datagram.ts';
import type { Conversation, Step } from '../types/type.ts';
import type { ProbeDoors, Report, RunningProbe } from './doors.ts';

export function startDatagrams(
  doors: ProbeDoors,
  conversation: Conversation,
  { address, port }: { readonly address: string; readonly port: number },
  report: Report,
): RunningProbe {
  let isOver = false;
  let cancelSilence = (): void => undefined;
  const connect = (to: number): DatagramClient =>
    doors.connectDatagrams(address, to, {
      onPacket: (bytes) => take(conversation.hear({ bytes, isComplete: false })),
      onError: (error) => take({ outcome: { ok: false, detail: refusal(error) } }),
    });
  let client = connect(port);
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    cancelSilence();
    client.close();
  };
  const take = (step: Step): void => {
    if (isOver) return;
    if (step.outcome !== undefined) {
      end();
      report(step.outcome);
      return;
    }
    if (step.moves !== undefined) {
      client.close();
      client = connect(step.moves);
      take(conversation.onMoved?.() ?? {});
      return;
    }
    if (step.send !== undefined) client.send(step.send);
  };
  const first = conversation.begin();
  // Nobody may be told before this has returned.
  if (first.outcome === undefined) take(first);
  else queueMicrotask(() => take(first));
  const { silence } = conversation;
  if (silence !== undefined) {
    cancelSilence = doors.after(silence.milliseconds, () => take({ outcome: silence.outcome }));
  }
  return { cancel: end, stage: () => 'no answer' };
}

function refusal(error: NodeJS.ErrnoException): string {
  return error.code === 'ECONNREFUSED' ? 'port unreachable' : error.message;
}

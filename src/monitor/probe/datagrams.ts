/** A conversation in datagrams. */
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
  const client = doors.connectDatagrams(address, port, {
    onPacket: (bytes) => take(conversation.hear({ bytes, isComplete: false })),
    onError: (error) => take({ outcome: { ok: false, detail: refusal(error) } }),
  });
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
    if (step.send !== undefined) client.send(step.send);
  };
  take(conversation.begin());
  const { silence } = conversation;
  if (silence !== undefined) {
    cancelSilence = doors.after(silence.milliseconds, () => take({ outcome: silence.outcome }));
  }
  return { cancel: end, stage: () => 'no answer' };
}

function refusal(error: NodeJS.ErrnoException): string {
  return error.code === 'ECONNREFUSED' ? 'port unreachable' : error.message;
}

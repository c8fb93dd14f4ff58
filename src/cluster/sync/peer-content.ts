/** What differs from a peer, by asking it for what its groups hold: nothing is taken on either side. */
import { type Outcome, failed, succeeded } from '../../base/fault.ts';
import type { Change, SharedObject } from '../../config/types.ts';
import { contentChanges } from '../../config/model/content-diff.ts';
import type { IqueryBodies, IquerySession } from '../../iquery/types.ts';
import type { SyncOptions } from './context.ts';
import type { HeldContent } from './merge-many.ts';
import { textParts } from './messages.ts';
import { type Versions, versionsFromMessage, versionsToMessage } from './versions.ts';

/** A group that both are members of, as it is now. */
export interface ComparedGroup {
  readonly id: string;
  hasMember(device: string): boolean;
  objects(): readonly SharedObject[];
  versions(): Versions;
  /** The device holds this: what ours claims of it and does not hold is admitted before anything is compared. */
  compare(device: string, versions: Versions): void;
}

export interface PeerContent {
  /** What to do to ours to have theirs, over all groups that we share with the device. */
  differences(device: string): Promise<Outcome<readonly Change[]>>;
  /** What the device holds of the group, with secrets sealed as ours. */
  content(device: string, group: string): Promise<Outcome<HeldContent>>;
}

/** All parts of one group's content, or the peer has not told. */
const answerMilliseconds = 10_000;
const maximumAsked = 16;
const maximumBytes = 256 * 1024 * 1024;

interface Asked {
  readonly device: string;
  readonly texts: string[];
  versions: Versions;
  next: number;
  bytes: number;
  finish(outcome: Outcome<Told>): void;
}

interface Told {
  readonly texts: readonly string[];
  readonly versions: Versions;
}

export function startPeerContent(
  options: SyncOptions,
  groups: () => readonly ComparedGroup[],
): PeerContent {
  const { channel, clock, store, masterKeys } = options;
  const asked = new Map<number, Asked>();
  let lastNumber = 0;
  channel.onMessage('contentRequest', (body, session) => {
    const group = groups().find(({ id }) => id === body.group);
    if (group?.hasMember(session.device) === true && session.relation === 'trust-domain') {
      group.compare(session.device, versionsFromMessage(body.versions));
    }
    answer(body, session, group, (object) =>
      masterKeys.takesSealed(session.device) ? object : store.secrets.opened(object),
    );
  });
  channel.onMessage('contentPart', (body, session) => {
    const question = asked.get(body.number);
    if (question?.device === session.device) take(question, body);
  });
  const ask = (session: IquerySession, group: string, own: Versions): Promise<Outcome<Told>> =>
    new Promise((resolve) => {
      lastNumber += 1;
      const number = lastNumber;
      const finish = (outcome: Outcome<Told>): void => {
        cancel();
        asked.delete(number);
        resolve(outcome);
      };
      const cancel = clock.after(answerMilliseconds, () =>
        finish(refused(`${session.device} has not told in time what it holds`)),
      );
      const { device } = session;
      asked.set(number, { device, texts: [], versions: {}, next: 0, bytes: 0, finish });
      session.send('bulk', 'contentRequest', { group, number, versions: versionsToMessage(own) });
    });
  const content = async (device: string, id: string): Promise<Outcome<HeldContent>> => {
    const session = channel.session(device);
    if (session?.relation !== 'trust-domain') return refused(`${device} is not connected`);
    if (asked.size >= maximumAsked) return refused('too many comparisons at once, try again');
    const compared = groups().find((group) => group.id === id);
    const told = await ask(session, id, compared?.versions() ?? {});
    if (!told.ok) return told;
    const { texts, versions } = told.value;
    compared?.compare(device, versions);
    // Our own JSON, written by `answer` over there.
    const objects = texts.map((text) => store.secrets.sealed(JSON.parse(text) as SharedObject));
    return succeeded({ objects, versions });
  };
  return {
    content,
    async differences(device) {
      const shared = groups().filter((group) => group.hasMember(device));
      if (shared.length === 0) return refused(`${device} is in no device group with this device`);
      const changes: Change[] = [];
      for (const { id, objects } of shared) {
        const theirs = await content(device, id);
        if (!theirs.ok) return theirs;
        changes.push(...contentChanges(objects(), theirs.value.objects));
      }
      return succeeded(changes);
    },
  };
}

function refused(message: string): Outcome<never> {
  return failed({ status: 503, message });
}

function answer(
  { group: id, number }: IqueryBodies['contentRequest'],
  session: IquerySession,
  group: ComparedGroup | undefined,
  outgoing: (object: SharedObject) => SharedObject,
): void {
  const send = (body: Omit<IqueryBodies['contentPart'], 'number'>): void =>
    session.send('bulk', 'contentPart', { ...body, number });
  if (session.relation !== 'trust-domain' || group?.hasMember(session.device) !== true) {
    const error = `Device does not recognize membership in this group (${id})`;
    send({ objects: [], part: 0, parts: 1, error, versions: [] });
    return;
  }
  const parts = textParts(group.objects().map((object) => JSON.stringify(outgoing(object))));
  const told = versionsToMessage(group.versions());
  for (const [part, objects] of parts.entries()) {
    const versions = part === 0 ? told : [];
    send({ objects, part, parts: parts.length, error: '', versions });
  }
}

function take(question: Asked, body: IqueryBodies['contentPart']): void {
  if (body.error !== '') {
    question.finish(refused(`${question.device}: ${body.error}`));
    return;
  }
  question.bytes += body.objects.reduce((sum, text) => sum + text.length, 0);
  if (body.part !== question.next || question.bytes > maximumBytes) {
    question.finish(refused(`${question.device} told what it holds only in part, try again`));
    return;
  }
  question.texts.push(...body.objects);
  if (body.part === 0) question.versions = versionsFromMessage(body.versions);
  question.next += 1;
  if (question.next < body.parts) return;
  question.finish(succeeded({ texts: question.texts, versions: question.versions }));
}

/**
 * How many connections of the packet path members did not take, of what the kernel counts: first packets towards a member,
 * and its answers that take a connection. Each has its time to be answered. Pure.
 */

/** A connection that was not taken by then has failed: after two more tries of the client. */
const answerMilliseconds = 3000;

export interface Attempts {
  readonly attempts: number;
  readonly answers: number;
  /** Milliseconds of a clock that goes on. */
  readonly at: number;
}

interface Watched {
  /** Newest last; the first is the newest of those that had their time. */
  readonly history: Attempts[];
  /** Attempts without an answer that are counted already, or were before it was watched. */
  known: number | undefined;
  failures: number;
}

export class PacketFailures {
  readonly #members = new Map<string, Watched>();

  /** Failures so far; `now` is asked for about each second. */
  of(member: string, now: Attempts): number {
    const watched = this.#members.get(member) ?? { history: [], known: undefined, failures: 0 };
    this.#members.set(member, watched);
    const { history } = watched;
    const before = history.at(-1);
    history.push(now);
    // What was under way when it began counts as answered: both are read at about the same time, not at once.
    if (watched.known === undefined && before !== undefined)
      watched.known = now.attempts - before.answers;
    while ((history[1]?.at ?? Infinity) <= now.at - answerMilliseconds) history.shift();
    const [then] = history;
    if (watched.known === undefined || then === undefined) return watched.failures;
    if (then.at > now.at - answerMilliseconds) return watched.failures;
    const unanswered = then.attempts - now.answers;
    if (unanswered > watched.known) {
      watched.failures += unanswered - watched.known;
      watched.known = unanswered;
    } else if (then.attempts === now.attempts) {
      // Nothing is under way: what is less was answered twice.
      watched.known = unanswered;
    }
    return watched.failures;
  }
}

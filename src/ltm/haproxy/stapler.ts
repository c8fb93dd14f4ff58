/**
 * Answers about certificates (OCSP, RFC 6960): asked for with openssl, which also checks who signed them, given to
 * HAProxy at run time, and asked for again before they end. A worker that comes new is given all of them.
 */
import type { Cancel, Clock } from '../../platform/clock.ts';
import {
  isPresent,
  makeFolder,
  readBytesIfPresent,
  removeIfPresent,
  writeFileDurably,
} from '../../platform/files.ts';
import type { Log } from '../../platform/log.ts';
import { run } from '../../platform/process.ts';
import type { StaplePlan, TlsSettings } from '../types.ts';
import { stapledFiles } from './files.ts';

export interface StaplerOptions {
  readonly certificateFolder: string;
  /** The runtime API of the worker that serves; rejects while there is none. */
  readonly ask: (commands: readonly string[]) => Promise<readonly string[]>;
  readonly clock: Clock;
  readonly log: Log;
}

const mostAtOnce = 4;
/** HAProxy takes no longer line. */
const mostBytes = 10_000;
const firstRetryMilliseconds = 10_000;
const leastMilliseconds = 60_000;
const mostMilliseconds = 86_400_000;

interface Held {
  readonly plan: StaplePlan;
  readonly profiles: Set<string>;
  /** Base64. */
  answer: string | undefined;
  failures: number;
  /** Of the next question. */
  cancel: Cancel;
}

interface Answer {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly until: number | undefined;
}

export class Stapler {
  readonly #options: StaplerOptions;
  /** By the path of the certificate. */
  readonly #held = new Map<string, Held>();
  readonly #paths = new Map<string, ReadonlySet<string>>();
  readonly #due = new Set<string>();
  #running = 0;
  #isClosed = false;

  constructor(options: StaplerOptions) {
    this.#options = options;
  }

  /** What a virtual server shows; undefined: it is gone, or has no TLS. */
  want(virtual: string, tls: TlsSettings | undefined): void {
    const before = this.#paths.get(virtual);
    const stapled = (tls?.entries ?? []).flatMap(({ pems, staples = [] }) =>
      staples.flatMap((plan, index) => {
        const pem = pems[index];
        return plan === undefined || pem === undefined ? [] : [{ plan, pem }];
      }),
    );
    if (before === undefined && stapled.length === 0) return;
    const after = new Set(stapled.map(({ plan, pem }) => this.#hold(virtual, plan, pem)));
    if (after.size === 0) this.#paths.delete(virtual);
    else this.#paths.set(virtual, after);
    for (const path of before ?? []) if (!after.has(path)) this.#release(virtual, path);
  }

  /** A worker serves that may know no answers. */
  push(): void {
    for (const path of this.#held.keys()) void this.#give(path);
  }

  close(): void {
    this.#isClosed = true;
    for (const { cancel } of this.#held.values()) cancel();
    this.#due.clear();
  }

  #hold(virtual: string, plan: StaplePlan, pem: string): string {
    const { certificateFolder } = this.#options;
    const { path, files } = stapledFiles(certificateFolder, pem, plan);
    const held = this.#held.get(path);
    if (held !== undefined && JSON.stringify(held.plan) === JSON.stringify(plan)) {
      held.profiles.add(virtual);
      return path;
    }
    held?.cancel();
    makeFolder(certificateFolder);
    for (const [name, content] of files) if (!isPresent(name)) writeFileDurably(name, content);
    this.#held.set(path, {
      plan,
      profiles: new Set([...(held?.profiles ?? []), virtual]),
      answer: held?.answer,
      failures: 0,
      cancel: () => undefined,
    });
    this.#ask(path);
    return path;
  }

  #release(virtual: string, path: string): void {
    const held = this.#held.get(path);
    held?.profiles.delete(virtual);
    if (held === undefined || held.profiles.size > 0) return;
    held.cancel();
    this.#held.delete(path);
    this.#due.delete(path);
  }

  #ask(path: string): void {
    this.#due.add(path);
    this.#next();
  }

  #next(): void {
    for (const path of this.#due) {
      if (this.#running >= mostAtOnce || this.#isClosed) return;
      this.#due.delete(path);
      this.#running += 1;
      void this.#refresh(path).finally(() => {
        this.#running -= 1;
        this.#next();
      });
    }
  }

  async #refresh(path: string): Promise<void> {
    const held = this.#held.get(path);
    if (held === undefined) return;
    const { clock, log } = this.#options;
    const answer = await answerFor(path, held.plan).catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    // Another plan may have taken its place meanwhile, with a question of its own.
    if (this.#held.get(path) !== held || this.#isClosed) return;
    const again = (milliseconds: number): void => {
      held.cancel = clock.after(Math.min(milliseconds, mostMilliseconds), () => this.#ask(path));
    };
    if (typeof answer === 'string') {
      held.failures += 1;
      if (held.failures === 1) {
        const whose = [...held.profiles].join(' ');
        log.write('warning', `No OCSP answer for ${whose} from ${held.plan.responder}: ${answer}`);
      }
      const patience = firstRetryMilliseconds * 2 ** Math.min(held.failures, 20);
      again(Math.max(firstRetryMilliseconds, Math.min(held.plan.errorSeconds * 1000, patience)));
      return;
    }
    held.failures = 0;
    held.answer = answer.text;
    const left = (answer.until ?? Infinity) - clock.wallMilliseconds();
    const kept = (held.plan.cacheSeconds ?? Infinity) * 1000;
    again(Math.max(leastMilliseconds, Math.min(kept, left / 2)));
    await this.#give(path);
  }

  /** What HAProxy does not have yet it is given when the worker comes that has the certificate. */
  async #give(path: string): Promise<void> {
    const answer = this.#held.get(path)?.answer;
    if (answer === undefined) return;
    await this.#options.ask([`set ssl ocsp-response ${answer}`]).catch(() => undefined);
  }
}

/** A text says why there is none. */
async function answerFor(path: string, plan: StaplePlan): Promise<Answer | string> {
  const out = `${path}.answer`;
  const limit = plan.timeoutSeconds * 1000 + 2000;
  const { status, stdout, stderr } = await run('openssl', question(path, out, plan), {
    timeoutMilliseconds: limit,
  });
  const bytes = readBytesIfPresent(out);
  removeIfPresent(out);
  if (status !== 0 || bytes === undefined || !stderr.includes('Response verify OK')) {
    return (stderr.trim() || stdout.trim() || `openssl ended with ${status}`).slice(0, 300);
  }
  const said = /: (good|revoked|unknown)$/m.exec(stdout)?.[1];
  if (said !== 'good') return `the certificate is ${said ?? 'not spoken of'}`;
  if (/not yet valid|expired/i.test(stdout)) return 'the answer does not hold now';
  const text = bytes.toBase64();
  if (text.length > mostBytes) return `the answer has ${bytes.length} bytes`;
  const until = Date.parse(/Next Update: (.+)$/m.exec(stdout)?.[1] ?? '');
  return { text, until: Number.isNaN(until) ? undefined : until };
}

function question(path: string, out: string, plan: StaplePlan): readonly string[] {
  const pairs = [
    ['-issuer', `${path}.issuer`],
    ['-cert', path],
    ['-url', plan.responder],
    ['-respout', out],
    ['-timeout', String(plan.timeoutSeconds)],
    ['-CAfile', `${path}.issuer`],
    ['-validity_period', String(plan.clockSkewSeconds)],
    ...(plan.trusted === undefined ? [] : [['-VAfile', `${path}.trusted`]]),
    ...(plan.oldestSeconds === 0 ? [] : [['-status_age', String(plan.oldestSeconds)]]),
  ];
  // Answers made beforehand repeat no number of ours (RFC 5019, 4).
  const flags = ['-no_nonce', '-partial_chain', '-no-CApath', '-no-CAstore'];
  return ['ocsp', ...pairs.flat(), ...flags];
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeMessage, encodeMessage } from '../../base/dns/message.ts';
import type { PingOptions } from '../../platform/icmp.ts';
import { measurePath, type PathDoors } from './measure.ts';
import type { PathPlan } from './path-plan.ts';

/** A network in which time passes only when nothing else is to be done. */
function network(more: {
  /** Undefined: no echo. */
  readonly echoMilliseconds?: number;
  readonly hops?: number;
  readonly lost?: (count: number) => boolean;
  readonly dnsMilliseconds?: number;
}): { readonly doors: PathDoors; readonly asked: string[] } {
  let now = 0;
  let pending: { at: number; task: () => void }[] = [];
  let isRunning = false;
  const asked: string[] = [];
  let pings = 0;
  const run = (): void => {
    isRunning = false;
    pending.sort((a, b) => a.at - b.at);
    const next = pending.shift();
    if (next === undefined) return;
    now = Math.max(now, next.at);
    next.task();
    start();
  };
  const start = (): void => {
    if (isRunning || pending.length === 0) return;
    isRunning = true;
    setImmediate(run);
  };
  const after = (milliseconds: number, task: () => void): (() => void) => {
    const entry = { at: now + milliseconds, task };
    pending.push(entry);
    start();
    return () => {
      pending = pending.filter((one) => one !== entry);
    };
  };
  const ping = (
    _address: unknown,
    report: (failure: string | undefined) => void,
    { hopLimit }: PingOptions = {},
  ): (() => void) => {
    pings += 1;
    asked.push(hopLimit === undefined ? 'icmp' : `hop ${hopLimit}`);
    if (more.echoMilliseconds === undefined || more.lost?.(pings) === true) return () => undefined;
    if (hopLimit !== undefined && hopLimit < (more.hops ?? 1)) return () => undefined;
    return after(more.echoMilliseconds, () => report(undefined));
  };
  return {
    asked,
    doors: {
      after,
      now: () => now,
      pinger: { ping, close: () => undefined },
      exchangeTcp() {
        asked.push('tcp');
        return { send: () => undefined, secure: () => undefined, cancel: () => undefined };
      },
      connectDatagrams: (_address, port, { onPacket }) => ({
        send(bytes) {
          const question = decodeMessage(bytes);
          asked.push(`${port} ${question?.questions[0]?.name ?? 'no question'}`);
          if (more.dnsMilliseconds === undefined || question === undefined) return;
          const answer = encodeMessage({ ...question, flags: 0x8000 });
          // One of somebody else first: it does not count.
          after(1, () => onPacket(encodeMessage({ ...question, id: 0xffff, flags: 0x8000 })));
          after(more.dnsMilliseconds, () => onPacket(answer));
        },
        close: () => undefined,
      }),
    },
  };
}

const plan: PathPlan = { address: '198.51.100.7', protocols: ['icmp'], probes: 4 };

test('the mean of the probes, and how many were answered', async () => {
  const { asked, doors } = network({ echoMilliseconds: 12, lost: (count) => count === 2 });
  assert.deepEqual(await measurePath(plan, doors), {
    protocol: 'icmp',
    roundTripMilliseconds: 12,
    completionPercent: 75,
  });
  assert.equal(asked.length, 4);
});

test('protocols in turn, until one is answered', async () => {
  const { asked, doors } = network({ dnsMilliseconds: 30 });
  const protocols = ['icmp', 'tcp', 'udp', 'dns-rev'] as const;
  const measure = await measurePath({ ...plan, protocols }, doors);
  assert.deepEqual(measure, {
    protocol: 'dns-rev',
    roundTripMilliseconds: 30,
    completionPercent: 100,
  });
  assert.deepEqual(asked.slice(0, 7), [
    'icmp',
    'icmp',
    'tcp',
    'tcp',
    '33434 no question',
    '33434 no question',
    '53 7.100.51.198.in-addr.arpa',
  ]);
});

test('who answers nothing is known as lost after a few probes', async () => {
  const { asked, doors } = network({});
  const hops = { samples: 2, timeoutMilliseconds: 500, bytes: 64 };
  const measure = await measurePath({ ...plan, protocols: ['icmp', 'dns-dot'], hops }, doors);
  assert.deepEqual(measure, { completionPercent: 0 });
  assert.equal(asked.filter((one) => one === 'icmp').length, 2);
  assert.equal(asked.filter((one) => one.startsWith('53 ')).length, 2);
});

test('hops are the lowest limit with which an echo comes back', async () => {
  const { asked, doors } = network({ echoMilliseconds: 12, hops: 7 });
  const hops = { samples: 3, timeoutMilliseconds: 3_000, bytes: 64 };
  assert.equal((await measurePath({ ...plan, hops }, doors))?.hops, 7);
  const limits = asked.filter((one) => one.startsWith('hop '));
  assert.ok(limits.length < 14, limits.join());
  assert.equal(await measurePath({ ...plan, address: 'nobody' }, doors), undefined);
});

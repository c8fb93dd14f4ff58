import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createCodec } from './codec.ts';
import { backOffMilliseconds, chooseSession, type DialState, stepDial } from './dialler.ts';
import { createFrameReader, frameBytes, maximumFrameBytes } from './frame.ts';
import { lookAt } from './liveness.ts';
import { createStrangers, sourceOf } from './strangers.ts';

const codec = createCodec(
  readFileSync(new URL('../../proto/iquery.proto', import.meta.url), 'utf8'),
);

describe('frames', () => {
  it('come out as they went in, however the stream is cut', () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 });
    fc.assert(
      fc.property(bodies, fc.array(fc.integer({ min: 1, max: 50 })), (frames, cuts) => {
        const stream = Buffer.concat(frames.map(frameBytes));
        const reader = createFrameReader();
        const seen: Uint8Array[] = [];
        let at = 0;
        for (const cut of [...cuts, stream.length]) {
          seen.push(...(reader.push(stream.subarray(at, at + cut)) ?? []));
          at += cut;
        }
        assert.deepEqual(
          seen.map((frame) => [...frame]),
          frames.map((frame) => [...frame]),
        );
      }),
    );
  });

  it('end the stream when one is too large', () => {
    const reader = createFrameReader();
    const header = new Uint8Array(4);
    new DataView(header.buffer).setUint32(0, maximumFrameBytes + 1);
    assert.equal(reader.push(header), undefined);
    assert.equal(reader.push(new Uint8Array(1)), undefined);
  });
});

describe('codec', () => {
  it('never throws on garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        codec.decode(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives every field a value, nested ones too', () => {
    const time = { wall: 1_763_720_000_123, counter: 7 };
    const batch = {
      group: 'g',
      commits: ['{}'],
      afterId: '',
      after: [{ origin: 'a', time }],
      versions: [],
      contentHash: 'x',
      merge: true,
      head: { commitId: 'c', commitDevice: 'a', commitTime: time },
    };
    const [decoded] = codec.decode(codec.encode([{ kind: 'commitBatch', body: batch }])) ?? [];
    assert.deepEqual(decoded, { kind: 'commitBatch', body: batch });
    // A version without a time: field 1 only.
    const bare = { ...batch, after: [{ origin: 'a' }], head: undefined };
    const sparse = codec.encode([{ kind: 'commitBatch', body: bare as never }]);
    const body = codec.decode(sparse)?.[0]?.body as typeof batch;
    assert.deepEqual(body.after, [{ origin: 'a', time: { wall: 0, counter: 0 } }]);
    assert.deepEqual(body.head, {
      commitId: '',
      commitDevice: '',
      commitTime: { wall: 0, counter: 0 },
    });
  });
});

describe('dialler', () => {
  it('backs off from 100 ms to 2 s, with jitter, and starts anew after a session', () => {
    assert.equal(backOffMilliseconds(0, 0), 50);
    assert.equal(backOffMilliseconds(0, 1), 100);
    assert.equal(backOffMilliseconds(3, 1), 800);
    assert.equal(backOffMilliseconds(1000, 1), 2000);
    let state: DialState = { phase: 'dialling', failures: 0 };
    const delays: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const [next, effects] = stepDial(state, { type: 'failed', reason: 'x', fraction: 1 });
      for (const effect of effects) if (effect.type === 'wake') delays.push(effect.milliseconds);
      [state] = stepDial(next, { type: 'due' });
    }
    assert.deepEqual(delays, [100, 200, 400]);
    [state] = stepDial(state, { type: 'opened', device: 'b' });
    const [, effects] = stepDial(state, { type: 'failed', reason: 'lost', fraction: 1 });
    assert.deepEqual(effects, [{ type: 'wake', milliseconds: 100 }]);
  });

  it('rests while another session exists, and dials when it is gone', () => {
    const [resting] = stepDial(
      { phase: 'dialling', failures: 0 },
      { type: 'unneeded', device: 'b', reason: 'exists' },
    );
    assert.deepEqual(stepDial(resting, { type: 'gone', device: 'c' })[1], []);
    assert.deepEqual(stepDial(resting, { type: 'gone', device: 'b' })[1], [{ type: 'dial' }]);
  });

  it('keeps the same one of two sessions at both ends', () => {
    const one = { instance: 'x', dialledBy: 'us' } as const;
    const other = { instance: 'x', dialledBy: 'them' } as const;
    // a dialled the first, b the second; each end looks at them in either order.
    assert.equal(chooseSession(one, other, 'a', 'b'), 'existing');
    assert.equal(chooseSession(other, one, 'a', 'b'), 'incoming');
    assert.equal(chooseSession(other, one, 'b', 'a'), 'existing');
    assert.equal(chooseSession(one, other, 'b', 'a'), 'incoming');
    assert.equal(chooseSession(one, { ...one, instance: 'y' }, 'a', 'b'), 'incoming');
  });
});

describe('liveness', () => {
  it('calls a peer silent after 1 s, unless we stood still ourselves', () => {
    assert.equal(lookAt({ lastLook: 9750 }, 10_000, 9100), 'alive');
    assert.equal(lookAt({ lastLook: 9750 }, 10_000, 8900), 'silent');
    assert.equal(lookAt({ lastLook: 8000 }, 10_000, 8000), 'we-were-away');
  });
});

describe('strangers', () => {
  const tries = (strangers: ReturnType<typeof createStrangers>, now: number, isKnown: boolean) =>
    Array.from({ length: 1000 }, () => strangers.accept('x', isKnown, now));

  it('have a bucket that refills, and are logged once', () => {
    const strangers = createStrangers();
    const accepted = (now: number): number =>
      tries(strangers, now, true).filter(({ isAccepted }) => isAccepted).length;
    assert.equal(accepted(0), 40);
    assert.equal(accepted(1000), 10);
    assert.ok(strangers.accept('y', false, 1000).isAccepted);
    assert.deepEqual(strangers.refused('x', 0), { unmentioned: 0 });
    assert.equal(strangers.refused('x', 0), undefined);
    strangers.welcomed('x');
    assert.ok(strangers.refused('x', 0));
  });

  it('share what all of them may cost, which takes nothing from who is known', () => {
    const strangers = createStrangers();
    const from = (index: number) => `10.0.${Math.floor(index / 250)}.${index % 250}`;
    const all = Array.from({ length: 1000 }, (_, index) =>
      strangers.accept(from(index), false, 1000),
    );
    assert.equal(all.filter(({ isAccepted }) => isAccepted).length, 100);
    assert.deepEqual(
      all.flatMap(({ dropped }) => (dropped > 0 ? [dropped] : [])),
      [1],
    );
    assert.ok(strangers.accept('192.0.2.1', true, 1000).isAccepted);
    assert.ok(!strangers.accept('192.0.2.2', false, 1000).isAccepted);
    assert.equal(strangers.accept('192.0.2.3', false, 61_000).isAccepted, true);
    for (let more = 0; more < 99; more += 1) strangers.accept(`192.0.3.${more}`, false, 61_000);
    assert.equal(strangers.accept('192.0.2.4', false, 61_000).dropped, 901);
  });

  it('fill no log, and one IPv6 network is one of them', () => {
    const strangers = createStrangers();
    const told = Array.from({ length: 100 }, (_, index) => strangers.refused(`10.0.0.${index}`, 0));
    assert.equal(told.filter(Boolean).length, 20);
    assert.deepEqual(strangers.refused('10.0.1.1', 3000), { unmentioned: 80 });
    assert.equal(sourceOf('2001:db8::1'), '2001:db8:0:0::/64');
    assert.equal(sourceOf('2001:db8:0:0:5:6:7:8'), '2001:db8:0:0::/64');
    assert.equal(sourceOf('::1'), '0:0:0:0::/64');
    assert.equal(sourceOf('192.0.2.1'), '192.0.2.1');
  });
});

/**
 * The failover processes of two devices (and a witness) on real interfaces, with a client that asks every
 * 2 ms and a capture on the switch that says who answered.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profiles } from '../../src/cluster/failover/types.ts';
import { sleep, systemClock, waitUntil } from '../../src/platform/clock.ts';
import { type Answer, type FailoverLab, type LabDevice, startLab } from './failover-lab.ts';

/** The longest time without an echo reply, of either family, milliseconds. */
function outage(answers: readonly Answer[], from: number): number {
  let worst = 0;
  for (const family of [4, 6]) {
    const times = answers.filter((one) => one.isEcho && one.family === family).map((one) => one.at);
    const before = times.filter((at) => at < from).at(-1) ?? from;
    let last = before;
    for (const at of times.filter((one) => one >= from)) {
      worst = Math.max(worst, at - last);
      last = at;
    }
  }
  return Math.round(worst);
}

/**
 * An answer that left its device before the fence closed may wait in a queue of the machine that all
 * namespaces share; a few do, when it is busy. A fence that stayed open would let one through every 2 ms.
 */
const inFlight = { milliseconds: 50, answers: 3 } as const;

interface Turn {
  readonly device: string;
  readonly first: number;
}

/**
 * Who answered, in turn, for one family. With one owner at a time there is one entry a move; two that
 * answer at once alternate and make many. Stragglers of the former owner are not counted.
 */
function turns(answers: readonly Answer[], family: 4 | 6): readonly string[] {
  const all: Turn[] = [];
  let stragglers = 0;
  for (const { device, at } of answers.filter((one) => one.family === family)) {
    if (all.at(-1)?.device === device) continue;
    const [former, present] = all.slice(-2);
    const late = at - (present?.first ?? 0);
    stragglers = former?.device === device && late < inFlight.milliseconds ? stragglers + 1 : 0;
    if (stragglers === 0 || stragglers > inFlight.answers) all.push({ device, first: at });
    else console.log(`  ${device} answered ${late.toFixed(1)} ms after ${present?.device} began`);
  }
  return all.map(({ device, first }) => `${device} from ${new Date(first).toISOString()}`);
}

function other(lab: FailoverLab, device: LabDevice): LabDevice {
  return device === lab.a ? lab.b : lab.a;
}

async function answering(lab: FailoverLab, device: LabDevice, from: number): Promise<void> {
  await waitUntil(systemClock, `answers of ${device.name}`, 10_000, () =>
    [4, 6].every((family) =>
      lab
        .answers()
        .some(
          (one) =>
            one.isEcho && one.family === family && one.device === device.name && one.at > from,
        ),
    ),
  );
}

async function fault(
  lab: FailoverLab,
  name: string,
  strike: (owner: LabDevice) => void,
  mend: (owner: LabDevice) => void,
): Promise<number> {
  const owner = await lab.waitForOwner();
  const next = other(lab, owner);
  await waitUntil(systemClock, 'a peer able to take over', 10_000, () =>
    (owner.status?.peers ?? []).every((peer) => peer.fitness === 'able'),
  );
  await answering(lab, owner, Date.now());
  const from = Date.now();
  strike(owner);
  await answering(lab, next, from);
  await sleep(systemClock, 100);
  const worst = outage(lab.answers(), from);
  mend(owner);
  await lab.waitForOwner(next);
  console.log(`  ${name}: ${worst} ms without an answer`);
  return worst;
}

for (const withWitness of [false, true]) {
  const kind = withWitness ? 'pair with a witness' : 'pair';
  test(`${kind}: one owner through faults, on the wire`, { timeout: 120_000 }, async () => {
    const lab = await startLab({ profile: profiles.fast, withWitness });
    try {
      const killed = await fault(
        lab,
        `${kind}, SIGKILL`,
        (owner) => lab.signal(owner, 'SIGKILL'),
        (owner) => lab.start(owner),
      );
      const stopped = await fault(
        lab,
        `${kind}, SIGSTOP`,
        (owner) => lab.signal(owner, 'SIGSTOP'),
        (owner) => lab.signal(owner, 'SIGCONT'),
      );
      const planned = await fault(
        lab,
        `${kind}, planned`,
        (owner) => {
          const command = { kind: 'standby', trafficGroup: undefined, device: undefined } as const;
          lab.command(owner, command);
        },
        () => undefined,
      );
      const engine = await fault(
        lab,
        `${kind}, HAProxy dead`,
        (owner) =>
          owner.supervisor?.({ type: 'exited', name: 'haproxy', pid: 1, status: 'signal SIGKILL' }),
        (owner) => {
          const haproxy = {
            name: 'haproxy',
            pid: 2,
            state: 'running',
            exits: 1,
            startedAt: 0,
          } as const;
          owner.supervisor?.({ type: 'engines', engines: [haproxy] });
        },
      );
      const power = await fault(
        lab,
        `${kind}, all links cut`,
        (owner) => {
          lab.cut(owner, 'ha');
          lab.cut(owner, 'ext');
        },
        (owner) => {
          lab.heal(owner, 'ha');
          lab.heal(owner, 'ext');
        },
      );
      for (const family of [4, 6] as const) {
        const taken = turns(lab.answers(), family);
        assert.equal(taken.length, 6, `one turn a fault: ${taken.join('; ')}`);
      }
      // Wide of the goals (250, 250, 100, 600 ms): the machine that runs the tests is shared.
      assert.ok(killed < 1000 && stopped < 1000 && planned < 500);
      assert.ok(engine < 500 && power < 1500);
    } finally {
      lab.down();
    }
  });
}

test('one heartbeat path cut: nothing moves, and the silent path is shown', async () => {
  const lab = await startLab({ profile: profiles.fast, withWitness: false });
  try {
    const owner = await lab.waitForOwner();
    lab.cut(owner, 'ha');
    await waitUntil(systemClock, 'the path over ha to be silent', 10_000, () =>
      (owner.status?.paths ?? []).some(
        (path) => path.remote.startsWith('198.18.241') && (path.silence ?? 0) > 1500,
      ),
    );
    assert.equal(lab.owner(), owner);
    assert.equal(owner.status?.history.filter((entry) => entry.change !== 'active').length, 0);
    for (const family of [4, 6] as const) {
      assert.equal(turns(lab.answers(), family).length, 1);
    }
  } finally {
    lab.down();
  }
});

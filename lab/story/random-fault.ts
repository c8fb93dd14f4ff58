/** Faults drawn from a seed: what breaks, on which of the pair, for how long. Pure. */

export interface RandomFault {
  /** As for `evenkeel lab fault`; PAIR stands for the device that is struck. */
  readonly strike: readonly (readonly [kind: string, target: string])[];
  readonly heal: readonly (readonly [kind: string, target: string])[];
  readonly on: 'active' | 'standby';
  readonly holdMilliseconds: number;
}

/** 0 ≤ x < 1. */
export type Random = () => number;

const longestMilliseconds = 2_500;
const processes = ['own', 'control', 'failover', 'monitor', 'dns', 'supervisor'] as const;
const links = ['external', 'internal', 'ha', 'mgmt'] as const;
/** An hour, and a day back: leases and timeouts must not notice. */
const clockSteps = ['3600', '-86400', '3'] as const;

type Draw = (random: Random) => Pick<RandomFault, 'strike' | 'heal'>;

function pick<T>(random: Random, values: readonly [T, ...T[]]): T {
  return values[Math.floor(random() * values.length)] ?? values[0];
}

/** What a person does after a kill: the product's start-up again. */
const start = ['start', 'PAIR'] as const;

const draws: readonly [Draw, ...Draw[]] = [
  (random) => ({ strike: [['kill', `PAIR:${pick(random, processes)}`]], heal: [start] }),
  (random) => {
    const target = `PAIR:${pick(random, processes)}`;
    return { strike: [['stop', target]], heal: [['cont', target], start] };
  },
  () => ({ strike: [['kill', 'PAIR:all']], heal: [start] }),
  () => ({ strike: [['kill', 'PAIR:haproxy']], heal: [] }),
  (random) => {
    const target = `PAIR:${pick(random, links)}`;
    return { strike: [['cut', target]], heal: [['heal', target]] };
  },
  (random) => {
    const target = `PAIR:${pick(random, links)}`;
    return { strike: [[pick(random, ['mute', 'deafen']), target]], heal: [['heal', target]] };
  },
  // Alive, and on its own: both ways that the pair talks.
  (random) => {
    const kind = pick(random, ['cut', 'mute', 'deafen']);
    const targets = ['PAIR:external', 'PAIR:ha'];
    return {
      strike: targets.map((target) => [kind, target] as const),
      heal: targets.map((target) => ['heal', target] as const),
    };
  },
  () => ({ strike: [['power', 'PAIR']], heal: [['power-on', 'PAIR']] }),
  (random) => ({
    strike: [['clock', `PAIR:${pick(random, clockSteps)}`]],
    heal: [['clock', 'PAIR:0']],
  }),
];

export function drawFault(random: Random): RandomFault {
  const draw = pick(random, draws);
  const on = random() < 0.75 ? 'active' : 'standby';
  const holdMilliseconds = Math.floor(random() * longestMilliseconds);
  return { ...draw(random), on, holdMilliseconds };
}

export function describe(fault: RandomFault, device: string): string {
  const words = fault.strike.map(([kind, target]) => `${kind} ${target.replace('PAIR', device)}`);
  return `${words.join(', ')} (the ${fault.on}) for ${fault.holdMilliseconds} ms`;
}

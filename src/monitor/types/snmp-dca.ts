/**
 * How much of a server is free, asked of its SNMP agent: the weight of the dynamic ratio methods (manual "Monitors",
 * performance monitors). BIG-IP does not publish its formula; here each resource counts with the part of its
 * threshold that is free, weighed by its coefficient, and 1 to 100 comes of it.
 */
import type { InstancePlan } from '../instance-plan.ts';
import type { ProbeOutcome } from '../outcome.ts';
import {
  decodeAnswer,
  encodeQuestion,
  isObjectName,
  type SnmpAnswer,
  type SnmpQuestion,
  type SnmpValue,
} from './snmp.ts';
import { type Answer, type Conversation, type MonitorType, option, type Step } from './type.ts';

const agentPort = 161;

export const snmpDca: MonitorType = {
  name: 'snmp-dca',
  transport: () => 'udp',
  target: 'address',
  port: agentPort,
  options: [
    'agent-type',
    'community',
    'version',
    'cpu-coefficient',
    'cpu-threshold',
    'disk-coefficient',
    'disk-threshold',
    'memory-coefficient',
    'memory-threshold',
    'user-defined',
  ],
  converse(plan) {
    const isUcd = option(plan, 'agent-type', 'UCD') === 'UCD';
    return isUcd ? new FixedQuestion(plan, ucdNames, ucdLoads) : new TableWalk(plan);
  },
};

export const snmpDcaBase: MonitorType = {
  name: 'snmp-dca-base',
  transport: () => 'udp',
  target: 'address',
  port: agentPort,
  options: ['community', 'version', 'user-defined'],
  converse: (plan) => new FixedQuestion(plan, [], () => []),
};

/** Something that is used up, and how much that says. */
export interface Load {
  readonly name: string;
  /** Percent for what we know; for values of the user's own in the same unit as the threshold. */
  readonly used: number;
  readonly threshold: number;
  readonly coefficient: number;
}

const highestWeight = 100;

/** 1 to 100; something that is over its threshold has nothing free. */
export function weightOf(loads: readonly Load[]): number {
  const sum = loads.reduce((total, { coefficient }) => total + coefficient, 0);
  if (sum <= 0) return 1;
  const free = loads.reduce((total, { used, threshold, coefficient }) => {
    const share = threshold <= 0 ? 0 : (threshold - used) / threshold;
    return total + coefficient * Math.min(1, Math.max(0, share));
  }, 0);
  return Math.max(1, Math.round((highestWeight * free) / sum));
}

function known(plan: InstancePlan, name: 'cpu' | 'memory' | 'disk', used: number): Load {
  const number = (property: string): number => Number(option(plan, `${name}-${property}`, '0'));
  return { name, used, threshold: number('threshold'), coefficient: number('coefficient') };
}

interface OwnValue {
  readonly name: string;
  readonly object: string;
  readonly threshold: number;
  readonly coefficient: number;
}

const maximumOwnValues = 20;

/** `NAME .1.3.6… NAME_threshold 80 NAME_coefficient 1.5`, as the pairs of `user-defined`. */
export function ownValues(written: string): readonly OwnValue[] {
  const words = written.split(/\s+/).filter(Boolean);
  const pairs = new Map<string, string>();
  for (let at = 0; at + 1 < words.length; at += 2) pairs.set(words[at] ?? '', words[at + 1] ?? '');
  const found: OwnValue[] = [];
  for (const [name, object] of pairs) {
    if (!isObjectName(object) || found.length >= maximumOwnValues) continue;
    const number = (suffix: string, otherwise: number): number =>
      Number(pairs.get(`${name}_${suffix}`) ?? otherwise);
    found.push({
      name,
      object: object.replace(/^\./, ''),
      threshold: number('threshold', 100),
      coefficient: number('coefficient', 1),
    });
  }
  return found;
}

abstract class SnmpConversation implements Conversation {
  protected readonly plan: InstancePlan;
  #own: readonly OwnValue[];
  #identifier = 1;

  constructor(plan: InstancePlan) {
    this.plan = plan;
    this.#own = ownValues(option(plan, 'user-defined'));
  }

  abstract begin(): Step;
  /** The answer to the last question. */
  protected abstract take(answer: SnmpAnswer): Step;

  hear({ bytes }: Answer): Step {
    const answer = decodeAnswer(bytes);
    if (answer === undefined) return failed('the answer is no SNMP message');
    // Late, to an earlier question.
    return answer.identifier === this.#identifier ? this.take(answer) : {};
  }

  protected ask(kind: SnmpQuestion['kind'], names: readonly string[]): Step {
    this.#identifier += 1;
    const version = option(this.plan, 'version', 'v1') === 'v2c' ? 'v2c' : 'v1';
    const community = option(this.plan, 'community', 'public');
    const identifier = this.#identifier;
    return { send: encodeQuestion({ version, community, identifier, kind, names }) };
  }

  protected get ownNames(): readonly string[] {
    return this.#own.map(({ object }) => object);
  }

  protected forget(object: string | undefined): void {
    this.#own = this.#own.filter((one) => one.object !== object);
  }

  protected end(loads: readonly Load[], values: readonly SnmpValue[]): Step {
    const own = this.#own.flatMap(({ name, object, threshold, coefficient }) => {
      const used = Number(values.find((one) => one.name === object)?.value ?? Number.NaN);
      return Number.isFinite(used) ? [{ name, used, threshold, coefficient }] : [];
    });
    const all = [...loads, ...own];
    if (all.length === 0) return failed(noneOfThem);
    const dynamicRatio = weightOf(all);
    const used = all.map((load) => `${load.name} ${Math.round(load.used)}`).join(', ');
    const outcome: ProbeOutcome = {
      ok: true,
      detail: `${used}: ratio ${dynamicRatio}`,
      dynamicRatio,
    };
    return { outcome };
  }
}

class FixedQuestion extends SnmpConversation {
  #names: readonly string[];
  readonly #loads: (plan: InstancePlan, values: readonly SnmpValue[]) => readonly Load[];

  constructor(
    plan: InstancePlan,
    names: readonly string[],
    loads: (plan: InstancePlan, values: readonly SnmpValue[]) => readonly Load[],
  ) {
    super(plan);
    this.#names = names;
    this.#loads = loads;
  }

  begin(): Step {
    const names = [...this.#names, ...this.ownNames];
    return names.length === 0 ? failed('it has no value to ask for') : this.ask('get', names);
  }

  protected take(answer: SnmpAnswer): Step {
    const at = answer.errorIndex - 1;
    const all = [...this.#names, ...this.ownNames];
    if (answer.error === noSuchName && at >= 0 && all.length > 1) {
      // Version 1 refuses all for one that is not there (disks are only where the agent watches them).
      return this.#askWithout(all[at]);
    }
    if (answer.error === noSuchName) return failed(noneOfThem);
    if (answer.error !== 0) return failed(`the agent answered with error ${answer.error}`);
    return this.end(this.#loads(this.plan, answer.values), answer.values);
  }

  #askWithout(name: string | undefined): Step {
    this.#names = this.#names.filter((one) => one !== name);
    this.forget(name);
    return this.begin();
  }
}

const noSuchName = 2;
const noneOfThem = 'the agent has none of the values that are asked for';

/** UCD-SNMP-MIB. */
const ucd = {
  idle: '1.3.6.1.4.1.2021.11.11.0',
  memory: '1.3.6.1.4.1.2021.4.5.0',
  free: '1.3.6.1.4.1.2021.4.6.0',
  disk: '1.3.6.1.4.1.2021.9.1.9.1',
} as const;
const ucdNames = [ucd.idle, ucd.memory, ucd.free, ucd.disk];

function ucdLoads(plan: InstancePlan, values: readonly SnmpValue[]): readonly Load[] {
  const number = (name: string): number =>
    Number(values.find((one) => one.name === name)?.value ?? Number.NaN);
  const total = number(ucd.memory);
  const loads = [
    known(plan, 'cpu', 100 - number(ucd.idle)),
    known(plan, 'memory', total > 0 ? (100 * (total - number(ucd.free))) / total : Number.NaN),
    known(plan, 'disk', number(ucd.disk)),
  ];
  return loads.filter(({ used }) => Number.isFinite(used));
}

/** HOST-RESOURCES-MIB (RFC 2790), which agents of other systems have. */
const processorLoad = '1.3.6.1.2.1.25.3.3.1.2';
const storage = {
  type: '1.3.6.1.2.1.25.2.3.1.2',
  size: '1.3.6.1.2.1.25.2.3.1.5',
  used: '1.3.6.1.2.1.25.2.3.1.6',
} as const;
const ram = '1.3.6.1.2.1.25.2.1.2';
const fixedDisk = '1.3.6.1.2.1.25.2.1.4';
/** Rows of each table that are looked at. */
const maximumRows = 64;

/** Row after row, processors first, then memory and the fullest disk, then what the user asks for. */
class TableWalk extends SnmpConversation {
  #stage: 'processors' | 'storage' | 'own' = 'processors';
  #rows = 0;
  readonly #processors: number[] = [];
  #memory: number | undefined;
  #disk: number | undefined;

  begin(): Step {
    return this.ask('next', [processorLoad]);
  }

  protected take(answer: SnmpAnswer): Step {
    this.#rows += 1;
    if (this.#stage === 'processors') return this.#takeProcessor(answer);
    if (this.#stage === 'storage') return this.#takeStorage(answer);
    return this.end(this.#loads(), answer.error === 0 ? answer.values : []);
  }

  #takeProcessor({ error, values: [row] }: SnmpAnswer): Step {
    const isRow = error === 0 && row?.name.startsWith(`${processorLoad}.`) === true;
    if (isRow && typeof row.value === 'number') this.#processors.push(row.value);
    if (isRow && this.#rows < maximumRows) return this.ask('next', [row.name]);
    this.#stage = 'storage';
    this.#rows = 0;
    return this.ask('next', [storage.type, storage.size, storage.used]);
  }

  #takeStorage({ error, values }: SnmpAnswer): Step {
    const [type, size, used] = values;
    const isRow = error === 0 && type?.name.startsWith(`${storage.type}.`) === true;
    if (isRow && typeof size?.value === 'number' && typeof used?.value === 'number') {
      const share = size.value > 0 ? (100 * used.value) / size.value : 0;
      if (type.value === ram) this.#memory = share;
      if (type.value === fixedDisk) this.#disk = Math.max(this.#disk ?? 0, share);
    }
    if (isRow && size !== undefined && used !== undefined && this.#rows < maximumRows) {
      return this.ask('next', [type.name, size.name, used.name]);
    }
    if (this.ownNames.length === 0) return this.end(this.#loads(), []);
    this.#stage = 'own';
    return this.ask('get', this.ownNames);
  }

  #loads(): readonly Load[] {
    const count = this.#processors.length;
    const mean = this.#processors.reduce((sum, load) => sum + load, 0) / count;
    return [
      ...(count === 0 ? [] : [known(this.plan, 'cpu', mean)]),
      ...(this.#memory === undefined ? [] : [known(this.plan, 'memory', this.#memory)]),
      ...(this.#disk === undefined ? [] : [known(this.plan, 'disk', this.#disk)]),
    ];
  }
}

function failed(detail: string): Step {
  return { outcome: { ok: false, detail } };
}

/**
 * Transparent probes: the destination of the monitor is asked by way of the node, as by a gateway. An address that
 * nobody else has stands for the two together, so that any kind of probe can be made to it: the kernel routes what is
 * for it by the node, and changes it to the destination. Pure.
 */
import { type Address, addressOf, parseAddress } from '../base/address.ts';
import type { InstancePlan } from './instance-plan.ts';

export interface Detour {
  /** Of the node. */
  readonly gateway: Address;
  readonly destination: Address;
  /** What is probed in place of both. */
  readonly standIn: Address;
  /** Of its packets, and number of its routing table. */
  readonly mark: number;
}

/** Marks and tables of detours begin with it. */
const firstMark = 0x4d_00_00_00;
/** Each has a routing table of its own. */
const mostDetours = 256;
export const rulePreference = '4346';
const table = 'inet evenkeel_through';

/** What probes need of it. */
export type DetourLookup = Pick<DetourBook, 'of'>;

export class DetourBook {
  readonly #users = new Map<string, InstancePlan>();
  readonly #detours = new Map<string, Detour>();
  readonly #free = Array.from({ length: mostDetours }, (_, index) => index + 1).toReversed();

  /** These, and no others. */
  replace(plans: readonly InstancePlan[]): void {
    const kept = new Set(plans.map(({ id }) => id));
    this.change(
      plans,
      [...this.#users.keys()].filter((id) => !kept.has(id)),
    );
  }

  /** More than there is room for are left out. */
  change(set: readonly InstancePlan[], remove: readonly string[]): void {
    for (const id of [...remove, ...set.map((plan) => plan.id)]) this.#users.delete(id);
    for (const plan of set) if (plan.through !== undefined) this.#users.set(plan.id, plan);
    const wanted = new Map([...this.#users.values()].map((plan) => [keyOf(plan), plan]));
    for (const [key, { mark }] of this.#detours) {
      if (wanted.has(key)) continue;
      this.#detours.delete(key);
      this.#free.push(mark - firstMark);
    }
    for (const [key, plan] of wanted) {
      if (this.#detours.has(key)) continue;
      const detour = this.#make(plan);
      if (detour !== undefined) this.#detours.set(key, detour);
    }
  }

  /** Undefined: there is no room for it, or nobody wanted it. */
  of(plan: InstancePlan): Detour | undefined {
    return this.#detours.get(keyOf(plan));
  }

  all(): readonly Detour[] {
    return [...this.#detours.values()];
  }

  #make({ address, through = '' }: InstancePlan): Detour | undefined {
    const [gateway, destination] = [parseAddress(through), parseAddress(address)];
    if (gateway === undefined || gateway.family !== destination?.family) return undefined;
    const number = this.#free.pop();
    if (number === undefined) return undefined;
    const standIn = standInOf(number, gateway.family);
    return { gateway, destination, standIn, mark: firstMark + number };
  }
}

function keyOf({ address, through }: InstancePlan): string {
  return `${address} ${through}`;
}

/** In 240/4, which is nobody's (RFC 1112), and in the prefix for what is not to be used (RFC 9780). */
function standInOf(number: number, family: 4 | 6): Address {
  const low = [(number >> 8) & 0xff, number & 0xff];
  if (family === 4) return addressOf([240, 69, ...low]);
  return addressOf([0x01, 0, 0, 0, 0, 0, 0, 0x01, 0, 0, 0, 0, 0, 0x45, ...low]);
}

/** One transaction that makes the table, whatever was there. */
export function detourTable(detours: readonly Detour[]): string {
  const gone = [`add table ${table}`, `delete table ${table}`];
  if (detours.length === 0) return `${gone.join('\n')}\n`;
  const families = ([4, 6] as const).filter((family) =>
    detours.some(({ gateway }) => gateway.family === family),
  );
  const maps = families.flatMap((family) => {
    const own = detours.filter(({ gateway }) => gateway.family === family);
    const type = `ipv${family}_addr`;
    const marks = own.map(({ standIn, mark }) => `${standIn.text} : ${mark}`);
    const places = own.map(({ standIn, destination }) => `${standIn.text} : ${destination.text}`);
    return [
      `map marks${family} { type ${type} : mark; elements = { ${marks.join(', ')} } }`,
      `map places${family} { type ${type} : ${type}; elements = { ${places.join(', ')} } }`,
    ];
  });
  const each = (rule: (family: 4 | 6, ip: string) => string): readonly string[] =>
    families.map((family) => rule(family, family === 4 ? 'ip' : 'ip6'));
  return [
    ...gone,
    `table ${table} {`,
    ...maps,
    // Before the address changes: the new one is routed by the mark.
    'chain way {',
    'type route hook output priority mangle; policy accept;',
    ...each((family, ip) => `meta mark set ${ip} daddr map @marks${family}`),
    '}',
    'chain place {',
    'type nat hook output priority -100; policy accept;',
    ...each((family, ip) => `dnat ${ip} to ${ip} daddr map @places${family}`),
    '}',
    '}\n',
  ].join('\n');
}

/** What `ip` is told, when a detour comes and when it goes. */
export function detourCommands(detour: Detour): {
  readonly add: readonly (readonly string[])[];
  readonly remove: readonly (readonly string[])[];
} {
  const family = detour.gateway.family === 4 ? '-4' : '-6';
  const number = String(detour.mark);
  const rule = (verb: 'add' | 'del', ...match: readonly string[]): readonly string[] => [
    family,
    'rule',
    verb,
    'pref',
    rulePreference,
    ...match,
    'lookup',
    number,
  ];
  const matches = [
    ['to', detour.standIn.text],
    ['fwmark', number],
  ] as const;
  return {
    add: [
      [family, 'route', 'replace', 'default', 'via', detour.gateway.text, 'table', number],
      ...matches.map((match) => rule('add', ...match)),
    ],
    remove: [
      ...matches.map((match) => rule('del', ...match)),
      [family, 'route', 'flush', 'table', number],
    ],
  };
}

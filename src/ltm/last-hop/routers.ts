/** Routers that answers go back by, and the bit of the connection's label that stands for each. Pure. */
import { textHash } from '../../base/interface-names.ts';

/** More are not remembered: each costs a bit, a rule and a routing table. */
export const mostRouters = 32;
/** Of the 128 bits of a label; the last says that there is any. */
const bits = 120;
export const anyBit = 126;

export type WantedRouter =
  /** Packets came from it: known by its hardware address. */
  | {
      /** Interface that they came by; `device`: the one that answers leave by. */
      readonly came: string;
      readonly device: string;
      readonly hardware: string;
      readonly family: 4 | 6;
    }
  /** Member of a last hop pool. */
  | { readonly address: string; readonly family: 4 | 6 };

export type Router = WantedRouter & { readonly bit: number };

export function keyOf(router: WantedRouter): string {
  return 'address' in router
    ? router.address
    : `${router.came} ${router.hardware} ${router.family}`;
}

/** Bits stay the same while others come and go: connections carry them. */
export class RouterBook {
  #routers: ReadonlyMap<string, Router> = new Map();

  get all(): readonly Router[] {
    return [...this.#routers.values()];
  }

  /** These and no others; beyond `mostRouters` the last ones are left out. Says whether anything changed. */
  keep(wanted: readonly WantedRouter[]): boolean {
    const before = this.#routers;
    const next = new Map<string, Router>();
    for (const router of wanted) {
      const held = before.get(keyOf(router));
      if (held !== undefined && next.size < mostRouters) next.set(keyOf(router), held);
    }
    const taken = new Set([...next.values()].map(({ bit }) => bit));
    for (const router of wanted) {
      const key = keyOf(router);
      if (next.has(key) || next.size >= mostRouters) continue;
      let bit = textHash(key) % bits;
      while (taken.has(bit)) bit = (bit + 1) % bits;
      taken.add(bit);
      next.set(key, { ...router, bit });
    }
    this.#routers = next;
    return next.size !== before.size || [...next.keys()].some((key) => !before.has(key));
  }
}

const firstMark = 0x4c_00_00_00;
const markedTables = '4c';
/** Before the main table, after that of local addresses. */
export const rulePreference = '4347';

/** What packets to it carry; its routing table has the same number. */
export function markOfRouter({ bit }: Router): number {
  return firstMark + bit;
}

/** Ours, by the mark of an `ip rule`. */
export function isRouterMark(mark: string): boolean {
  return new RegExp(`^0x${markedTables}0000[0-9a-f]{2}$`).test(mark);
}

/** In the link-local networks, where nobody else is asked for it: it stands for the hardware address. */
function standIn(bit: number, family: 4 | 6): string {
  return family === 4 ? `169.254.69.${bit + 1}` : `fe80::4545:${(bit + 1).toString(16)}`;
}

/** What `ip` is told, when a router comes and when it goes. */
export function routerCommands(router: Router): {
  readonly add: readonly (readonly string[])[];
  readonly remove: readonly (readonly string[])[];
} {
  const number = String(markOfRouter(router));
  const family = `-${router.family}`;
  const match = ['pref', rulePreference, 'fwmark', number, 'lookup', number];
  const route = [family, 'route', 'replace', 'default', 'via'];
  const rule = [family, 'rule', 'add', ...match];
  const gone = [
    [family, 'rule', 'del', ...match],
    [family, 'route', 'flush', 'table', number],
  ];
  if ('address' in router)
    return { add: [[...route, router.address, 'table', number], rule], remove: gone };
  const { bit, device, hardware } = router;
  const gateway = standIn(bit, router.family);
  const known = [gateway, 'lladdr', hardware, 'dev', device, 'nud', 'permanent'];
  return {
    add: [
      [family, 'neigh', 'replace', ...known],
      [...route, gateway, 'dev', device, 'onlink', 'table', number],
      rule,
    ],
    remove: [...gone, [family, 'neigh', 'del', gateway, 'dev', device]],
  };
}

/**
 * Who probes a host that speaks no iQuery: one of the devices that may, the same for all that share the
 * configuration, so that each host is probed once (`prober-preference`, `prober-fallback` and `prober-pool`
 * of its server and data center, as BIG-IP describes them). Pure.
 */
import type { ConfigView } from '../../config/types.ts';
import { isEnabled, itemsOf } from '../objects.ts';
import { linkServerName } from '../places.ts';
import { numberOf, textOf } from '../values.ts';

export interface ProberRules {
  /** Who may probe the server's hosts, the better ones first; each is a set to choose one from. */
  readonly choices: readonly ProberChoice[];
}

export type ProberChoice =
  | { readonly kind: 'any' }
  | { readonly kind: 'inside' | 'outside'; readonly datacenter: string }
  /** `isOrdered`: the first that may; else any of them. */
  | { readonly kind: 'pool'; readonly servers: readonly string[]; readonly isOrdered: boolean };

/** A device that may probe now, and the `gtm server` objects that it belongs to. */
export interface EligibleProber {
  readonly device: string;
  readonly servers: readonly string[];
  readonly datacenters: readonly string[];
}

/** By the name of each server. */
export function readProberRules(view: ConfigView): ReadonlyMap<string, ProberRules> {
  const links = view.list('gtm link').map(({ name, properties }): [string, ProberRules] => {
    const inside = { kind: 'inside', datacenter: textOf(properties, 'datacenter') } as const;
    return [linkServerName(name), { choices: [inside, { kind: 'any' }] }];
  });
  return new Map([
    ...links,
    ...view.list('gtm server').map(({ name, properties }) => {
      const datacenter = textOf(properties, 'datacenter');
      const place = view.get('gtm datacenter', datacenter)?.properties ?? {};
      const word = (property: 'prober-preference' | 'prober-fallback', last: string): string => {
        const own = textOf(properties, property, 'inherit');
        return own === 'inherit' ? textOf(place, property, last) : own;
      };
      const own = textOf(properties, 'prober-pool', 'none');
      const pool = own === 'none' || own === '' ? textOf(place, 'prober-pool', 'none') : own;
      const words = [
        word('prober-preference', 'inside-datacenter'),
        word('prober-fallback', 'any-available'),
      ];
      const choices = words.flatMap((one) => choiceOf(view, one, datacenter, pool));
      return [name, { choices }] as const;
    }),
  ]);
}

function choiceOf(
  view: ConfigView,
  word: string,
  datacenter: string,
  pool: string,
): readonly ProberChoice[] {
  switch (word) {
    case 'inside-datacenter':
      return [{ kind: 'inside', datacenter }];
    case 'outside-datacenter':
      return [{ kind: 'outside', datacenter }];
    case 'any-available':
      return [{ kind: 'any' }];
    case 'pool': {
      const properties = view.get('gtm prober-pool', pool)?.properties;
      if (properties === undefined || !isEnabled(properties)) return [];
      const servers = itemsOf(properties, 'members')
        .filter(isEnabled)
        .toSorted((a, b) => numberOf(a, 'order', 0) - numberOf(b, 'order', 0))
        .map((member) => textOf(member, 'name'));
      const isOrdered = textOf(properties, 'load-balancing-mode') !== 'round-robin';
      return [{ kind: 'pool', servers, isOrdered }];
    }
    default:
      return [];
  }
}

/** Undefined: nobody may. Whoever asks gets the same answer while the same devices may. */
export function chooseProber(
  server: string,
  { choices }: ProberRules,
  eligible: readonly EligibleProber[],
): string | undefined {
  for (const choice of choices) {
    const found = choose(server, choice, eligible);
    if (found !== undefined) return found;
  }
  return undefined;
}

function choose(
  server: string,
  choice: ProberChoice,
  eligible: readonly EligibleProber[],
): string | undefined {
  switch (choice.kind) {
    case 'any':
      return nearest(server, eligible);
    case 'inside':
      return nearest(
        server,
        eligible.filter(({ datacenters }) => datacenters.includes(choice.datacenter)),
      );
    case 'outside':
      return nearest(
        server,
        eligible.filter(({ datacenters }) => {
          return datacenters.some((datacenter) => datacenter !== choice.datacenter);
        }),
      );
    case 'pool': {
      const members = choice.servers.map((name) =>
        eligible.filter(({ servers }) => servers.includes(name)),
      );
      if (!choice.isOrdered) return nearest(server, members.flat());
      const first = members.find((devices) => devices.length > 0);
      return first && nearest(server, first);
    }
  }
}

/** By weight of server and device together: a device that goes moves its own hosts only. */
function nearest(server: string, devices: readonly EligibleProber[]): string | undefined {
  let best: string | undefined;
  let most = -1;
  for (const { device } of devices) {
    const weight = hash(`${server} ${device}`);
    if (weight < most || (weight === most && best !== undefined && best < device)) continue;
    [best, most] = [device, weight];
  }
  return best;
}

/** FNV-1a, mixed once more: names that differ in their last letter are far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  value = Math.imul(value ^ (value >>> 16), 0x45d9f3b) >>> 0;
  return (value ^ (value >>> 16)) >>> 0;
}

/** From what the kernel holds to what it should hold, as `ip` commands in an order that works. Pure. */
import type { KernelLink, KernelRoute } from './kernel.ts';
import type { AddressPlan, LinkPlan, NetworkPlan, RoutePlan } from './types.ts';

/** Routes of ours carry this number, so that others' are left alone. */
export const routeProtocol = '219';

export interface KernelState {
  readonly links: ReadonlyMap<string, KernelLink>;
  /** Routes with our protocol number only. */
  readonly routes: Readonly<Record<4 | 6, readonly KernelRoute[]>>;
  /** Addresses and links that we made earlier; iproute2 of Debian 12 cannot mark addresses. */
  readonly owned: Owned;
}

export interface Owned {
  /** `<device> <address>/<length>`. */
  readonly addresses: readonly string[];
  /** Tagged VLAN devices. */
  readonly links: readonly string[];
}

export interface NetworkStep {
  readonly args: readonly string[];
  /** "Self IP /Common/x" or the like: whose refusal it would be. */
  readonly subject: string;
}

export interface NetworkDiff {
  readonly steps: readonly NetworkStep[];
  readonly problems: readonly string[];
}

export function diffNetwork(plan: NetworkPlan, kernel: KernelState): NetworkDiff {
  const problems: string[] = [];
  const links = plan.links.filter((link) => {
    const needed = link.tagged?.parent ?? link.device;
    if (kernel.links.has(needed)) return true;
    problems.push(`Vlan ${link.vlan}: interface ${needed} is not there`);
    return false;
  });
  const devices = new Set(links.map((link) => link.device));
  return {
    problems,
    steps: [
      ...removedRoutes(plan, kernel),
      ...removedAddresses(plan, kernel),
      ...removedLinks(plan, kernel),
      ...links.flatMap((link) => linkSteps(link, kernel)),
      ...plan.addresses
        .filter((address) => devices.has(address.device))
        .flatMap((address) => addressSteps(address, kernel)),
      ...plan.routes.flatMap((route) => routeSteps(route, kernel)),
    ],
  };
}

function removedRoutes(plan: NetworkPlan, kernel: KernelState): readonly NetworkStep[] {
  return ([4, 6] as const).flatMap((family) =>
    kernel.routes[family]
      .filter(
        (route) =>
          !plan.routes.some(
            (wanted) => wanted.family === family && wanted.destination === route.destination,
          ),
      )
      .map((route) => ({
        subject: `Route to ${route.destination}`,
        args: [
          `-${family}`,
          'route',
          'del',
          ...(route.isBlackhole ? ['blackhole'] : []),
          route.destination,
          'proto',
          routeProtocol,
        ],
      })),
  );
}

function removedAddresses(plan: NetworkPlan, kernel: KernelState): readonly NetworkStep[] {
  const wanted = new Set(plan.addresses.map(ownedAddress));
  return kernel.owned.addresses.flatMap((entry) => {
    const [device = '', text = ''] = entry.split(' ');
    const isThere = kernel.links.get(device)?.addresses.has(text) ?? false;
    if (wanted.has(entry) || !isThere) return [];
    return [{ subject: `Address ${text}`, args: ['addr', 'del', text, 'dev', device] }];
  });
}

export function ownedAddress(address: AddressPlan): string {
  return `${address.device} ${address.text}`;
}

function removedLinks(plan: NetworkPlan, kernel: KernelState): readonly NetworkStep[] {
  const wanted = new Set(plan.links.map((link) => link.device));
  return kernel.owned.links
    .filter((device) => !wanted.has(device) && kernel.links.has(device))
    .map((device) => ({ subject: `Vlan device ${device}`, args: ['link', 'del', device] }));
}

function linkSteps(link: LinkPlan, kernel: KernelState): readonly NetworkStep[] {
  const subject = `Vlan ${link.vlan}`;
  const present = kernel.links.get(link.device);
  const steps: NetworkStep[] = [];
  if (link.tagged !== undefined) {
    const { parent, tag } = link.tagged;
    if (kernel.links.get(parent)?.isUp === false) {
      steps.push({ subject, args: ['link', 'set', 'dev', parent, 'up'] });
    }
    if (present === undefined) {
      const kind = ['type', 'vlan', 'id', String(tag)];
      steps.push({ subject, args: ['link', 'add', 'link', parent, 'name', link.device, ...kind] });
    }
  }
  if (present?.mtu !== link.mtu) {
    steps.push({ subject, args: ['link', 'set', 'dev', link.device, 'mtu', String(link.mtu)] });
  }
  if ((present?.isUp ?? false) !== link.isEnabled) {
    const way = link.isEnabled ? 'up' : 'down';
    steps.push({ subject, args: ['link', 'set', 'dev', link.device, way] });
  }
  return steps;
}

/** Without duplicate address detection: the address is used at once, as on BIG-IP. */
function addressSteps(address: AddressPlan, kernel: KernelState): readonly NetworkStep[] {
  if (kernel.links.get(address.device)?.addresses.has(address.text) === true) return [];
  const flags = address.family === 6 ? ['nodad'] : ['broadcast', '+'];
  return [
    {
      subject: `Self IP ${address.self}`,
      args: ['addr', 'add', address.text, 'dev', address.device, ...flags],
    },
  ];
}

function routeSteps(route: RoutePlan, kernel: KernelState): readonly NetworkStep[] {
  const { target } = route;
  const isThere = kernel.routes[route.family].some(
    (held) =>
      held.destination === route.destination &&
      held.mtu === route.mtu &&
      held.isBlackhole === (target.kind === 'blackhole') &&
      held.gateway === (target.kind === 'gateway' ? target.address : undefined) &&
      (target.kind !== 'device' || held.device === target.device),
  );
  if (isThere) return [];
  const way: Readonly<Record<typeof target.kind, readonly string[]>> = {
    blackhole: [],
    gateway: target.kind === 'gateway' ? ['via', target.address] : [],
    device: target.kind === 'device' ? ['dev', target.device] : [],
  };
  const kind = target.kind === 'blackhole' ? ['blackhole'] : [];
  const mtu = route.mtu === 0 ? [] : ['mtu', String(route.mtu)];
  const place = [...kind, route.destination, ...way[target.kind]];
  return [
    {
      subject: `Route ${route.name}`,
      args: [`-${route.family}`, 'route', 'replace', ...place, 'proto', routeProtocol, ...mtu],
    },
  ];
}

/** The network plan: what the kernel is to hold for VLANs, self IPs and routes, as plain data. */
import type { Family } from '../base/address.ts';

export interface NetworkPlan {
  readonly links: readonly LinkPlan[];
  readonly addresses: readonly AddressPlan[];
  readonly routes: readonly RoutePlan[];
  readonly lockdown: LockdownPlan;
  /** Configured, but not possible here, and why. */
  readonly problems: readonly string[];
}

export interface LinkPlan {
  readonly vlan: string;
  /** Kernel name. */
  readonly device: string;
  /** A tagged VLAN is made on its interface; an untagged one is the interface. */
  readonly tagged: { readonly parent: string; readonly tag: number } | undefined;
  readonly mtu: number;
  /** As the `net interface` object says. */
  readonly isEnabled: boolean;
}

/** Floating addresses are the failover process's. */
export interface AddressPlan {
  readonly self: string;
  readonly device: string;
  readonly family: Family;
  /** `10.0.0.1/24`. */
  readonly text: string;
}

export interface RoutePlan {
  readonly name: string;
  readonly family: Family;
  /** As the kernel prints it: `default`, `10.0.0.0/8`, `10.0.0.1`. */
  readonly destination: string;
  readonly target:
    | { readonly kind: 'gateway'; readonly address: string }
    | { readonly kind: 'device'; readonly device: string }
    | { readonly kind: 'blackhole' };
  /** 0: the interface's. */
  readonly mtu: number;
}

export interface LockdownPlan {
  readonly selfs: readonly SelfServices[];
  /** Virtual servers and listeners on a self IP pass whatever the self IP allows. */
  readonly exempt: readonly Exemption[];
  /** Addresses of the trust domain's other devices: they reach TCP 4353 whatever the self IP allows (CMI). */
  readonly trusted: readonly Trusted[];
  /** Listeners that are not for every VLAN. */
  readonly vlanDoors: readonly VlanDoor[];
}

/** What comes in by any other way is not let in; the device's own questions are (loopback). */
export interface VlanDoor {
  readonly family: Family;
  /** Undefined: every address of the family. */
  readonly address: string | undefined;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** Kernel names. */
  readonly devices: readonly string[];
  /** Only by these, or by all but these. */
  readonly isOnly: boolean;
}

export interface Trusted {
  readonly family: Family;
  readonly address: string;
}

export interface SelfServices {
  readonly self: string;
  readonly family: Family;
  readonly address: string;
  readonly allows: Allowed;
}

export type Allowed =
  | { readonly kind: 'all' }
  | { readonly kind: 'list'; readonly services: readonly Service[] };

export interface Service {
  /** As nftables names it: tcp, udp, ospf, … */
  readonly protocol: string;
  /** 0 or absent: any. */
  readonly port: number;
}

export interface Exemption {
  readonly family: Family;
  readonly address: string;
  readonly protocol: 'tcp' | 'udp';
  /** 0: any. */
  readonly port: number;
}

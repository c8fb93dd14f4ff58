/** What `evenkeel join` makes of two devices: as what the one joins, what has to be done, what is in the way. Pure. */
import { parsePrefix, prefixContains } from '../base/address.ts';

/** What one side says of itself by REST. */
export interface JoinSide {
  readonly name: string;
  readonly version: string;
  /** "none" when it has none. */
  readonly configsyncIp: string;
  /** Its own self IPs, not the floating ones, as ADDRESS/LENGTH. */
  readonly selfIps: readonly string[];
  readonly listeners: number;
  readonly virtuals: number;
  /** Members of its trust domain, itself among them. */
  readonly domain: readonly string[];
  readonly synchronizes: boolean;
  readonly syncGroup: string;
}

export interface JoinFacts {
  readonly here: JoinSide;
  readonly there: JoinSide;
  /** Where the other one was reached. */
  readonly address: string;
  readonly fingerprint: string;
  /** Their clock minus ours, milliseconds. */
  readonly skewMilliseconds: number;
  /** What stands in the way of a common trust domain, as the device says it. */
  readonly preflight: readonly string[];
  /** As the user wants it. */
  readonly wanted: JoinKind | undefined;
}

/** `member`: one trust domain; `global`: and one set of names; `health`: is only asked for its health. */
export type JoinKind = 'member' | 'global' | 'health';
export const joinKinds: readonly JoinKind[] = ['member', 'global', 'health'];

export type JoinStep =
  | { readonly kind: 'address'; readonly on: 'here' | 'there'; readonly address: string }
  | { readonly kind: 'trust' }
  | { readonly kind: 'exchange' }
  | { readonly kind: 'synchronize'; readonly on: 'here' | 'there'; readonly group: string };

export interface JoinPlan {
  readonly kind: JoinKind;
  readonly steps: readonly JoinStep[];
  /** Each with its cure; nothing is done while there is one. */
  readonly faults: readonly string[];
}

const meaning: Readonly<Record<JoinKind, string>> = {
  member: 'as a member of its trust domain',
  global: 'as a global device: both answer from the same names',
  health: 'as a local device, which is asked for the health of its virtual servers',
};

export function planJoin(facts: JoinFacts): JoinPlan {
  const { here, there } = facts;
  const kind = facts.wanted ?? kindOf(here, there);
  if (kind === undefined) {
    const choice = 'say as what it joins: --as global, --as health, or --as member';
    return { kind: 'member', steps: [], faults: [`${there.name} has nothing yet: ${choice}`] };
  }
  const isMember = here.domain.includes(there.name);
  if (kind === 'health') {
    // Members of one domain may ask each other anyway.
    return { kind, steps: isMember ? [] : [{ kind: 'exchange' }], faults: [] };
  }
  const steps: JoinStep[] = isMember ? [] : [...addressSteps(here, there), { kind: 'trust' }];
  if (kind === 'global') {
    const group = here.syncGroup;
    if (!here.synchronizes) steps.push({ kind: 'synchronize', on: 'here', group });
    const isSame = there.synchronizes && there.syncGroup === group;
    if (!isSame) steps.push({ kind: 'synchronize', on: 'there', group });
  }
  return { kind, steps, faults: isMember ? [] : faultsOf(facts, steps) };
}

function kindOf(here: JoinSide, there: JoinSide): JoinKind | undefined {
  const isGlobal = here.listeners > 0 || here.synchronizes;
  if (!isGlobal) return 'member';
  if (there.listeners > 0 || there.synchronizes) return 'global';
  return there.virtuals > 0 ? 'health' : undefined;
}

/** Where sessions go; a network that both are in comes first. */
function addressSteps(here: JoinSide, there: JoinSide): JoinStep[] {
  const [near, far] = commonAddresses(here.selfIps, there.selfIps);
  const steps: JoinStep[] = [];
  if (here.configsyncIp === 'none' && near !== undefined) {
    steps.push({ kind: 'address', on: 'here', address: near });
  }
  if (there.configsyncIp === 'none' && far !== undefined) {
    steps.push({ kind: 'address', on: 'there', address: far });
  }
  return steps;
}

function commonAddresses(
  here: readonly string[],
  there: readonly string[],
): readonly [string | undefined, string | undefined] {
  const bare = (text: string | undefined): string | undefined => text?.replace(/[%/].*$/, '');
  for (const mine of here) {
    const network = parsePrefix(mine);
    const theirs = there.find((text) => {
      const other = parsePrefix(text);
      return network !== undefined && other !== undefined && prefixContains(network, other.address);
    });
    if (theirs !== undefined) return [bare(mine), bare(theirs)];
  }
  return [bare(here[0]), bare(there[0])];
}

function faultsOf({ here, there, preflight }: JoinFacts, steps: readonly JoinStep[]): string[] {
  const isSet = (on: 'here' | 'there'): boolean =>
    steps.some((step) => step.kind === 'address' && step.on === on);
  return preflight.filter((fault) => {
    if (!fault.startsWith('No ConfigSync address')) return true;
    const name = /for device ([^\s:]+):/.exec(fault)?.[1];
    return !((name === here.name && isSet('here')) || (name === there.name && isSet('there')));
  });
}

/** For people, before they are asked whether to go on. */
export function joinText(facts: JoinFacts, plan: JoinPlan): string {
  const { here, there } = facts;
  const skew = Math.abs(facts.skewMilliseconds);
  const side = facts.skewMilliseconds < 0 ? 'behind' : 'ahead of';
  const lines = [
    `${there.name} joins ${here.name} ${meaning[plan.kind]}`,
    `  address      ${facts.address}`,
    `  certificate  SHA-256 ${facts.fingerprint}`,
    `  version      ${there.version} (here ${here.version})`,
    `  clock        ${skew.toFixed(0)} ms ${side} ours`,
    ...plan.faults.map((fault) => `  in the way   ${fault}`),
  ];
  if (plan.faults.length > 0) return lines.join('\n');
  if (plan.steps.length === 0) return [...lines, 'There is nothing to do.'].join('\n');
  const steps = plan.steps.map((step, index) => `  ${index + 1}  ${stepText(step, here, there)}`);
  return [...lines, 'To do:', ...steps].join('\n');
}

export function stepText(step: JoinStep, here: JoinSide, there: JoinSide): string {
  switch (step.kind) {
    case 'address':
      return `${step.on === 'here' ? here.name : there.name} is reached for iQuery at ${step.address} (configsync-ip)`;
    case 'trust':
      return `${there.name} becomes a member of the trust domain of ${here.name} (cm add-to-trust)`;
    case 'exchange':
      return `${here.name} and ${there.name} exchange certificates (gtm bigip-add)`;
    case 'synchronize':
      return `${step.on === 'here' ? here.name : there.name} shares its names in the group "${step.group}" (gtm global-settings)`;
  }
}

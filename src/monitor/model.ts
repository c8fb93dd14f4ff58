/**
 * What the roll-up needs of the configuration, compiled once and then kept up by object: which monitors
 * watch which node and member, who belongs to whom, what operators have set. Pure.
 */
import { parseAddress } from '../base/address.ts';
import type { Properties, Value } from '../catalogue/types.ts';
import { isNameMember } from '../config/model/ephemeral.ts';
import { splitMember } from '../config/model/names.ts';
import type { ConfigView, EffectiveObject } from '../config/types.ts';
import type { InstancePlan } from './instance-plan.ts';
import { instanceFor, monitorSettings, noProbe, type MonitorSettings } from './plan.ts';
import { type MonitorRule, parseMonitorRule } from './rule.ts';

/** A monitor rule applied to one target. */
export interface MonitorUse {
  /** As statistics print it: "/Common/http (pool monitor)". */
  readonly label: string;
  readonly rule: MonitorRule;
  /** In the rule's order; undefined where a monitor cannot be applied to the target. */
  readonly instances: readonly (InstancePlan | undefined)[];
  /** Why some of its monitors say nothing of the target, in words. */
  readonly notes: readonly string[];
}

export interface TargetModel {
  readonly name: string;
  readonly use: MonitorUse | undefined;
  readonly isForcedDown: boolean;
  readonly isDisabled: boolean;
}

export interface NodeModel extends TargetModel {
  readonly key: `node ${string}`;
}

export interface MemberModel extends TargetModel {
  readonly key: `member ${string} ${string}`;
  readonly pool: string;
  readonly node: string;
  /** Put together once: each probe's result is looked up by it. */
  readonly nodeKey: `node ${string}`;
}

export interface PoolModel {
  readonly name: string;
  /** "none" without one. */
  readonly monitorRule: string;
  readonly members: ReadonlyMap<string, MemberModel>;
}

export interface VirtualModel {
  readonly name: string;
  readonly pool: string | undefined;
  readonly isDisabled: boolean;
  readonly virtualAddress: string | undefined;
  /** Names and addresses by which its virtual address may be found. */
  readonly places: readonly string[];
}

export interface VirtualAddressModel {
  readonly name: string;
  readonly isDisabled: boolean;
}

/** Monitors by name, looked up once in a compilation; words for one that cannot probe. */
export type MonitorLookup = (name: string) => MonitorSettings | string;

export function monitorLookup(view: ConfigView): MonitorLookup {
  const known = new Map<string, MonitorSettings | string>();
  return (name) => {
    const found = known.get(name) ?? monitorSettings(view, name) ?? noProbe(view, name);
    known.set(name, found);
    return found;
  };
}

/** `defaultRule`: that of `ltm default-node-monitor`, for nodes that say `default`. */
export function compileNode(
  object: EffectiveObject,
  defaultRule: MonitorRule | undefined,
  monitors: MonitorLookup,
): NodeModel {
  const { name, properties } = object;
  const isDefault = (properties['monitor'] ?? 'default') === 'default';
  const rule = isDefault ? defaultRule : ownRule(properties);
  const address = text(properties['address']) ?? lastPart(name);
  return {
    name,
    key: `node ${name}`,
    use: rule === undefined ? undefined : applyRule(rule, 'node monitor', address, 0, monitors),
    ...operatorState(properties),
  };
}

export function compilePool(
  object: EffectiveObject,
  view: ConfigView,
  monitors: MonitorLookup,
): PoolModel {
  const { name, properties } = object;
  const poolRule = ownRule(properties);
  const members = new Map<string, MemberModel>();
  for (const item of items(properties['members'])) {
    const member = compileMember(name, poolRule, item, view, monitors);
    if (member !== undefined) members.set(member.name, member);
  }
  return { name, monitorRule: poolRule === undefined ? 'none' : ruleText(poolRule), members };
}

function compileMember(
  pool: string,
  poolRule: MonitorRule | undefined,
  item: Properties,
  view: ConfigView,
  monitors: MonitorLookup,
): MemberModel | undefined {
  const name = text(item['name']);
  const parts = name === undefined ? undefined : memberPlace(name);
  if (name === undefined || parts === undefined) return undefined;
  const node = view.get('ltm node', parts.node);
  // What its name stands for are members of their own; itself it is none.
  if (isNameMember(item, node?.properties)) return undefined;
  const address =
    text(item['address']) ?? text(node?.properties['address']) ?? lastPart(parts.node);
  const isOwn = (text(item['monitor']) ?? 'default') !== 'default';
  const rule = isOwn ? ownRule(item) : poolRule;
  const label = isOwn ? 'member monitor' : 'pool monitor';
  return {
    name,
    key: `member ${pool} ${name}`,
    pool,
    node: parts.node,
    nodeKey: `node ${parts.node}`,
    use: rule === undefined ? undefined : applyRule(rule, label, address, parts.port, monitors),
    ...operatorState(item),
  };
}

export function compileVirtual(object: EffectiveObject, view: ConfigView): VirtualModel {
  const { name, properties } = object;
  const destination = text(properties['destination']);
  return {
    name,
    pool: text(properties['pool']),
    isDisabled: isFlaggedDisabled(properties),
    virtualAddress:
      destination === undefined ? undefined : virtualAddressOf(destination, name, view),
    places: destination === undefined ? [] : placesOf(destination, name),
  };
}

export function compileVirtualAddress(object: EffectiveObject): VirtualAddressModel {
  const enabled = object.properties['enabled'];
  return { name: object.name, isDisabled: enabled === 'no' || enabled === false };
}

/** `/Common/10.0.0.1:80`, `/Common/web-1:80`, `/Common/2001:db8::1.80`; port 0 is "any". */
export function memberPlace(name: string): { node: string; port: number } | undefined {
  const { node, port } = splitMember(name);
  if (port === '') return undefined;
  const number = Number(port);
  return { node, port: Number.isInteger(number) ? number : 0 };
}

/** The `ltm virtual-address` that a destination belongs to: of that name, or with that address. */
function virtualAddressOf(
  destination: string,
  virtual: string,
  view: ConfigView,
): string | undefined {
  const [name, place] = placesOf(destination, virtual);
  if (view.get('ltm virtual-address', name) !== undefined) return name;
  const bare = parseAddress(place);
  return bare === undefined
    ? undefined
    : view
        .list('ltm virtual-address')
        .find((object) => text(object.properties['address']) === place)?.name;
}

/** The name of its virtual address if it is named like the destination, and the bare address. */
function placesOf(destination: string, virtual: string): readonly [string, string] {
  const path = memberPlace(destination)?.node ?? destination;
  const folder = virtual.slice(0, virtual.lastIndexOf('/') + 1);
  return [path.startsWith('/') ? path : `${folder}${path}`, lastPart(path)];
}

function applyRule(
  rule: MonitorRule,
  label: string,
  address: string,
  port: number,
  monitors: MonitorLookup,
): MonitorUse {
  const notes: string[] = [];
  const instances = rule.monitors.map((name) => {
    const settings = monitors(name);
    const plan = typeof settings === 'string' ? settings : instanceFor(settings, { address, port });
    if (typeof plan === 'object') return plan;
    notes.push(plan ?? `${name} needs a port, and there is none`);
    return undefined;
  });
  return { label: `${ruleText(rule)} (${label})`, rule, instances, notes };
}

function ruleText(rule: MonitorRule): string {
  return rule.minimum < rule.monitors.length
    ? `min ${rule.minimum} of { ${rule.monitors.join(' ')} }`
    : rule.monitors.join(' and ');
}

export const defaultNodeMonitor = 'ltm default-node-monitor';

export function defaultNodeRule(view: ConfigView): MonitorRule | undefined {
  const rule = text(view.get(defaultNodeMonitor, '')?.properties['rule']);
  return rule === undefined ? undefined : parseMonitorRule(rule);
}

function ownRule(properties: Properties): MonitorRule | undefined {
  const rule = text(properties['monitor']);
  return rule === undefined || rule === 'default' ? undefined : parseMonitorRule(rule);
}

function operatorState(properties: Properties): { isForcedDown: boolean; isDisabled: boolean } {
  return {
    isForcedDown: properties['state'] === 'user-down',
    isDisabled: properties['session'] === 'user-disabled',
  };
}

function isFlaggedDisabled(properties: Properties): boolean {
  return properties['enabled'] === 'disabled' || properties['disabled'] === true;
}

function items(value: Value | undefined): readonly Properties[] {
  if (!Array.isArray(value)) return [];
  // Items are objects by the catalogue's type; anything else was refused before it was stored.
  return value.filter((item): item is Properties => typeof item === 'object' && item !== null);
}

function text(value: Value | undefined): string | undefined {
  return typeof value === 'string' && value !== '' && value !== 'none' ? value : undefined;
}

export function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

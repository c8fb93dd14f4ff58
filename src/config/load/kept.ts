/**
 * What loading a configuration never takes away, because the device would lose itself by it: its name, its
 * place in the trust domain, its management address, its administrator. Pure.
 */
import { gtmGroup, trustGroup } from '../../catalogue/cm/device-group.ts';
import { defaultFilesId } from '../../catalogue/sys/default-files.ts';
import type { Component, ComponentId, Properties } from '../../catalogue/types.ts';

/** `default`: the factory state. `file`: what a text says. */
export type LoadKind = 'default' | 'file';

/** Kept in the database only; no text names them. What the device made for itself is as good as its trust. */
const trustComponents = new Set<ComponentId>([
  'cm iquery-trust',
  'cm trust-domain',
  defaultFilesId,
]);
/** BIG-IP's files of the trust domain: of no use without the keys, which no archive of ours brings. */
const trustFiles = new Set<ComponentId>(['cm cert', 'cm crl', 'cm key']);

export function belongsToTrust(component: ComponentId, name: string): boolean {
  if (trustComponents.has(component) || trustFiles.has(component)) return true;
  return component === 'cm device-group' && (name === trustGroup || name === gtmGroup);
}

/** Of a device of the trust domain, or found out by it; its certificate is its own to renew. */
export const identityProperties: Readonly<Record<ComponentId, readonly string[]>> = {
  'cm device': ['certificate'],
  // What each device found out by itself.
  'ltm node': ['fqdn-addresses'],
};

/** The way to the device, and the ports that it has. */
const hardware = new Set<ComponentId>([
  'net interface',
  'sys management-ip',
  'sys management-route',
]);

/** Stays although the text does not name it. */
export function isKept(component: Component, name: string, kind: LoadKind): boolean {
  const { id } = component;
  if (belongsToTrust(id, name) || id === 'cm device') return true;
  // Neither made nor removed by users; database variables stay even at `default`.
  if (component.fixed === true || hardware.has(id)) return true;
  if (id === 'auth user') return name === administrator;
  // Who shares a folder is a matter of the group, which a text of one module does not mention.
  if (kind === 'default') return false;
  return id === 'cm device-group' || (id === 'sys folder' && (name === '/' || name === '/Common'));
}

const administrator = 'admin';

/** What stays of an object that otherwise goes back to its stock. */
export function keptProperties(component: ComponentId, properties: Properties): Properties {
  const hostname = properties['hostname'];
  return component === 'sys global-settings' && hostname !== undefined ? { hostname } : {};
}

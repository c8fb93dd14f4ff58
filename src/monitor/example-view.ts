/** A configuration view from plain data, for tests of plans and roll-ups. */
import type { Properties } from '../catalogue/types.ts';
import type { ConfigView, EffectiveObject } from '../config/types.ts';

export type ExampleObjects = Readonly<Record<string, Readonly<Record<string, Properties>>>>;

export function exampleView(objects: ExampleObjects, sequence = 1): ConfigView {
  const get = (component: string, name: string): EffectiveObject | undefined => {
    const properties = objects[component]?.[name];
    if (properties === undefined) return undefined;
    const stored = {
      component,
      name,
      properties,
      generation: 1,
      version: { wall: sequence, counter: 0 },
    };
    return { component, name, properties, stored };
  };
  const list = (component: string): EffectiveObject[] =>
    Object.keys(objects[component] ?? {})
      .toSorted()
      .flatMap((name) => get(component, name) ?? []);
  return {
    sequence,
    deviceName: 'a',
    get,
    stored: (component: string, name: string) => get(component, name)?.stored,
    list,
    names: (component: string) => list(component).map(({ name }) => name),
    count: (component: string) => list(component).length,
    plain: (secret) => secret,
    referrers: () => [],
  };
}

const http = { interval: 5, timeout: 16, send: String.raw`GET /\r\n`, destination: '*:*' };

/** Two web pools sharing a node, one virtual server on each. */
export const exampleObjects: ExampleObjects = {
  'ltm monitor http': { '/Common/http': http },
  'ltm monitor tcp': { '/Common/tcp': { interval: 5, timeout: 16, destination: '*:*' } },
  'ltm monitor https': { '/Common/https_443': { ...http, destination: '*:443' } },
  'ltm monitor icmp': { '/Common/icmp': { interval: 5, timeout: 16, destination: '*' } },
  'ltm node': {
    '/Common/10.0.0.1': { address: '10.0.0.1', monitor: '/Common/icmp' },
    '/Common/10.0.0.2': { address: '10.0.0.2', monitor: 'default' },
    '/Common/2001:db8::1': { address: '2001:db8::1' },
  },
  'ltm pool': {
    '/Common/web': {
      monitor: '/Common/http',
      members: [
        { name: '/Common/10.0.0.1:80', address: '10.0.0.1' },
        { name: '/Common/10.0.0.2:80', address: '10.0.0.2' },
      ],
    },
    '/Common/api': {
      monitor: 'min 1 of { /Common/tcp /Common/https_443 }',
      members: [
        { name: '/Common/10.0.0.1:80', address: '10.0.0.1' },
        { name: '/Common/2001:db8::1.8080', monitor: '/Common/http and /Common/tcp' },
      ],
    },
  },
  'ltm virtual': {
    '/Common/web_vs': {
      destination: '/Common/198.18.0.10:80',
      pool: '/Common/web',
      enabled: 'enabled',
    },
  },
  'ltm virtual-address': { '/Common/198.18.0.10': { address: '198.18.0.10', enabled: 'yes' } },
};

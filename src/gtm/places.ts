/** Links and distributed applications of the configuration, as this room thinks of them. Pure. */
import { parseAddress } from '../base/address.ts';
import type { ConfigView } from '../config/types.ts';
import { noLimits } from './limits.ts';
import { isEnabled, itemsOf, virtualServerKey, type GtmServer } from './objects.ts';
import { numberOf, textOf } from './values.ts';

/** A link is known by this where servers are: its routers are probed as hosts that speak no iQuery. */
export function linkServerName(link: string): string {
  return `link ${link}`;
}

/** Each link as a server whose virtual servers are its routers. */
export function readLinkServers(view: ConfigView): readonly GtmServer[] {
  return view.list('gtm link').map(({ name: linkName, properties }): GtmServer => {
    const name = linkServerName(linkName);
    const routers = itemsOf(properties, 'router-addresses').map((item) => textOf(item, 'name'));
    return {
      name,
      linkName,
      datacenter: textOf(properties, 'datacenter'),
      enabled: isEnabled(properties),
      isBigip: false,
      devices: [],
      measuresPaths: false,
      discovery: 'disabled',
      monitorRule: textOf(properties, 'monitor'),
      limits: { ...noLimits, cpuPercent: undefined, memoryKilobytes: undefined },
      monitor: { name: '', intervalSeconds: 30, timeoutSeconds: 90 },
      virtualServers: routers.map((router) => {
        const address = parseAddress(router);
        return {
          name: router,
          key: virtualServerKey(name, router),
          endpoint: address && { address, port: 0 },
          inside: router,
          isTranslated: false,
          ltmName: '',
          enabled: true,
          dependsOn: [],
          link: '',
          limits: noLimits,
          monitorRule: '',
        };
      }),
    };
  });
}

export interface GtmApp {
  readonly name: string;
  readonly isEnabled: boolean;
  /** Full names, of types a and aaaa. */
  readonly wideIps: ReadonlySet<string>;
  readonly level: 'none' | 'datacenter' | 'link' | 'server' | 'wideip';
  /** Data centers, servers and links that it does without. */
  readonly disabledContexts: ReadonlySet<string>;
  /** A resolver stays in one data center. */
  readonly persistence?: {
    readonly seconds: number;
    readonly cidrIpv4: number;
    readonly cidrIpv6: number;
  };
}

export function readApps(view: ConfigView): readonly GtmApp[] {
  return view.list('gtm distributed-app').map(({ name, properties }) => {
    const isPersistent = textOf(properties, 'persistence', 'disabled') === 'enabled';
    return {
      name,
      isEnabled: isEnabled(properties),
      wideIps: new Set(namesOf(properties['wideips'])),
      // The catalogue allows only these words.
      level: textOf(properties, 'dependency-level', 'none') as GtmApp['level'],
      disabledContexts: new Set(namesOf(properties['disabled-contexts'])),
      ...(isPersistent && {
        persistence: {
          seconds: numberOf(properties, 'ttl-persistence', 3_600),
          cidrIpv4: numberOf(properties, 'persist-cidr-ipv4', 32),
          cidrIpv6: numberOf(properties, 'persist-cidr-ipv6', 128),
        },
      }),
    };
  });
}

function namesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

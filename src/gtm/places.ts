/** Links and distributed applications of the configuration, as this room thinks of them. Pure. */
import { parseAddress } from '../base/address.ts';
import type { Properties } from '../catalogue/types.ts';
import type { ConfigView } from '../config/types.ts';
import { limitOf, limitsOf, noLimits } from './limits.ts';
import type { LinkTerms } from './link-load.ts';
import { isEnabled, itemsOf, virtualServerKey, type GtmServer } from './objects.ts';
import { numberOf, textOf } from './values.ts';

/** A link is known by this where servers are: its routers are probed as hosts that speak no iQuery. */
export function linkServerName(link: string): string {
  return `link ${link}`;
}

/** Each link as a server whose virtual servers are its routers. */
export function readLinkServers(
  view: ConfigView,
  servers: readonly GtmServer[],
): readonly GtmServer[] {
  return view.list('gtm link').map(({ name: linkName, properties }): GtmServer => {
    const name = linkServerName(linkName);
    const datacenter = textOf(properties, 'datacenter');
    const routers = itemsOf(properties, 'router-addresses').map((item) => textOf(item, 'name'));
    return {
      name,
      linkName,
      linkTerms: readLinkTerms(properties),
      datacenter,
      enabled: isEnabled(properties),
      isBigip: false,
      // They say what passes it.
      devices: servers.flatMap((server) =>
        server.isBigip && server.datacenter === datacenter ? server.devices : [],
      ),
      measuresPaths: false,
      discovery: 'disabled',
      linkDiscovery: 'disabled',
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
          explicitLink: '',
          limits: noLimits,
          monitorRule: '',
        };
      }),
    };
  });
}

export function readLinkTerms(link: Properties): LinkTerms {
  return {
    limits: limitsOf(link),
    inbound: limitOf(link, 'limit-max-inbound-bps', 'limit-max-inbound-bps-status'),
    outbound: limitOf(link, 'limit-max-outbound-bps', 'limit-max-outbound-bps-status'),
    weighting: textOf(link, 'weighting') === 'price-dynamic' ? 'price-dynamic' : 'ratio',
    ratio: numberOf(link, 'link-ratio', 1),
    isDuplexBilled: textOf(link, 'duplex-billing', 'enabled') === 'enabled',
    prepaid: numberOf(link, 'prepaid-segment', 0),
    segments: itemsOf(link, 'cost-segments')
      .map((item) => ({
        upTo: Number(textOf(item, 'name')),
        price: numberOf(item, 'dollars-per-mbps', 0),
      }))
      .toSorted((a, b) => a.upTo - b.upTo),
  };
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

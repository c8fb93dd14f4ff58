/** What a tcp profile says of connections of clients, as far as HAProxy and the kernel do it. Pure. */
import { numberValue, textValue } from '../config/property-values.ts';
import type { EffectiveObject } from '../config/types.ts';
import type { TcpSettings } from './types.ts';

const defaultKeepAlive = 1800;
/** What the kernel takes. */
const [leastSegment, mostSegment] = [500, 65_535];

export function tcpSettings(profile: EffectiveObject | undefined): TcpSettings {
  const properties = profile?.properties ?? {};
  const segment = numberValue(properties, 'max-segment-size', 0);
  return {
    keepAliveSeconds: numberValue(properties, 'keep-alive-interval', defaultKeepAlive),
    isDeferred: textValue(properties, 'deferred-accept') === 'enabled',
    segmentBytes:
      segment >= leastSegment && segment <= mostSegment && segment !== usualSegment
        ? segment
        : undefined,
  };
}

/** BIG-IP's default is that of Ethernet: the kernel finds it by itself. */
const usualSegment = 1460;

import { networkInterfaces } from 'node:os';
import { readTextIfPresent } from './files.ts';

export interface ManagementNetwork {
  readonly prefixLength: number;
  /** IPv4 router of the default route on the same interface. */
  readonly gateway: string | undefined;
}

/** What the host has the management address with; undefined while it has none such. */
export function managementNetwork(address: string): ManagementNetwork | undefined {
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    const own = addresses?.find((one) => one.address === address);
    const length = Number(own?.cidr?.split('/')[1]);
    if (own !== undefined && Number.isInteger(length)) {
      return { prefixLength: length, gateway: defaultGateway(name) };
    }
  }
  return undefined;
}

/** /proc/net/route: words are little-endian. */
function defaultGateway(device: string): string | undefined {
  for (const line of (readTextIfPresent('/proc/self/net/route') ?? '').split('\n').slice(1)) {
    const [name, destination, gateway = ''] = line.trim().split(/\s+/);
    if (name !== device || destination !== '00000000' || /^0*$/.test(gateway)) continue;
    const bytes = gateway.match(/../g)?.map((byte) => Number.parseInt(byte, 16)) ?? [];
    return bytes.toReversed().join('.');
  }
  return undefined;
}

import { systemClock, waitUntil } from '../src/platform/clock.ts';
import type { Lab } from './lab.ts';
import { transaction } from './rest.ts';
import { type DeviceNode, ipv4, ipv6, managementNetwork, octetOf, vlanNames } from './topology.ts';

const restReadyLimitMilliseconds = 60_000;

/** VLANs, non-floating self IPs and the default routes of one device, as an operator would post them. */
export async function configureNetwork(lab: Lab, device: DeviceNode): Promise<void> {
  const rest = lab.rest(device.name);
  await waitUntil(systemClock, `REST of ${device.name}`, restReadyLimitMilliseconds, async () => {
    try {
      return (await rest.send('GET', '/mgmt/tm/sys/ready')).status === 200;
    } catch {
      return false;
    }
  });
  await transaction(rest, networkRequests(lab, device));
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body: object;
}

function networkRequests(lab: Lab, device: DeviceNode): readonly Request[] {
  const vlans: Request[] = [];
  const selves: Request[] = [];
  const routes: Request[] = [];
  for (const leg of device.legs) {
    const vlan = vlanNames[leg.interface];
    if (leg.network === managementNetwork || vlan === undefined) continue;
    const octet = octetOf(lab.topology, leg.network, lab.slot);
    vlans.push(
      post('net/vlan', { name: vlan, interfaces: [{ name: leg.interface, untagged: true }] }),
    );
    const self = { vlan: `/Common/${vlan}`, allowService: ['default'] };
    selves.push(
      post('net/self', { name: `self_${vlan}`, address: `${ipv4(octet, leg.host)}/24`, ...self }),
      post('net/self', { name: `self6_${vlan}`, address: `${ipv6(octet, leg.host)}/64`, ...self }),
    );
    if (leg.gateway === undefined) continue;
    routes.push(
      post('net/route', { name: 'default', network: 'default', gw: ipv4(octet, leg.gateway) }),
      post('net/route', {
        name: 'default6',
        network: 'default-inet6',
        gw: ipv6(octet, leg.gateway),
      }),
    );
  }
  return [...vlans, ...selves, ...routes];
}

function post(component: string, body: object): Request {
  return { method: 'POST', path: `/mgmt/tm/${component}`, body };
}

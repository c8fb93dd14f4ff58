import { join } from 'node:path';
import { readTextIfPresent } from '../src/platform/files.ts';
import type { Lab } from './types.ts';
import { transaction } from './rest.ts';
import { eventually, notYet } from './wait.ts';
import { type DeviceNode, ipv4, ipv6, managementNetwork, octetOf, vlanNames } from './topology.ts';

const restReadyLimitMilliseconds = 60_000;

/** VLANs, non-floating self IPs and the default routes of one device, as an operator would post them. */
export async function configureNetwork(lab: Lab, device: DeviceNode): Promise<void> {
  const rest = lab.rest(device.name);
  await eventually(`REST of ${device.name}`, restReadyLimitMilliseconds, async () => {
    const answer = await rest.send('GET', '/mgmt/tm/sys/ready').catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      return notYet(`${why}; control said: ${lastLine(lab, device)}`);
    });
    return answer.status === 200 ? true : notYet(`status ${answer.status}`);
  });
  await transaction(rest, networkRequests(lab, device));
}

/** Why a control process does not come up stands at the end of what it wrote; the lab will be gone. */
function lastLine(lab: Lab, device: DeviceNode): string {
  const text = readTextIfPresent(join(lab.folder(device.name), 'log', 'control.out')) ?? '';
  const lines = text.split('\n').filter((line) => /\w*Error\b/.test(line));
  return lines.at(-1) ?? '(nothing)';
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

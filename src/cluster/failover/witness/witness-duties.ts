/** Which groups this device is a witness of, request by request. Pure. */
import type { IqueryBodies } from '../../../iquery/types.ts';
import { profileNamed } from '../control/plan.ts';
import type { SocketAddress, Voter, WitnessDuty } from '../types.ts';

type WitnessRequest = IqueryBodies['witnessRequest'];

/**
 * `asker` is the device that the session's certificate names; it may be of another trust domain. A device is
 * in one failover group, so its request takes the place of what it asked for before, and of what the group
 * with the same key did; nobody takes away the witness of a group that he is not in.
 */
export function dutiesAfter(
  duties: readonly WitnessDuty[],
  request: WitnessRequest,
  asker: string,
  deviceName: string,
): readonly WitnessDuty[] {
  const duty = dutyOf(request, deviceName);
  const isWithdrawn = request.members.length === 0;
  const isReplaced = ({ group, key }: WitnessDuty): boolean => {
    const isNamed = group.deviceGroup === request.group;
    if (isNamed && key === duty.key) return true;
    return (isNamed || !isWithdrawn) && group.members.some(({ device }) => device === asker);
  };
  const rest = duties.filter((one) => !isReplaced(one));
  return isWithdrawn ? rest : [...rest, duty];
}

function dutyOf(request: WitnessRequest, deviceName: string): WitnessDuty {
  const members = request.members.map((member): Voter => ({
    device: member.device,
    addresses: member.addresses.flatMap(parseSocketAddress),
  }));
  return {
    key: Buffer.from(request.key).toString('base64'),
    group: {
      device: deviceName,
      deviceGroup: request.group,
      members,
      // It is one of the voters; whoever else witnesses is no business of a voter.
      witnesses: [{ device: deviceName, addresses: [] }],
      profile: profileNamed(request.profile),
      trafficGroups: [],
      capacity: {},
    },
  };
}

/** "198.18.0.1:1026", "[fd00::1]:1026"; nothing for anything else. */
export function parseSocketAddress(text: string): readonly SocketAddress[] {
  const match = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+)):(\d{1,5})$/.exec(text);
  const address = match?.[1] ?? match?.[2];
  return match === null || address === undefined ? [] : [{ address, port: Number(match[3]) }];
}

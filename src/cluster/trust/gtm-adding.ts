import { type Outcome, succeeded } from '../../base/fault.ts';
import type { Value } from '../../catalogue/types.ts';
import { type ActionRequest, refuse } from '../../config/runtime-state.ts';
import type { ConfigView } from '../../config/types.ts';
import { addToTrust } from './adding.ts';
import type { TrustContext } from './context.ts';
import { readIdentity } from './documents.ts';
import { members } from './domain.ts';
import { originOf, placeOf } from './parameters.ts';
import { openRemote } from './remote.ts';

/** gtm-add: another global device joins the trust domain and the synchronisation group of this one. */

type Answer = Outcome<Readonly<Record<string, Value>>>;

const general = 'gtm global-settings general';

export async function gtmAdd(context: TrustContext, request: ActionRequest): Promise<Answer> {
  const { clock, log, store } = context.options;
  const view = store.view();
  const place = placeOf(request.parameters);
  if (!isGlobal(view)) return refuse(otherWayRound(view, place.address));
  const group = view.get(general, '')?.properties['synchronization-group-name'] ?? 'default';
  const remote = await openRemote(place, log, clock.wallMilliseconds());
  const them = readIdentity(await remote.ask('identity', {}));
  if (them === undefined) return refuse(`Device ${place.address} sent an incomplete identity.`);
  const isMember = members(view).some(({ device }) => device === them.device);
  if (!isMember) {
    const parameters = { ...request.parameters, 'device-name': them.device };
    const added = await addToTrust(context, { ...request, parameters });
    if (!added.ok) return added;
  }
  if (!synchronizes(view)) {
    const properties = { synchronization: 'yes' };
    const reason = `${them.device} added as a global device`;
    context.commit(originOf(request, reason), [
      { kind: 'modify', component: general, name: '', properties },
    ]);
  }
  // It serves names of its own until it hears of ours: the group merges, and nothing is overwritten.
  await remote.patch('gtm/global-settings/general', {
    synchronization: 'yes',
    synchronizationGroupName: group,
  });
  const commandResult = `${them.device} shares the names of ${view.deviceName} (group "${group}")\n`;
  return succeeded({ deviceName: them.device, commandResult });
}

function synchronizes(view: ConfigView): boolean {
  return view.get(general, '')?.properties['synchronization'] === 'yes';
}

function isGlobal(view: ConfigView): boolean {
  return (
    synchronizes(view) ||
    ['gtm server', 'gtm listener', 'gtm wideip a'].some((one) => view.names(one).length > 0)
  );
}

/** BIG-IP's script is run on the new device; here the one that has the names takes the other one in. */
function otherWayRound(view: ConfigView, there: string): string {
  const own = view.list('cm device').find(({ properties }) => properties['self-device'] === 'true');
  const address = own?.properties['management-ip'] ?? 'ADDRESS OF THIS DEVICE';
  return (
    `This device (${view.deviceName}) has no names to share: say it on the one that has them (${there}), ` +
    `and name this one: run gtm gtm-add device ${address} username USER password PASSWORD`
  );
}

import { FaultError, type Outcome, succeeded } from '../../base/fault.ts';
import type { Properties, Value } from '../../catalogue/types.ts';
import { type ActionRequest, refuse } from '../../config/runtime-state.ts';
import type { CommitOrigin } from '../../config/types.ts';
import { probeTcp } from '../../platform/pinned-https.ts';
import { signRequest } from './certificates.ts';
import { type IdentityDocument, readExchange, readIdentity } from './documents.ts';
import {
  admitOperations,
  devicePath,
  domainContent,
  members,
  removeOperations,
  rootName,
} from './domain.ts';
import { ownAuthority, takeAuthority } from './exchange.ts';
import { preflightFaults, type PreflightSide, unreachableFault } from './preflight.ts';
import { openRemote, type Remote, type RemotePlace } from './remote.ts';
import type { TrustContext } from './context.ts';

/** add-to-trust, remove-from-trust, reset of the trust domain, bigip-add. */

type Answer = Outcome<Readonly<Record<string, Value>>>;
type Command = (context: TrustContext, request: ActionRequest) => Promise<Answer>;

export function registerTrustCommands(context: TrustContext): void {
  const provide = (component: string, command: string, run: Command): void => {
    context.options.state.provideAction(component, command, async (request) => {
      try {
        return await context.alone(() => run(context, request));
      } catch (error) {
        if (error instanceof FaultError) return { ok: false, faults: [error.fault] };
        const message = error instanceof Error ? error.message : String(error);
        context.options.log.write('err', `${command} ${component}: ${message}`);
        return refuse(message);
      }
    });
  };
  provide('cm add-to-trust', 'run', addToTrust);
  provide('cm remove-from-trust', 'run', removeFromTrust);
  provide('cm trust-domain', 'delete', resetTrust);
  provide('cm device', 'mv', renameDevice);
  provide('gtm bigip-add', 'run', bigipAdd);
}

/** Whoever asked gives the reason; otherwise it is what was asked. */
function originOf({ origin, user }: ActionRequest, reason: string): CommitOrigin {
  return { reason, ...(origin ?? { user, source: 'rest' }) };
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function placeOf(parameters: Properties): RemotePlace {
  const text = (name: string): string | undefined => {
    const value = parameters[name];
    return value === undefined || value === '' ? undefined : String(value);
  };
  const sha1 = text('sha1-fingerprint');
  const sha256 = text('sha256-fingerprint');
  return {
    address: text('device') ?? '',
    port: Number(text('port') ?? 443),
    user: text('username') ?? 'admin',
    password: text('password') ?? '',
    ...(sha1 !== undefined && { sha1 }),
    ...(sha256 !== undefined && { sha256 }),
  };
}

async function addToTrust(context: TrustContext, request: ActionRequest): Promise<Answer> {
  const { options } = context;
  const { store, log, clock } = options;
  if (request.parameters['ca-device'] === 'non-ca-device') {
    return refuse('Subordinate devices (non-ca-device) are not supported: use ca-device.');
  }
  const root = store.view().get('cm trust-domain', rootName)?.properties;
  const authority = {
    certificate: root?.['ca-cert'] ?? '',
    key: store.view().plain(root?.['ca-key'] ?? ''),
  };
  if (authority.key === '') {
    return refuse('This device is not a certificate signing authority; add the device on one.');
  }
  const place = placeOf(request.parameters);
  const remote = await openRemote(place, log);
  const asked = clock.wallMilliseconds();
  const them = readIdentity(await remote.ask('identity', {}));
  if (them === undefined) return refuse(`Device ${place.address} sent an incomplete identity.`);
  const skew = them.wallMilliseconds - (asked + clock.wallMilliseconds()) / 2;
  const faults = await preflight(context, remote, them, skew);
  if (faults.length > 0) return refuse(faults.join(' '));
  const certificate = await signRequest(
    authority,
    them.request,
    { device: them.device, domain: root?.guid ?? '' },
    clock.wallMilliseconds(),
  );
  const joiner = { device: them.device, properties: them.properties, certificate };
  context.commit(
    originOf(request, `${them.device} added to trust`),
    admitOperations(store.view(), joiner),
  );
  try {
    // Plain: the joiner gets the master key only once it is a member. The connection is pinned.
    const content = domainContent(store.view()).map((one) => store.secrets.opened(one));
    await remote.ask('join', { from: options.store.view().deviceName, certificate, content });
  } catch (error) {
    context.commit(
      originOf(request, `${them.device} could not join`),
      removeOperations(store.view(), them.device),
    );
    throw error;
  }
  log.write('notice', `device ${them.device} added to the trust domain by ${request.user}`);
  return succeeded({});
}

async function preflight(
  { options }: TrustContext,
  remote: Remote,
  them: IdentityDocument,
  skewMilliseconds: number,
): Promise<readonly string[]> {
  const own = options.store
    .view()
    .get('cm device', devicePath(options.store.view().deviceName))?.properties;
  const us: PreflightSide = {
    device: options.store.view().deviceName,
    software: options.software,
    configsyncIp: own?.['configsync-ip'] ?? 'none',
  };
  const side: PreflightSide = {
    device: them.device,
    software: them.software,
    configsyncIp: textOf(them.properties['configsync-ip']) ?? 'none',
  };
  const faults = preflightFaults({ us, them: side, skewMilliseconds });
  if (faults.length > 0) return faults;
  // Only the way that the session will take has to be open.
  const port = options.iqueryPort;
  const isOurCall = us.device < side.device;
  const [caller, called] = isOurCall ? [us, side] : [side, us];
  const address = called.configsyncIp;
  const reason = isOurCall
    ? await probeTcp(address, port)
    : await probeThere(remote, address, port);
  if (reason === '') return [];
  return [unreachableFault(caller.device, called.device, address, port, reason)];
}

async function probeThere(remote: Remote, address: string, port: number): Promise<string> {
  const answer = await remote.ask('probe', { address, port });
  const isAnswer = typeof answer === 'object' && answer !== null && 'reason' in answer;
  return isAnswer ? String(answer.reason) : 'no answer';
}

async function removeFromTrust(context: TrustContext, request: ActionRequest): Promise<Answer> {
  const { store, log } = context.options;
  const { deviceName } = store.view();
  const given = textOf(request.parameters['device-name']) ?? '';
  const device = given.slice(given.lastIndexOf('/') + 1);
  const isMember = members(store.view()).some((member) => member.device === device);
  if (!isMember) {
    return refuse(`The requested device (${devicePath(device)}) was not found.`, 404, '01020036');
  }
  if (device === deviceName) {
    return refuse(
      `This device cannot remove itself (${device}): reset its trust domain (delete cm trust-domain all), or remove it on another device.`,
    );
  }
  const origin = originOf(request, `${device} removed from trust`);
  context.commit(origin, removeOperations(store.view(), device));
  log.write('notice', `device ${device} removed from the trust domain by ${request.user}`);
  return succeeded({});
}

/** It goes into certificates and file names. */
const deviceNames = /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/;

/** `mv cm device`: only a device that is alone; in a domain the others know it by its name. */
async function renameDevice(context: TrustContext, request: ActionRequest): Promise<Answer> {
  const view = context.options.store.view();
  const [from, to] = ['name', 'target'].map((parameter) => {
    const given = textOf(request.parameters[parameter]) ?? '';
    return given.slice(given.lastIndexOf('/') + 1);
  });
  if (from === undefined || to === undefined || !deviceNames.test(to)) {
    return refuse(
      `The new name of the device (${to}) may have letters, digits, ".", "-" and "_", 253 at most.`,
    );
  }
  if (view.get('cm device', devicePath(from)) === undefined) {
    return refuse(`The requested device (${devicePath(from)}) was not found.`, 404, '01020036');
  }
  if (from === to) return succeeded({});
  if (members(view).length > 1) {
    return refuse(
      `The device (${devicePath(from)}) is in a trust domain with others, which know it by its name: remove it from trust, rename it, and add it again.`,
    );
  }
  const reason = `renamed from ${from} to ${to}`;
  await context.rename(originOf(request, reason), to);
  return succeeded({});
}

async function resetTrust(context: TrustContext, request: ActionRequest): Promise<Answer> {
  await context.reset(originOf(request, 'trust domain reset'));
  return succeeded({});
}

async function bigipAdd(context: TrustContext, request: ActionRequest): Promise<Answer> {
  const place = placeOf(request.parameters);
  const remote = await openRemote(place, context.options.log);
  const theirs = readExchange(await remote.ask('exchange', ownAuthority(context)));
  if (theirs === undefined) return refuse(`Device ${place.address} sent an incomplete answer.`);
  const fault = takeAuthority(context, theirs, request.user);
  return fault === undefined ? succeeded({}) : refuse(fault);
}

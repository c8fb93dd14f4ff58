import { FaultError, type Outcome, succeeded } from '../../base/fault.ts';
import type { Value } from '../../catalogue/types.ts';
import { type ActionRequest, refuse } from '../../config/runtime-state.ts';
import { addToTrust, retrieveDeviceInformation } from './adding.ts';
import { heldAuthority } from './authority.ts';
import type { TrustContext } from './context.ts';
import { readExchange } from './documents.ts';
import { devicePath, isCertifier, members } from './domain.ts';
import { ownAuthority, takeAuthority } from './exchange.ts';
import { gtmAdd } from './gtm-adding.ts';
import { deviceOf, originOf, placeOf } from './parameters.ts';
import { openRemote } from './remote.ts';
import { renewCertificates, renewHeartbeatKey } from './renewal.ts';

/** add-to-trust, remove-from-trust, reset of the trust domain, bigip-add, gtm-add. */

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
  provide('cm device-information', 'run', retrieveDeviceInformation);
  provide('cm rotate-certificates', 'run', rotateCertificates);
  provide('cm remove-from-trust', 'run', removeFromTrust);
  provide('cm trust-domain', 'delete', resetTrust);
  provide('cm device', 'mv', renameDevice);
  provide('gtm bigip-add', 'run', bigipAdd);
  provide('gtm gtm-add', 'run', gtmAdd);
}

async function removeFromTrust(context: TrustContext, request: ActionRequest): Promise<Answer> {
  const { store, log } = context.options;
  const { deviceName } = store.view();
  const device = deviceOf(request.parameters['device-name']);
  const isMember = members(store.view()).some((member) => member.device === device);
  if (!isMember) {
    return refuse(`The requested device (${devicePath(device)}) was not found.`, 404, '01020036');
  }
  // Of itself: the others show it as disconnected until it is removed there.
  if (device === deviceName) return resetTrust(context, request);
  if (!isCertifier(store.view(), deviceName)) {
    return refuse('This device is not a certificate signing authority; remove the device on one.');
  }
  // It knew the authority's key, or its certificate would go on to count in other domains.
  const how = { leaving: device, keepsFormer: false };
  await context.replaceAuthority(originOf(request, `${device} removed from trust`), how);
  log.write('notice', `device ${device} removed from the trust domain by ${request.user}`);
  return succeeded({});
}

async function rotateCertificates(context: TrustContext, request: ActionRequest): Promise<Answer> {
  const { options } = context;
  const view = options.store.view();
  if (!isCertifier(view, view.deviceName)) {
    return refuse('This device is not a certificate signing authority; renew certificates on one.');
  }
  if (request.parameters['part'] === 'authority') {
    const how = { keepsFormer: true };
    await context.replaceAuthority(originOf(request, 'trust authority renewed'), how);
    return succeeded({});
  }
  if (request.parameters['part'] === 'heartbeat') {
    renewHeartbeatKey(context, originOf(request, 'heartbeat key renewed'));
    return succeeded({});
  }
  if (heldAuthority(options) === undefined) {
    return refuse('This device has not got the key of the trust authority yet.');
  }
  const devices = members(view).map(({ device }) => device);
  await renewCertificates(context, devices, originOf(request, 'certificates renewed'));
  return succeeded({});
}

/** It goes into certificates and file names. */
const deviceNames = /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/;

/** `mv cm device`, of this device: in a domain the others have to hear of it at once. */
async function renameDevice(context: TrustContext, request: ActionRequest): Promise<Answer> {
  const view = context.options.store.view();
  const from = deviceOf(request.parameters['name']);
  const to = deviceOf(request.parameters['target']);
  if (!deviceNames.test(to)) {
    return refuse(
      `The new name of the device (${to}) may have letters, digits, ".", "-" and "_", 253 at most.`,
    );
  }
  if (view.get('cm device', devicePath(from)) === undefined) {
    return refuse(`The requested device (${devicePath(from)}) was not found.`, 404, '01020036');
  }
  if (from === to) return succeeded({});
  if (from !== view.deviceName) {
    return refuse(
      `The device (${devicePath(from)}) is not this device (${view.deviceName}): a device is renamed on itself.`,
    );
  }
  if (view.get('cm device', devicePath(to)) !== undefined) {
    return refuse(
      `The requested device (${devicePath(to)}) already exists in partition Common.`,
      409,
      '01020066',
    );
  }
  const absent = context.absent();
  if (absent.length > 0) {
    return refuse(
      `The device (${devicePath(from)}) cannot be renamed while ${absent.join(', ')} is not connected: the other members have to hear of it. Connect it, or remove it from trust.`,
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
  const { clock, log } = context.options;
  const remote = await openRemote(place, log, clock.wallMilliseconds());
  const theirs = readExchange(await remote.ask('exchange', ownAuthority(context)));
  if (theirs === undefined) return refuse(`Device ${place.address} sent an incomplete answer.`);
  const fault = takeAuthority(context, theirs, request.user);
  return fault === undefined ? succeeded({}) : refuse(fault);
}

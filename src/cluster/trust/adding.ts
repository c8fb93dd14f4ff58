import { type Outcome, succeeded } from '../../base/fault.ts';
import type { Properties, Value } from '../../catalogue/types.ts';
import { type ActionRequest, refuse } from '../../config/runtime-state.ts';
import type { ConfigView, Operation } from '../../config/types.ts';
import { keyFingerprint, parseCertificate } from '../../iquery/certificate.ts';
import { readCertificate } from '../../platform/pinned-https.ts';
import { heldAuthority } from './authority.ts';
import { signRequest } from './certificates.ts';
import type { TrustContext } from './context.ts';
import { type IdentityDocument, readIdentity, readSeen } from './documents.ts';
import {
  admitOperations,
  devicePath,
  domainContent,
  isCertifier,
  listsOf,
  members,
  removeOperations,
  revokeOperations,
  rootName,
  rootOperation,
} from './domain.ts';
import { originOf, placeOf, textOf } from './parameters.ts';
import {
  mismatchFault,
  preflightFaults,
  type PreflightSide,
  unreachableFault,
} from './preflight.ts';
import { lookAtRemote, openRemote, type Remote } from './remote.ts';

/** add-to-trust, and what its user looks at before. */

type Answer = Outcome<Readonly<Record<string, Value>>>;

/** Fingerprints, and with a password who it is and what stands in the way; nothing is changed. */
export async function retrieveDeviceInformation(
  context: TrustContext,
  request: ActionRequest,
): Promise<Answer> {
  const place = placeOf(request.parameters);
  const shown = await lookAtRemote(place);
  const facts: Record<string, string> = {
    address: `${place.address} port ${place.port}`,
    subject: shown.subject.replaceAll('\n', ', '),
    issuer: shown.issuer.replaceAll('\n', ', '),
    serial: shown.serial,
    validFrom: shown.validFrom,
    validTo: shown.validTo,
    md5Fingerprint: shown.md5,
    sha1Fingerprint: shown.sha1,
    sha256Fingerprint: shown.sha256,
  };
  if (place.password !== '') {
    const { remote, them, skew } = await meet(context, request);
    const faults = await preflight(context, { remote, them, skew, expectedName: undefined });
    facts['deviceName'] = them.device;
    facts['version'] = them.software;
    facts['trustDomain'] = them.guid;
    facts['clockSkewMilliseconds'] = String(Math.round(skew));
    facts['preflight'] = faults.length === 0 ? 'ready to be added' : faults.join(' ');
  }
  const lines = Object.entries(facts).map(([name, value]) => `${name}: ${value}`);
  return succeeded({ ...facts, commandResult: `${lines.join('\n')}\n` });
}

interface Met {
  readonly remote: Remote;
  readonly them: IdentityDocument;
  /** Their clock minus ours, milliseconds. */
  readonly skew: number;
}

async function meet({ options }: TrustContext, request: ActionRequest): Promise<Met> {
  const { clock, log } = options;
  const place = placeOf(request.parameters);
  const remote = await openRemote(place, log, clock.wallMilliseconds());
  const asked = clock.wallMilliseconds();
  const them = readIdentity(await remote.ask('identity', {}));
  if (them === undefined) throw new Error(`Device ${place.address} sent an incomplete identity.`);
  return { remote, them, skew: them.wallMilliseconds - (asked + clock.wallMilliseconds()) / 2 };
}

export async function addToTrust(context: TrustContext, request: ActionRequest): Promise<Answer> {
  const { options } = context;
  const { store, log, clock } = options;
  const mayCertify = request.parameters['ca-device'] !== 'non-ca-device';
  const authority = heldAuthority(options);
  if (authority === undefined) return refuse(whyNotSigning(context));
  const { remote, them, skew } = await meet(context, request);
  const expectedName = expectedNameOf(request.parameters);
  const faults = await preflight(context, { remote, them, skew, expectedName });
  if (faults.length > 0) return refuse(faults.join(' '));
  const domain = store.view().get('cm trust-domain', rootName)?.properties.guid ?? '';
  if (them.guid === domain && isKnownKey(store.view(), them)) {
    return changeRole(context, request, them.device, mayCertify);
  }
  const subject = { device: them.device, domain };
  const now = clock.wallMilliseconds();
  const certificate = await signRequest(authority, them.request, subject, now);
  const { device, properties } = them;
  const joiner = { device, properties, certificate, isCertifier: mayCertify };
  const before = store.view();
  context.commit(originOf(request, `${device} added to trust`), admitOperations(before, joiner));
  try {
    // Plain: the joiner gets the master key only once it is a member. The connection is pinned.
    const content = domainContent(store.view()).map((one) => store.secrets.opened(one));
    const authorityKey = mayCertify ? { authorityKey: authority.key } : {};
    const from = store.view().deviceName;
    await remote.ask('join', { from, certificate, content, ...authorityKey });
  } catch (error) {
    const reason = `${device} could not join`;
    context.commit(originOf(request, reason), withoutJoiner(store.view(), before, device));
    throw error;
  }
  const former = formerKeyOperations(before, device, request.user);
  if (former.length > 0) {
    context.commit(originOf(request, `former key of ${device} removed`), former);
  }
  const what = mayCertify ? 'certificate authority device' : 'subordinate device';
  log.write('notice', `device ${device} added to the trust domain as ${what} by ${request.user}`);
  return succeeded({});
}

function whyNotSigning({ options }: TrustContext): string {
  const view = options.store.view();
  return isCertifier(view, view.deviceName)
    ? 'This device has not got the key of the trust authority yet: no other certificate authority device is connected.'
    : 'This device is not a certificate signing authority; add the device on one.';
}

/** Some clients send the address when they have no name. */
function expectedNameOf(parameters: Properties): string | undefined {
  const given = textOf(parameters['device-name']) ?? '';
  const name = given.slice(given.lastIndexOf('/') + 1);
  return name === '' || name === parameters['device'] ? undefined : name;
}

function isKnownKey(view: ConfigView, { device, certificate }: IdentityDocument): boolean {
  const known = members(view).find((member) => member.device === device);
  const [here, there] = [known?.certificate ?? '', certificate].map(parseCertificate);
  return (
    here !== undefined && there !== undefined && keyFingerprint(here) === keyFingerprint(there)
  );
}

/** A member is added again: it may take others in from now on, or may not any more. */
async function changeRole(
  context: TrustContext,
  request: ActionRequest,
  device: string,
  mayCertify: boolean,
): Promise<Answer> {
  const { store, log } = context.options;
  if (isCertifier(store.view(), device) === mayCertify) return succeeded({});
  if (device === store.view().deviceName) return refuse('This device cannot demote itself.');
  const what = mayCertify ? 'certificate authority device' : 'subordinate device';
  const { certifiers, others } = listsOf(store.view());
  const path = devicePath(device);
  const [into, outOf] = mayCertify ? [certifiers, others] : [others, certifiers];
  const [joined, left] = [[...into, path], outOf.filter((name) => name !== path)];
  context.commit(originOf(request, `${device} is a ${what} now`), [
    rootOperation({
      'ca-devices': mayCertify ? joined : left,
      'non-ca-devices': mayCertify ? left : joined,
    }),
  ]);
  // It knew the former key.
  if (!mayCertify) {
    const reason = `${device} may not sign any more`;
    await context.replaceAuthority(originOf(request, reason), { keepsFormer: false });
  }
  log.write('notice', `device ${device} is a ${what} now, by ${request.user}`);
  return succeeded({});
}

/** As it was: not there, or there as what it was before. */
function withoutJoiner(view: ConfigView, before: ConfigView, device: string): readonly Operation[] {
  const name = devicePath(device);
  const former = before.stored('cm device', name)?.properties;
  if (former === undefined) return removeOperations(view, device);
  const { certifiers, others } = listsOf(before);
  return [
    { kind: 'replace', component: 'cm device', name, properties: former },
    rootOperation({ 'ca-devices': certifiers, 'non-ca-devices': others }),
  ];
}

/** A rebuilt device comes with another key: a copy of its former self stays out. */
function formerKeyOperations(
  before: ConfigView,
  device: string,
  user: string,
): readonly Operation[] {
  const known = members(before).find((member) => member.device === device);
  const former = parseCertificate(known?.certificate ?? '');
  if (former === undefined) return [];
  const by = `${before.deviceName} (${user})`;
  const until = former.validToDate.getTime();
  return revokeOperations(before, { device, key: keyFingerprint(former), until, by });
}

async function preflight(
  { options }: TrustContext,
  { remote, them, skew, expectedName }: Met & { readonly expectedName: string | undefined },
): Promise<readonly string[]> {
  const view = options.store.view();
  const own = view.get('cm device', devicePath(view.deviceName))?.properties;
  const authority = view.get('cm trust-domain', rootName)?.properties['ca-cert'] ?? '';
  const us: PreflightSide = {
    device: view.deviceName,
    software: options.software,
    configsyncIp: own?.['configsync-ip'] ?? 'none',
  };
  const side: PreflightSide = {
    device: them.device,
    software: them.software,
    configsyncIp: textOf(them.properties['configsync-ip']) ?? 'none',
    ...(expectedName !== undefined && { expectedName }),
  };
  const faults = preflightFaults({
    us,
    them: side,
    skewMilliseconds: skew,
    now: options.clock.wallMilliseconds(),
    authorityUntil: parseCertificate(authority)?.validToDate.getTime() ?? 0,
  });
  if (faults.length > 0) return faults;
  // Only the way that the session will take has to be open.
  const port = options.iqueryPort;
  const isOurCall = us.device < side.device;
  const [caller, called] = isOurCall ? [us, side] : [side, us];
  const address = called.configsyncIp;
  const seen = isOurCall
    ? await seeCertificate(address, port)
    : readSeen(await remote.ask('probe', { address, port }));
  if (seen.reason !== '') {
    return [unreachableFault(caller.device, called.device, address, port, seen.reason)];
  }
  const shown = parseCertificate((isOurCall ? them.certificate : own?.certificate) ?? '');
  const isOther = seen.sha256 !== '' && shown !== undefined && seen.sha256 !== shown.fingerprint256;
  return isOther ? [mismatchFault(called.device, address, port)] : [];
}

export interface Seen {
  /** Why nobody answers; "". */
  readonly reason: string;
  /** Fingerprint of the certificate shown there; "" when it is not known. */
  readonly sha256: string;
}

/** Who answers on 4353? A stranger is shown the certificate before it is refused. */
export async function seeCertificate(address: string, port: number): Promise<Seen> {
  try {
    const { sha256 } = await readCertificate(address, port);
    return { reason: '', sha256 };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error), sha256: '' };
  }
}

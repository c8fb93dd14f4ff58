import { isSignedBy, keyFingerprint, parseCertificate } from '../../iquery/certificate.ts';
import type { IqueryChannel } from '../../iquery/types.ts';
import type { Cancel } from '../../platform/clock.ts';
import type { CommitOrigin } from '../../config/types.ts';
import { heldAuthority, readBundle, renewDevices } from './authority.ts';
import type { TrustContext } from './context.ts';
import {
  certificateOperations,
  devicePath,
  heartbeatOperation,
  isCertifier,
  listsOf,
  members,
  removeOperations,
  revocationId,
  revocations,
  rootName,
  rootOperation,
} from './domain.ts';
import {
  dueSteps,
  expiryWarnings,
  heartbeatReason,
  type RotationFacts,
  type RotationStep,
} from './rotation.ts';
import { joinBundle } from '../../iquery/certificate.ts';

/** Looks once a minute what is due (`rotation.ts`), and does it. */
export interface Renewal {
  connect(channel: IqueryChannel): void;
  /** The trust domain has changed: what does not fit is mended within about a second. */
  lookSoon(): void;
  close(): void;
}

const lookMilliseconds = 60_000;
/** Time for what else is on its way: the rest of a load, the authority's key. */
const soonMilliseconds = 1000;
/** What waits for members is looked at again. */
const againMilliseconds = 3000;
/** A certificate near its end is told of once a day. */
const warnEveryMilliseconds = 24 * 3600 * 1000;

export function startRenewal(context: TrustContext): Renewal {
  const { clock, log, store } = context.options;
  const warned = new Map<string, number>();
  let channel: IqueryChannel | undefined;
  const since: Since = { lacksKey: undefined, heartbeatDue: undefined, together: undefined };
  let soon: Cancel | undefined;
  const look = async (): Promise<void> => {
    const now = clock.wallMilliseconds();
    const lacks =
      isCertifier(store.view(), store.view().deviceName) &&
      heldAuthority(context.options) === undefined;
    since.lacksKey = lacks ? (since.lacksKey ?? now) : undefined;
    since.together = areTogether(context, channel) ? (since.together ?? now) : undefined;
    const before = factsOf(context, channel, now, since);
    const isHeartbeatDue = heartbeatReason(before) !== undefined;
    since.heartbeatDue = isHeartbeatDue ? (since.heartbeatDue ?? now) : undefined;
    if (isHeartbeatDue) lookIn(againMilliseconds);
    const facts = factsOf(context, channel, now, since);
    for (const { level, text } of expiryWarnings(now, ends(facts))) {
      const last = warned.get(text);
      if (last !== undefined && now - last < warnEveryMilliseconds) continue;
      warned.set(text, now);
      log.write(level, `01420007: ${text}`);
    }
    for (const step of dueSteps(facts)) await carryOut(context, step);
  };
  const again = (): void => {
    context.alone(look).catch((error: unknown) => {
      log.write('err', `certificates of the trust domain could not be renewed: ${String(error)}`);
    });
  };
  const lookIn = (milliseconds: number): void => {
    soon ??= clock.after(milliseconds, () => {
      soon = undefined;
      again();
    });
  };
  const cancel: Cancel = clock.every(lookMilliseconds, again);
  return {
    connect(next) {
      channel = next;
      next.onSession((_session, state) => {
        if (state === 'closed') since.together = undefined;
        lookIn(soonMilliseconds);
      });
      again();
    },
    lookSoon: () => lookIn(soonMilliseconds),
    close() {
      cancel();
      soon?.();
    },
  };
}

/** Wall milliseconds since when something is so. */
interface Since {
  lacksKey: number | undefined;
  heartbeatDue: number | undefined;
  together: number | undefined;
}

function areTogether({ options }: TrustContext, channel: IqueryChannel | undefined): boolean {
  const view = options.store.view();
  return members(view).every(
    ({ device }) => device === view.deviceName || channel?.session(device) !== undefined,
  );
}

function ends({ authority, members: known }: RotationFacts) {
  return [
    { name: 'The certificate of the trust authority (dtca.crt)', until: authority.until },
    ...known.map(({ device, until }) => ({ name: `The certificate of device ${device}`, until })),
  ];
}

function factsOf(
  context: TrustContext,
  channel: IqueryChannel | undefined,
  now: number,
  since: Since,
): RotationFacts {
  const view = context.options.store.view();
  const self = view.deviceName;
  const root = view.get('cm trust-domain', rootName)?.properties;
  const authority = parseCertificate(root?.['ca-cert'] ?? '');
  const { certifiers, others } = listsOf(view);
  const names = certifiers.map((path) => path.slice(path.lastIndexOf('/') + 1));
  const sessions = (channel?.sessions() ?? []).filter(
    ({ relation }) => relation === 'trust-domain',
  );
  const seen = new Set([self, ...sessions.map(({ device }) => device)]);
  const removed = revocations(view);
  const authoritySince = authority?.validFromDate.getTime() ?? now;
  const heartbeatDate = root?.['heartbeat-key-date'];
  return {
    now,
    self,
    certifiers: names,
    present: names.filter((name) => seen.has(name)),
    canSign: heldAuthority(context.options) !== undefined,
    lacksKeySince: since.lacksKey,
    authority: {
      since: authoritySince,
      until: authority?.validToDate.getTime() ?? now,
    },
    formers: readBundle(view).formers.length,
    members: members(view).flatMap(({ device, certificate }) => {
      const parsed = parseCertificate(certificate);
      if (parsed === undefined) return [];
      const path = devicePath(device);
      return [
        {
          device,
          until: parsed.validToDate.getTime(),
          isCurrent: authority !== undefined && isSignedBy(parsed, authority),
          isListed: certifiers.includes(path) || others.includes(path),
          isRevoked: removed.has(keyFingerprint(parsed)),
        },
      ];
    }),
    revocations: removed,
    answered: new Set(root?.['answered-revocations'] ?? []),
    heartbeat: {
      // The first one came with the authority.
      since: heartbeatDate === undefined ? authoritySince : heartbeatDate * 1000,
      answered: new Set(root?.['heartbeat-answered-revocations'] ?? []),
      dueSince: since.heartbeatDue,
      togetherSince: since.together,
    },
    skewMilliseconds: Math.max(0, ...sessions.map((one) => Math.abs(one.skewMilliseconds))),
  };
}

function origin(reason: string): CommitOrigin {
  return { user: 'system', source: 'system', reason };
}

async function carryOut(context: TrustContext, step: RotationStep): Promise<void> {
  const { options } = context;
  const view = options.store.view();
  switch (step.kind) {
    case 'renew':
      return renewCertificates(context, step.devices, origin('certificates renewed'));
    case 'new-authority':
      return context.replaceAuthority(origin(`new trust authority: ${step.reason}`), {
        keepsFormer: step.keepsFormer,
      });
    case 'new-heartbeat-key':
      return renewHeartbeatKey(context, origin(`new heartbeat key: ${step.reason}`));
    case 'forget-formers': {
      const root = view.get('cm trust-domain', rootName)?.properties;
      const bundle = joinBundle([root?.['ca-cert'] ?? '', ...readBundle(view).chain]);
      const reason = 'the former trust authority counts no more';
      return context.commit(origin(reason), [rootOperation({ 'ca-cert-bundle': bundle })]);
    }
    case 'forget-revocations':
      return context.commit(
        origin('certificates of removed devices have expired'),
        step.keys.map((key) => ({
          kind: 'delete',
          component: revocationId,
          name: `/Common/${key}`,
        })),
      );
    case 'list': {
      const others = [...listsOf(view).others, ...step.devices.map(devicePath)];
      const names = step.devices.join(', ');
      options.log.write('warning', `${names}: listed in the trust domain, as non-ca-devices`);
      return context.commit(origin(`${names} listed`), [
        rootOperation({ 'non-ca-devices': others }),
      ]);
    }
    case 'put-out':
      for (const device of step.devices) {
        options.log.write('warning', `device ${device} was removed from trust: put out again`);
        const operations = removeOperations(options.store.view(), device);
        context.commit(origin(`${device} was removed from trust`), operations);
      }
  }
}

/** Members change over to it without a gap: failover/heartbeats/key-ring. */
export function renewHeartbeatKey({ options, commit }: TrustContext, from: CommitOrigin): void {
  const { store, random, clock, log } = options;
  const key = Buffer.from(random.bytes(32)).toString('base64');
  const revoked = [...revocations(store.view()).keys()];
  commit(from, [heartbeatOperation(key, revoked, clock.wallMilliseconds())]);
  log.write('notice', `the trust domain has a new heartbeat key: ${from.reason ?? 'on demand'}`);
}

/** New certificates for the keys that the devices have. */
export async function renewCertificates(
  { options, commit }: TrustContext,
  devices: readonly string[],
  from: CommitOrigin,
): Promise<void> {
  const authority = heldAuthority(options);
  if (authority === undefined) return;
  const signed = await renewDevices(options, authority, devices);
  commit(from, certificateOperations(signed));
  options.log.write('notice', `certificates renewed: ${[...signed.keys()].join(', ')}`);
}

import { compareHybrid, type HybridTime } from '../../base/hybrid-clock.ts';
import {
  joinBundle,
  keyFingerprint,
  parseCertificate,
  splitBundle,
} from '../../iquery/certificate.ts';
import type { ConfigStore, ConfigView, Operation } from '../../config/types.ts';
import type { IqueryBodies, IqueryChannel, IquerySession } from '../../iquery/types.ts';
import type { Log } from '../../platform/log.ts';
import { readBundle } from './authority.ts';
import { members, rootName } from './domain.ts';

/**
 * What devices of other trust domains have to know of ours: by which authorities they know us from now on, and
 * our members by name and key. Told when a session opens and at each change; the later news win, so that a
 * member that was away cannot take a change back.
 */
export interface DomainNews {
  connect(channel: IqueryChannel): void;
  close(): void;
}

export interface DomainNewsOptions {
  readonly store: ConfigStore;
  readonly log: Log;
}

type News = IqueryBodies['domainNews'];

const maximumAuthorities = 8;
const maximumDevices = 256;
const maximumAuthorityBytes = 16 * 1024;

export function startDomainNews({ store, log }: DomainNewsOptions): DomainNews {
  let channel: IqueryChannel | undefined;
  let told = textOf(newsOf(store.view()));
  const foreign = ({ relation }: IquerySession): boolean => relation === 'iquery-peer';
  const stop = store.onCommit((_commit, before, after) => {
    if (isSameTrust(before, after)) return;
    const news = newsOf(after);
    if (textOf(news) === told) return;
    told = textOf(news);
    for (const session of channel?.sessions().filter(foreign) ?? []) {
      session.send('control', 'domainNews', news);
    }
  });
  return {
    connect(next) {
      channel = next;
      next.onSession((session, state) => {
        if (state === 'open' && foreign(session)) {
          session.send('control', 'domainNews', newsOf(store.view()));
        }
      });
      next.onMessage('domainNews', (body, session) => {
        if (!foreign(session) || body.domain !== session.domain) return;
        const operations = takeNews(store.view(), body);
        if (operations.length === 0) return;
        const reason = `trust domain ${body.domain} has changed, told by ${session.device}`;
        const origin = { user: 'system', source: 'system', reason } as const;
        const outcome = store.commit({ origin, operations });
        if (!outcome.ok) log.write('err', `${reason}, not kept: ${outcome.faults[0]?.message}`);
        else if (outcome.commit !== undefined) log.write('notice', reason);
      });
    },
    close: stop,
  };
}

const components = ['cm device', 'cm trust-domain'] as const;

function isSameTrust(before: ConfigView, after: ConfigView): boolean {
  return components.every((component) => {
    const names = after.names(component);
    return (
      names.length === before.count(component) &&
      names.every((name) => before.stored(component, name) === after.stored(component, name))
    );
  });
}

export function newsOf(view: ConfigView): News {
  const root = view.get('cm trust-domain', rootName);
  const authority = root?.properties['ca-cert'] ?? '';
  const stored = [
    ...(root === undefined ? [] : [root.stored]),
    ...view.list('cm device').map((device) => device.stored),
  ];
  const time = stored
    .map(({ version }) => version)
    .reduce((one, other) => (compareHybrid(one, other) >= 0 ? one : other), noTime);
  return {
    domain: root?.properties.guid ?? '',
    time,
    authorities: [authority, ...readBundle(view).formers].slice(0, maximumAuthorities),
    devices: members(view).flatMap(({ device, certificate }) => {
      const parsed = parseCertificate(certificate);
      return parsed === undefined ? [] : [{ device, key: keyFingerprint(parsed) }];
    }),
  };
}

const noTime: HybridTime = { wall: 0, counter: 0 };

/** Without its time: what counts. */
function textOf({ domain, authorities, devices }: News): string {
  return JSON.stringify([domain, authorities, devices]);
}

/** Nothing when they are old, not news, or no sense. A name that another domain has stays with that one. */
export function takeNews(view: ConfigView, news: News): readonly Operation[] {
  const name = `/Common/${news.domain}`;
  const known = view.get('cm iquery-trust', name)?.properties;
  if (known === undefined || compareHybrid(news.time, readTime(known['news-time'])) <= 0) return [];
  const own = view.get('cm trust-domain', rootName)?.properties['ca-cert'];
  const authorities = news.authorities
    .slice(0, maximumAuthorities)
    .flatMap((text) => (text.length <= maximumAuthorityBytes ? splitBundle(text).slice(0, 1) : []))
    .filter((pem) => pem !== own && parseCertificate(pem)?.ca === true);
  if (authorities.length === 0) return [];
  const taken = new Set([
    ...members(view).map(({ device }) => device),
    ...view
      .list('cm iquery-trust')
      .filter((other) => other.name !== name)
      .flatMap(({ properties }) => (properties.devices ?? []).map((device) => device.name)),
  ]);
  const devices = news.devices
    .slice(0, maximumDevices)
    .filter(({ device, key }) => isName(device) && /^[0-9a-f]{64}$/.test(key) && !taken.has(device))
    .map(({ device, key }) => ({ name: device, 'key-fingerprint': key }));
  const isSame =
    joinBundle(authorities) === joinBundle(splitBundle(known['ca-certificate'] ?? '')) &&
    JSON.stringify(devices) ===
      JSON.stringify(
        (known.devices ?? []).map((one) => ({
          name: one.name,
          'key-fingerprint': one['key-fingerprint'],
        })),
      );
  if (isSame) return [];
  const properties = {
    'ca-certificate': joinBundle(authorities),
    devices,
    'news-time': `${news.time.wall}.${news.time.counter}`,
  };
  return [{ kind: 'modify', component: 'cm iquery-trust', name, properties }];
}

function readTime(text: string | undefined): HybridTime {
  const [wall = '0', counter = '0'] = (text ?? '').split('.');
  return { wall: Number(wall) || 0, counter: Number(counter) || 0 };
}

function isName(device: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/.test(device);
}

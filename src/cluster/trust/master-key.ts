import type { ConfigStore } from '../../config/types.ts';
import type { IqueryBodies, IqueryChannel, IquerySession } from '../../iquery/types.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { masterKeyHash } from '../../platform/sealing.ts';
import { members, rootName } from './domain.ts';
import {
  type AgreementEffect,
  type AgreementEvent,
  type AgreementState,
  type Claim,
  givesWay,
  isAgreed,
  step,
} from './key-agreement.ts';

/**
 * Carries the agreement on the master key out: the key travels over iQuery, to members of the trust domain
 * that ask for it, and nowhere else.
 */
export interface MasterKeys {
  /** Does the peer hold our key, or know nothing of keys? Only then is anything synchronised with it. */
  isAgreed(device: string): boolean;
  /** Whether the peer takes secrets sealed; to others they go plain, within the channel's TLS. */
  takesSealed(device: string): boolean;
  onChange(listener: (device: string) => void): void;
  /** The key was changed here: the others follow. */
  changed(): void;
  connect(channel: IqueryChannel): void;
  close(): void;
}

/** iQuery's name of the feature. */
const sealedSecrets = 'sealed-secrets';
const stateKey = 'master key claim';

export interface MasterKeyOptions {
  readonly store: ConfigStore;
  readonly clock: Clock;
  readonly log: Log;
}

export function startMasterKeys(options: MasterKeyOptions): MasterKeys {
  const { store, clock } = options;
  const context: Context = {
    ...options,
    state: { own: readClaim(store), peers: {} },
    channel: undefined,
    listeners: new Set(),
  };
  persist(context);
  const stop = store.onCommit((commit) => {
    const domain = domainOf(store);
    const { own } = context.state;
    if (domain === own.domain) return;
    // Into another device's domain; a domain of our own keeps our key.
    const time = commit.origin.source === 'sync' ? givesWay : 0;
    feed(context, { type: 'claimed', claim: { domain, hash: store.secrets.hash(), time } });
  });
  return {
    isAgreed: (device) => isAgreed(context.state, device),
    takesSealed: (device) => context.state.peers[device]?.speaks === true,
    onChange: (listener) => void context.listeners.add(listener),
    changed() {
      const { domain, time: last } = context.state.own;
      const time = Math.max(clock.wallMilliseconds(), last + 1);
      feed(context, { type: 'claimed', claim: { domain, hash: store.secrets.hash(), time } });
    },
    connect(channel) {
      context.channel = channel;
      listen(context, channel);
    },
    close: stop,
  };
}

interface Context extends MasterKeyOptions {
  state: AgreementState;
  channel: IqueryChannel | undefined;
  readonly listeners: Set<(device: string) => void>;
}

function listen(context: Context, channel: IqueryChannel): void {
  const isMember = ({ relation }: IquerySession): boolean => relation === 'trust-domain';
  channel.onSession((session, state) => {
    const { device, features } = session;
    if (state === 'open') {
      if (!isMember(session)) return;
      feed(context, { type: 'opened', device, speaks: features.includes(sealedSecrets) });
    } else if (channel.session(device) === undefined) {
      feed(context, { type: 'closed', device });
    }
  });
  channel.onMessage('masterKey', (body, session) => {
    if (isMember(session)) receive(context, session.device, body);
  });
}

function receive(context: Context, device: string, body: IqueryBodies['masterKey']): void {
  const { domain, hash, time, asks } = body;
  const claim = { domain, hash, time: body.givesWay ? givesWay : time };
  feed(
    context,
    { type: 'told', device, claim, asks, hasKey: keyOf(context, body) !== undefined },
    body,
  );
}

/** The claimed key, when it came or is known already. */
function keyOf(
  { store }: Context,
  { key, hash }: IqueryBodies['masterKey'],
): Uint8Array | undefined {
  return masterKeyHash(key) === hash ? key : store.secrets.formerKey(hash);
}

function feed(context: Context, event: AgreementEvent, body?: IqueryBodies['masterKey']): void {
  const before = context.state;
  const [next, effects] = step(before, event);
  const adopted = effects.find((effect) => effect.type === 'adopt');
  if (adopted !== undefined && !adopt(context, adopted, body)) return;
  context.state = next;
  for (const effect of effects) run(context, effect);
  const devices = new Set([...Object.keys(before.peers), ...Object.keys(next.peers)]);
  for (const device of devices) {
    if (isAgreed(before, device) === isAgreed(next, device)) continue;
    for (const listener of context.listeners) listener(device);
  }
}

/** False when the disk refuses: we stay with our key, and hear of theirs again with the next session. */
function adopt(
  context: Context,
  { from }: AgreementEffect & { type: 'adopt' },
  body: IqueryBodies['masterKey'] | undefined,
): boolean {
  const { store, log } = context;
  const key = body && keyOf(context, body);
  if (key === undefined) return false;
  try {
    store.secrets.adopt(key);
  } catch (error) {
    log.write('err', `the master key of ${from} could not be taken over: ${String(error)}`);
    return false;
  }
  log.write('notice', `secrets are sealed with the master key of the trust domain, from ${from}`);
  return true;
}

function run(context: Context, effect: AgreementEffect): void {
  const { own } = context.state;
  switch (effect.type) {
    case 'tell':
      context.channel?.session(effect.to)?.send('control', 'masterKey', {
        domain: own.domain,
        hash: own.hash,
        time: Math.max(own.time, 0),
        givesWay: own.time === givesWay,
        asks: effect.asks,
        key: effect.withKey ? context.store.secrets.masterKey() : new Uint8Array(),
      });
      return;
    case 'persist':
      return persist(context);
    case 'adopt':
      return;
  }
}

function persist({ store, state }: Context): void {
  const text = JSON.stringify(state.own);
  if (store.readState(stateKey) !== text) store.writeState(stateKey, text);
}

function domainOf(store: ConfigStore): string {
  return store.view().get('cm trust-domain', rootName)?.properties.guid ?? '';
}

/** As it was kept; a device that came into a domain and crashed before it kept that gives way too. */
function readClaim(store: ConfigStore): Claim {
  const domain = domainOf(store);
  const hash = store.secrets.hash();
  const text = store.readState(stateKey);
  // Written by `persist`.
  const kept = text === undefined ? undefined : (JSON.parse(text) as Claim);
  if (kept === undefined) return { domain, hash, time: 0 };
  if (kept.domain !== domain) {
    return { domain, hash, time: members(store.view()).length > 1 ? givesWay : 0 };
  }
  if (kept.time === givesWay || kept.hash === hash) return { ...kept, hash };
  return { domain, hash, time: 0 };
}

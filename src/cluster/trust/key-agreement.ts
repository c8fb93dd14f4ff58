/**
 * Which master key the members of a trust domain hold. Each claims the key that it seals with; of two keys
 * the one changed later wins, and who has just joined gives way. Pure: `step(state, event)`.
 */
export interface Claim {
  /** Guid of the trust domain. */
  readonly domain: string;
  /** Of the master key: SHA-512, base64. */
  readonly hash: string;
  /** When somebody changed the key, wall clock in milliseconds; 0: never. `givesWay`: any other wins. */
  readonly time: number;
}

export const givesWay = -1;

export interface AgreementState {
  readonly own: Claim;
  readonly peers: Readonly<Record<string, AgreementPeer>>;
}

export interface AgreementPeer {
  /** Does it know of master keys? Releases before 16.1.1 do not. */
  readonly speaks: boolean;
  readonly claim: Claim | undefined;
}

export type AgreementEvent =
  | { readonly type: 'opened'; readonly device: string; readonly speaks: boolean }
  | { readonly type: 'closed'; readonly device: string }
  /** `hasKey`: the claimed key came with it, or is one of our former ones. */
  | {
      readonly type: 'told';
      readonly device: string;
      readonly claim: Claim;
      readonly asks: boolean;
      readonly hasKey: boolean;
    }
  /** Our own claim is another: the key was changed here, or the domain is another one. */
  | { readonly type: 'claimed'; readonly claim: Claim };

export type AgreementEffect =
  /** Our claim; `asks` for the receiver's key; with our key when `withKey`. */
  | {
      readonly type: 'tell';
      readonly to: string;
      readonly asks: boolean;
      readonly withKey: boolean;
    }
  /** Seal with the key that was told of. */
  | { readonly type: 'adopt'; readonly hash: string; readonly from: string }
  /** `own` survives a restart. */
  | { readonly type: 'persist' };

export type AgreementStep = readonly [AgreementState, readonly AgreementEffect[]];

export function isAgreed({ own, peers }: AgreementState, device: string): boolean {
  const peer = peers[device];
  if (peer === undefined) return false;
  if (!peer.speaks) return true;
  const { claim } = peer;
  if (claim === undefined || claim.domain !== own.domain || claim.hash !== own.hash) return false;
  return own.time !== givesWay && claim.time !== givesWay;
}

export function step(state: AgreementState, event: AgreementEvent): AgreementStep {
  switch (event.type) {
    case 'opened': {
      const { device, speaks } = event;
      const next = withPeer(state, device, { speaks, claim: undefined });
      return [next, speaks ? [tell(device)] : []];
    }
    case 'closed': {
      const { [event.device]: _gone, ...peers } = state.peers;
      return [{ ...state, peers }, []];
    }
    case 'claimed':
      return claimed(state, event.claim);
    case 'told':
      return told(state, event);
  }
}

function claimed(state: AgreementState, claim: Claim): AgreementStep {
  const next = { ...state, own: claim };
  return [next, [{ type: 'persist' }, ...tellAll(next)]];
}

function told(state: AgreementState, event: AgreementEvent & { type: 'told' }): AgreementStep {
  const { device, claim, asks, hasKey } = event;
  const { own } = state;
  const known = withPeer(state, device, { speaks: true, claim });
  // It is not told yet that we are in one domain, or not any more: it will tell again.
  if (claim.domain !== own.domain) return [known, []];
  const answer = asks && own.time !== givesWay ? [{ ...tell(device), withKey: true } as const] : [];
  if (!beats(claim, own)) return [known, answer];
  if (claim.hash === own.hash) {
    const [next, effects] = claimed(known, claim);
    return [next, [...effects, ...answer]];
  }
  if (!hasKey) return [known, [...answer, { ...tell(device), asks: true }]];
  const [next, effects] = claimed(known, claim);
  return [next, [{ type: 'adopt', hash: claim.hash, from: device }, ...effects]];
}

/** Both ends come to the same answer. */
function beats(theirs: Claim, ours: Claim): boolean {
  if (theirs.time !== ours.time) return theirs.time > ours.time;
  return theirs.time !== givesWay && theirs.hash > ours.hash;
}

function tell(to: string): AgreementEffect & { type: 'tell' } {
  return { type: 'tell', to, asks: false, withKey: false };
}

/** Who told of a better key before we came into its domain is asked for it now. */
function tellAll({ own, peers }: AgreementState): readonly AgreementEffect[] {
  return Object.entries(peers)
    .filter(([, peer]) => peer.speaks)
    .map(([device, { claim }]) => {
      const isWanted = claim?.domain === own.domain && claim.hash !== own.hash;
      return { ...tell(device), asks: isWanted && beats(claim, own) };
    });
}

function withPeer(state: AgreementState, device: string, peer: AgreementPeer): AgreementState {
  return { ...state, peers: { ...state.peers, [device]: peer } };
}

import type { Endpoint } from '../base/address.ts';
import type { Claim } from './classify.ts';
import type { Match } from './matching.ts';

/** Where a virtual server answers. */
export interface Place extends Pick<Claim, 'source' | 'interfaces' | 'protocol' | 'target'> {
  readonly endpoint: Endpoint;
  readonly trafficGroup: string;
  /** Of the virtual and of its address together. */
  readonly isEnabled: boolean;
  readonly dropsWhenDown: boolean;
  readonly claim: Claim;
  /** Of lists, in place of what the claim says. */
  readonly matches?: readonly Match[];
}

export interface Placed extends Place {
  readonly mark: number;
  readonly isClassified: boolean;
}

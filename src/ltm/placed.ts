import type { Endpoint } from '../base/address.ts';
import type { Claim } from './classify.ts';

/** Where a virtual server answers. */
export interface Place extends Pick<Claim, 'source' | 'interfaces' | 'protocol' | 'target'> {
  readonly endpoint: Endpoint;
  readonly trafficGroup: string;
  /** Of the virtual and of its address together. */
  readonly isEnabled: boolean;
  readonly dropsWhenDown: boolean;
  readonly claim: Claim;
}

export interface Placed extends Place {
  readonly mark: number;
  readonly isClassified: boolean;
}

/** What fields of an object are drawn from. */
import type { Property } from '../../../src/catalogue/types.ts';
import type { Place } from '../api/rest.ts';
import type { Draft } from './draft.ts';

export interface Origin {
  /** What the object itself has set. */
  readonly own: ReadonlySet<string>;
  /** The object that the rest comes from; '' when there is none. */
  readonly parent: string;
}

export interface FieldsProps {
  /** Of all inputs below: ids start with it. */
  readonly id: string;
  readonly properties: readonly Property[];
  readonly draft: Draft;
  readonly isDisabled: boolean;
  readonly places: readonly Place[];
  /** Absent for a new object: everything that may be set can be. */
  readonly origin?: Origin;
  onChange(draft: Draft): void;
}

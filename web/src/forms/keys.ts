/** Keys in forms. */
import type { KeyboardEvent } from 'react';

/** A field that only looks for something sends no form. */
export function withoutEnter(event: KeyboardEvent): void {
  if (event.key === 'Enter') event.preventDefault();
}

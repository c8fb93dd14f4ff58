/**
 * Sealed secrets can be read by everybody who sees the object, and written back. Into another object only by
 * who configures the device as a whole: anybody else could have the secret sent in the clear to a server of
 * his own, as the password of a monitor. Pure.
 */
import type { Properties } from '../../catalogue/types.ts';
import { isSealedText } from '../../config/secrets/sealed-text.ts';
import type { Operation } from '../../config/types.ts';
import { type Access, decideEndpoint } from './roles.ts';

/** `held`: the object's properties as they are stored now. */
export function bringsSealed(
  access: Access,
  operation: Operation,
  held: Properties | undefined,
): boolean {
  if (decideEndpoint(access, 'device').allowed || !('properties' in operation)) return false;
  const brought = new Set<string>();
  addSealed(operation.properties, brought);
  if (brought.size === 0) return false;
  const own = new Set<string>();
  addSealed(held, own);
  return !brought.isSubsetOf(own);
}

function addSealed(value: unknown, found: Set<string>): void {
  if (isSealedText(value)) found.add(value);
  else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) addSealed(inner, found);
  }
}

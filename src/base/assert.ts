/** Checks that stay on in production: a broken invariant ends the process rather than corrupting state. */

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** For the default branch of an exhaustive switch: the type checker proves it is never reached. */
export function unreachable(value: never): never {
  throw new AssertionError(`unexpected value ${JSON.stringify(value)}`);
}

/** For indexing that cannot miss by construction; says what was missing if it does. */
export function present<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new AssertionError(`${what} is missing`);
  return value;
}

export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

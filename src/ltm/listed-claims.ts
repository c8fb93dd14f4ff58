/** Virtual servers with lists of addresses and ports: many claims of one. Pure. */
import type { ClaimBook } from './claim-book.ts';
import type { Claim } from './classify.ts';
import type { Place } from './placed.ts';
import type { ClassifiedVirtual } from './types.ts';

/** Enters what it claims now; returns the virtual servers whose mark or need of the classifier may have changed. */
export function takeClaims(
  book: ClaimBook,
  name: string,
  before: Place | string | undefined,
  after: Place | string | undefined,
): ReadonlySet<string> {
  const claims = claimsOfPlace(after);
  const count = Math.max(1, claims.length, claimsOfPlace(before).length);
  const moved = new Set<string>();
  for (let at = 0; at < count; at += 1) {
    const key = at === 0 ? name : furtherName(name, at);
    for (const other of book.set(key, claims[at])) moved.add(ownerOf(other));
  }
  return moved;
}

/** Where a virtual server stands in the book of claims: under its name, and with lists under further ones. */
function claimsOfPlace(place: Place | string | undefined): readonly Claim[] {
  if (typeof place !== 'object') return [];
  const { claim, matches } = place;
  if (matches === undefined) return [claim];
  const all = matches.flatMap(({ destination, source, ports }) =>
    (ports.length === 0 ? [0] : ports).map((port) => ({ ...claim, destination, source, port })),
  );
  return all.map((one, at) => (at === 0 ? one : { ...one, name: furtherName(claim.name, at) }));
}

/** No name has a line's end. */
function furtherName(name: string, at: number): string {
  return `${name}\n${at}`;
}

function ownerOf(name: string): string {
  const end = name.indexOf('\n');
  return end < 0 ? name : name.slice(0, end);
}

/** What the classifier matches. */
export function rowsOf({ claim, matches }: Place, mark: number): readonly ClassifiedVirtual[] {
  if (matches === undefined) return [{ ...claim, mark }];
  return matches.map(({ destination, source, ports }) => {
    return { ...claim, mark, destination, source, port: ports[0] ?? 0, ports };
  });
}

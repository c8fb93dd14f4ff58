/** Which fault belongs to which field. Pure. */
import type { Place } from '../api/rest.ts';

/** Of an object: what is wrong in it, by place below it. `name` may not be in full yet. */
export function placesOfObject(places: readonly Place[], id: string): readonly Place[] {
  return places.map(({ message, path }) => {
    if (!path.startsWith(`${id} `)) return { message, path };
    const rest = path.slice(id.length + 1);
    // Names of folders hold no blanks; a singleton has none.
    const isNamed = rest.startsWith('/');
    const blank = rest.indexOf(' ');
    return { message, path: !isNamed ? rest : blank < 0 ? '' : rest.slice(blank + 1) };
  });
}

/** What is wrong at the word, or below it. */
export function placesAt(places: readonly Place[], word: string): readonly Place[] {
  return places.flatMap(({ message, path }) => {
    if (path === word) return [{ message, path: '' }];
    const next = path[word.length];
    if (!path.startsWith(word) || (next !== ' ' && next !== '.')) return [];
    return [{ message, path: path.slice(word.length + 1) }];
  });
}

/** What is shown at no field. */
export function placesElsewhere(
  places: readonly Place[],
  words: readonly string[],
): readonly Place[] {
  return places.filter((place) => words.every((word) => placesAt([place], word).length === 0));
}

/** As one text below a field. */
export function messageOfPlaces(places: readonly Place[]): string {
  return [...new Set(places.map(({ message }) => message))].join(' ');
}

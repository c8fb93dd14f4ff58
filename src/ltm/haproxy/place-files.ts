/** Files beside HAProxy's configuration; those of places are made when they are wanted, and anew with another database. */
import { readTextIfPresent, writeFileDurably } from '../../platform/files.ts';
import { type PlaceFact, placeIn } from '../policy/place.ts';

export interface PlaceSource {
  /** Another whenever the database is. */
  readonly key: string;
  /** As prefixes. */
  readonly networks: (fact: PlaceFact, value: string) => readonly string[];
}

export type Places = () => PlaceSource;

/** HAProxy sees what was changed at its next reload. */
export function writeSectionFile(path: string, content: string, places: Places | undefined): void {
  const place = placeIn(content);
  const source = place && places?.();
  const head = source === undefined ? content : `${content}# ${source.key.replaceAll('\n', ' ')}\n`;
  const held = readTextIfPresent(path);
  if (held === head || (source !== undefined && held?.startsWith(head) === true)) return;
  if (place === undefined || source === undefined) {
    writeFileDurably(path, content);
    return;
  }
  const lines = source.networks(place.fact, place.value).map((network) => `${network}\n`);
  writeFileDurably(path, `${head}${lines.join('')}`);
}

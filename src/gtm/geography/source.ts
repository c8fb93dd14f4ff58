/**
 * Geography on disk: every .mmdb in the device's own folder, else the tables of Debian's tor-geoipdb, else
 * nothing. Read whole when they changed: a country database has 5–30 MB.
 */
import { addressOf, parseAddress } from '../../base/address.ts';
import { filesIn, type FolderFile } from '../../platform/folder.ts';
import { readBytesIfPresent, readTextIfPresent } from '../../platform/files.ts';
import type { Log } from '../../platform/log.ts';
import { Reader } from 'mmdb-lib';
import {
  countryIn,
  joinedLocations,
  locateNothing,
  locationOfRecord,
  rangeKey,
  readRanges,
  type Locate,
} from './location.ts';
import { continentOf } from './continents.ts';
import { type PlaceFact, isThere, networksInTable, networksInTree } from './networks.ts';

const largestDatabaseBytes = 512 * 1024 * 1024;
export const torFolder = '/usr/share/tor';

export interface Geography {
  readonly locate: Locate;
  /** Networks of a place, as prefixes. Looks through the whole database: tens of milliseconds and more. */
  readonly networks: (fact: PlaceFact, value: string) => readonly string[];
  /** Another whenever the files are. */
  readonly key: string;
  /** For people: which files it is from; empty when there are none. */
  readonly source: string;
}

export interface GeographySource {
  current(): Geography;
  /** Looks at the files again: true when there is something new. */
  refresh(): boolean;
}

/** `folder`: of the user's databases. */
export function createGeographySource(
  folder: string,
  log: Log,
  tables: string = torFolder,
): GeographySource {
  let seen: string | undefined;
  let current: Geography = { ...nothing, key: '' };
  const refresh = (): boolean => {
    const databases = filesIn(folder, '.mmdb');
    const files = databases.length > 0 ? databases : filesIn(tables, '');
    const wanted =
      databases.length > 0 ? files : files.filter(({ path }) => /\/geoip6?$/.test(path));
    const key = wanted.map((file) => `${file.path} ${file.bytes} ${file.modifiedMilliseconds}`);
    if (seen === key.join('\n')) return false;
    seen = key.join('\n');
    const read = databases.length > 0 ? fromDatabases(wanted, log) : fromTables(wanted);
    current = { ...read, key: seen };
    const said = current.source === '' ? 'no database: every place is unknown' : current.source;
    log.write('notice', `geography: ${said}`);
    return true;
  };
  refresh();
  return { current: () => current, refresh };
}

type Read = Omit<Geography, 'key'>;
const nothing: Read = { locate: locateNothing, networks: () => [], source: '' };

function fromDatabases(files: readonly FolderFile[], log: Log): Read {
  const readers = files.flatMap(({ bytes, path }) => {
    try {
      if (bytes > largestDatabaseBytes) throw new Error(`it is larger than 512 MB`);
      const content = readBytesIfPresent(path) ?? new Uint8Array(0);
      const bytesRead = Buffer.from(content.buffer, content.byteOffset, content.length);
      return [{ reader: new Reader(bytesRead), bytes: bytesRead }];
    } catch (error) {
      log.write('err', `geography: ${path} cannot be read: ${String(error)}`);
      return [];
    }
  });
  if (readers.length === 0) return nothing;
  const locate: Locate = (address) => {
    const { text } = addressOf([...address]);
    return joinedLocations(readers.map(({ reader }) => locationOfRecord(reader.get(text))));
  };
  const networks: Geography['networks'] = (fact, value) =>
    readers.flatMap(({ reader, bytes }) =>
      networksInTree({ bytes, ...reader.metadata }, (address) => {
        const location = locationOfRecord(reader.get(address));
        return location !== undefined && isThere(location, fact, value);
      }),
    );
  return { locate, networks, source: files.map(({ path }) => path).join(', ') };
}

function fromTables(files: readonly FolderFile[]): Read {
  const pathOf = (ending: string): string =>
    files.find(({ path }) => path.endsWith(ending))?.path ?? '';
  const textOf = (path: string): string => (path === '' ? '' : (readTextIfPresent(path) ?? ''));
  const four = readRanges(textOf(pathOf('/geoip')), 4, halfOf);
  const six = readRanges(textOf(pathOf('/geoip6')), 6, halfOf);
  if (four.countries.length + six.countries.length === 0) {
    return nothing;
  }
  const locate: Locate = (address) => {
    const country = countryIn(address.length === 4 ? four : six, rangeKey(address));
    if (country === undefined) return undefined;
    const continent = continentOf(country);
    return { country, ...(continent !== undefined && { continent }) };
  };
  const networks: Geography['networks'] = (fact, value) => [
    ...networksInTable(four, 4, fact, value),
    ...networksInTable(six, 6, fact, value),
  ];
  return { locate, networks, source: files.map(({ path }) => path).join(', ') };
}

function halfOf(address: string): bigint | undefined {
  const key = parseAddress(address)?.bytes;
  const half = key === undefined || key.length !== 16 ? undefined : rangeKey(key);
  return typeof half === 'bigint' ? half : undefined;
}

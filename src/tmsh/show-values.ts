/** How `show` writes one value. Pure. */
import type { Look } from './layout.ts';

export interface ShowOptions {
  readonly folder: string;
  /** `field-fmt`: names and values without layout. */
  readonly isPlain: boolean;
  /** `raw`: whole numbers. */
  readonly isRaw: boolean;
  /** `cli preference stat-units`: "meg" instead of whichever fits. */
  readonly units?: string;
  readonly isDetailed: boolean;
  /** `cli preference table-indent-width`: blanks before what is below something else; 2 when not given. */
  readonly indent?: number;
  /** Of the terminal, in columns; Infinity where nothing is cut. */
  readonly width: number;
}

const units = [
  ['T', 1e12],
  ['G', 1e9],
  ['M', 1e6],
  ['K', 1e3],
] as const;

/** Numbers from 1000 up are scaled to one decimal, as tmsh does without `raw`. */
export function scaled(value: string | number, options: ShowOptions): string {
  if (typeof value === 'string' || options.isRaw || Math.abs(value) < 1000) return String(value);
  const [unit, size] = units.find(([known]) => known === unitNames[options.units ?? '']) ?? [];
  if (unit !== undefined && size !== undefined) return `${(value / size).toFixed(1)}${unit}`;
  return fitting(value);
}

/** As far as numbers of a device go. */
const unitNames: Readonly<Record<string, string>> = { gig: 'G', kil: 'K', meg: 'M', tera: 'T' };

function fitting(value: number): string {
  for (const [unit, size] of units) {
    if (Math.abs(value) >= size) return `${(value / size).toFixed(1)}${unit}`;
  }
  return String(value);
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const days = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');

interface IsoTime {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  /** "11:53:44" */
  readonly clock: string;
}

export function isoTime(text: string): IsoTime | undefined {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(text);
  if (found === null) return undefined;
  const [, year = '', month = '', day = '', clock = ''] = found;
  return { year, month, day, clock };
}

/** "11/21/26 11:53:44" */
export function slashed({ year, month, day, clock }: IsoTime): string {
  return `${month}/${day}/${year.slice(2)} ${clock}`;
}

/** "Sat Nov 21 11:53:44 UTC 2026", as date(1) has it. */
function dated({ year, month, day, clock }: IsoTime): string {
  const weekday = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDay();
  const name = months[Number(month) - 1] ?? month;
  return `${days[weekday] ?? ''} ${name} ${day.replace(/^0/, ' ')} ${clock} UTC ${year}`;
}

function timeText(time: IsoTime, times: NonNullable<Look['times']>): string {
  switch (times) {
    case 'slashes':
      return slashed(time);
    case 'date':
      return dated(time);
    case 'named':
      return `${time.year}-${months[Number(time.month) - 1] ?? time.month}-${time.day} ${time.clock}`;
  }
}

/** Numbers that name something instead of counting: a process is not number 27.7K. */
export function isIdentifier(statistic: string): boolean {
  return /(?:^|[a-z.])(?:pid|id|port|tag|number|sequence|mtu|commit)$/i.test(statistic);
}

/** Names lose the path of the folder, times get BIG-IP's form. */
export function shownText(
  value: string | number,
  { times }: Pick<Look, 'times'>,
  options: ShowOptions,
): string {
  if (typeof value === 'number') return scaled(value, options);
  const time = times === undefined ? undefined : isoTime(value);
  if (time !== undefined && times !== undefined) return timeText(time, times);
  // A monitor's rule names several objects; sentences with a name inside are left alone.
  return /^\/\S+( and \/\S+)*( \(\w+ monitor\))?$/.test(value)
    ? value
        .split(' ')
        .map((word) => shortened(word, options))
        .join(' ')
    : value;
}

/** A statistic of a level, as it is shown; undefined when the device does not report it. */
export function leafText(
  leaves: ReadonlyMap<string, string | number>,
  name: string,
  look: Pick<Look, 'times'>,
  options: ShowOptions,
): string | undefined {
  const value = leaves.get(name);
  if (value === undefined) return undefined;
  return typeof value === 'number' && isIdentifier(name)
    ? String(value)
    : shownText(value, look, options);
}

/** The device says "", " " or "none" where it has nothing. */
export function present(value: string | number | undefined): string | number | undefined {
  return typeof value === 'string' && (value.trim() === '' || value === 'none') ? undefined : value;
}

export function shortened(name: string, { folder }: ShowOptions): string {
  const prefix = folder === '/' ? '/' : `${folder}/`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

const words: Readonly<Record<string, string>> = {
  arp: 'ARP',
  avg: 'Average',
  conn: 'Connection',
  conns: 'Connections',
  cpu: 'CPU',
  cur: 'Current',
  curr: 'Current',
  dns: 'DNS',
  ha: 'HA',
  http: 'HTTP',
  icmp: 'ICMP',
  id: 'ID',
  ip: 'IP',
  mac: 'MAC',
  max: 'Maximum',
  msec: 'ms',
  num: 'Number',
  pid: 'PID',
  pkt: 'Packet',
  pkts: 'Packets',
  pva: 'PVA',
  req: 'Request',
  reqs: 'Requests',
  sa: 'SA',
  sec: 'Second',
  ssl: 'SSL',
  tcp: 'TCP',
  tmm: 'TMM',
  tot: 'Total',
  udp: 'UDP',
};

/** "tmm information" → "TMM Information" */
export function titleWords(text: string): string {
  return text
    .split(' ')
    .map((word) => words[word.toLowerCase()] ?? capital(word))
    .join(' ');
}

/** "curConns" → "Current Connections": for statistics that nobody gave a label. */
export function labelOf(name: string): string {
  const spaced = name.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').replaceAll(/[ ._-]+/g, ' ');
  return titleWords(spaced.trim());
}

export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** "serverside.curConns" → "serverside.cur-conns": as `field-fmt` and tmsh's properties are written. */
export function kebabCase(name: string): string {
  return name.replaceAll(/([a-z\d])([A-Z])/g, '$1-$2').toLowerCase();
}

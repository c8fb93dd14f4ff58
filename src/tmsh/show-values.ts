/** How `show` writes one value. Pure. */
import type { Layout } from './layout.ts';

export interface ShowOptions {
  readonly folder: string;
  /** `field-fmt`: names and values without layout. */
  readonly isPlain: boolean;
  /** `raw`: whole numbers. */
  readonly isRaw: boolean;
  readonly isDetailed: boolean;
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
  for (const [unit, size] of units) {
    if (Math.abs(value) >= size) return `${(value / size).toFixed(1)}${unit}`;
  }
  return String(value);
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const isoTime = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/;

/** Names lose the path of the folder, times get BIG-IP's form. */
export function shownText(value: string | number, layout: Layout, options: ShowOptions): string {
  if (typeof value === 'number') return scaled(value, options);
  const time = layout.times === undefined ? null : isoTime.exec(value);
  if (time !== null) {
    const [, year = '', month = '', day = '', clock = ''] = time;
    return layout.times === 'slashes'
      ? `${month}/${day}/${year.slice(2)} ${clock}`
      : `${year}-${months[Number(month) - 1] ?? month}-${day} ${clock}`;
  }
  // A monitor's rule names several objects; sentences with a name inside are left alone.
  return /^\/\S+( and \/\S+)*( \(\w+ monitor\))?$/.test(value)
    ? value
        .split(' ')
        .map((word) => shortened(word, options))
        .join(' ')
    : value;
}

export function shortened(name: string, { folder }: ShowOptions): string {
  const prefix = folder === '/' ? '/' : `${folder}/`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

/** "curConns" → "Cur Conns": for statistics that nobody gave a label. */
export function labelOf(name: string): string {
  return capital(name.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').replaceAll('.', ' '));
}

export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** "serverside.curConns" → "serverside.cur-conns": as `field-fmt` and tmsh's properties are written. */
export function kebabCase(name: string): string {
  return name.replaceAll(/([a-z\d])([A-Z])/g, '$1-$2').toLowerCase();
}

/**
 * Keys of a data group that is kept in a file. Pure. Source: BIG-IP K13485 and "About external data-group files": a record
 * a line, `host ADDRESS`, `network PREFIX` or a key, which may stand in quotes, then a separator, a value and a comma.
 */
const usualSeparator = ':=';

/** `separator`: between a key and its value. */
export function keysInFile(text: string, separator: string = usualSeparator): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const whole = line.trim();
    if (whole === '' || whole.startsWith('#')) return [];
    const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(whole)?.[1];
    if (quoted !== undefined) return [quoted.replaceAll(/\\(.)/g, '$1')];
    const at = whole.indexOf(separator);
    const key = (at === -1 ? whole : whole.slice(0, at)).trim().replace(/,$/, '').trim();
    return key === '' ? [] : [addressOf(key)];
  });
}

/** As the records of an internal group are named; a mask is told by the length of its prefix. */
function addressOf(key: string): string {
  const [, kind, address = '', mask] =
    /^(host|network)\s+(\S+?)(?:\s+(?:mask|prefixlen)\s+(\S+))?$/.exec(key) ?? [];
  if (kind === undefined) return key;
  return mask === undefined ? address : `${address}/${lengthOf(mask)}`;
}

function lengthOf(mask: string): string {
  if (!/^\d+(?:\.\d+){3}$/.test(mask)) return mask;
  const bits = mask.split('.').map((part) => Number(part).toString(2).padStart(8, '0'));
  const length = bits.join('').indexOf('0');
  return String(length === -1 ? 32 : length);
}

/** Texts of users in HAProxy's configuration. Pure. */

/** Single quotes keep everything literal; a quote itself is closed, escaped and opened again. */
export function quote(text: string): string {
  return `'${text.replaceAll(/[\r\n]/g, ' ').replaceAll("'", String.raw`'\''`)}'`;
}

/** Literal text where HAProxy expects a log format. */
export function format(text: string): string {
  return quote(text.replaceAll('%', '%%'));
}

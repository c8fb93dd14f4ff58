/** Colours of a terminal (ECMA-48, SGR): the eight that every theme has. Pure. */

export type Colour = 'red' | 'green' | 'yellow';

const codes: Readonly<Record<Colour, number>> = { red: 31, green: 32, yellow: 33 };
const escape = '\u001b';

export function coloured(text: string, colour: Colour): string {
  return `${escape}[${codes[colour]}m${text}${escape}[39m`;
}

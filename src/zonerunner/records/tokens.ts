/** Record data as written in zone files, cut into words (RFC 1035 5.1). Pure. */

export interface Token {
  /** A quoted string's bytes, one character a byte; a bare word as it is written, escapes included. */
  readonly text: string;
  readonly isQuoted: boolean;
}

/** Undefined: a quote is not closed, or an escape ends nowhere. */
export function tokenise(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === ' ' || character === '\t') {
      at += 1;
      continue;
    }
    if (character === '"') {
      const end = closingQuote(text, at);
      if (end === undefined) return undefined;
      const bytes = bytesOfText(text.slice(at + 1, end));
      if (bytes === undefined) return undefined;
      tokens.push({ text: bytes, isQuoted: true });
      at = end + 1;
      continue;
    }
    let end = at;
    while (end < text.length && !' \t"'.includes(text[end] ?? '')) {
      end += text[end] === '\\' ? 2 : 1;
    }
    tokens.push({ text: text.slice(at, end), isQuoted: false });
    at = end;
  }
  return tokens;
}

function closingQuote(text: string, open: number): number | undefined {
  for (let at = open + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return undefined;
}

const encoder = new TextEncoder();

/** Characters become their UTF-8 bytes, `\"` the character, `\195` the byte. One character a byte. */
export function bytesOfText(text: string): string | undefined {
  // The usual case, and a quick one.
  if (/^[\x20-\x5b\x5d-\x7e]*$/.test(text)) return text;
  let bytes = '';
  let plain = '';
  const flush = (): void => {
    for (const byte of encoder.encode(plain)) bytes += String.fromCharCode(byte);
    plain = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] !== '\\') {
      plain += text[at] ?? '';
      continue;
    }
    const digits = /^\d{3}/.exec(text.slice(at + 1))?.[0];
    if (digits === undefined) {
      if (at + 1 >= text.length) return undefined;
      plain += text[at + 1] ?? '';
      at += 1;
      continue;
    }
    if (Number(digits) > 255) return undefined;
    flush();
    bytes += String.fromCharCode(Number(digits));
    at += 3;
  }
  flush();
  return bytes;
}

/** Quoted, with `\DDD` for bytes outside of printable ASCII. */
export function quoteBytes(bytes: string): string {
  const inner = bytes.replaceAll(/["\\]|[^\x20-\x7e]/g, (character) =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\${String(character.charCodeAt(0)).padStart(3, '0')}`,
  );
  return `"${inner}"`;
}

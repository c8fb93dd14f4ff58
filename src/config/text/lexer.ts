/**
 * Words, quotes and braces of tmsh and bigip.conf. Grammar decides when a block is a blob (Tcl), so the
 * lexer is asked token by token instead of cutting the text beforehand: a blob's quotes mean nothing.
 */
import { closingBrace } from '../../base/braces.ts';

export type Token =
  | {
      readonly kind: 'word';
      readonly text: string;
      readonly quoted: boolean;
      readonly start: number;
    }
  | { readonly kind: 'open' | 'close' | 'end'; readonly text: string; readonly start: number };

/** What the input did wrong, in tmsh's words; caught where parsing began and turned into a fault. */
export class SyntaxProblem extends Error {
  override readonly name = 'SyntaxProblem';
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** More text could still make it right: an open brace or quote. */
  readonly isIncomplete: boolean;
  /** The first line of the message: BIG-IP's own. */
  readonly what: string;
  /** What would have been right, on a line of its own behind it; "" where nobody can tell. */
  readonly hint: string;
  constructor(what: string, line: number, column: number, { isIncomplete, expected }: Slip) {
    const hint = expected === undefined ? '' : `\n  ${expected}`;
    super(`${what}${hint}`);
    this.what = what;
    this.hint = hint;
    this.line = line;
    this.column = column;
    this.isIncomplete = isIncomplete === true;
  }
}

export interface Slip {
  readonly isIncomplete?: boolean;
  /** "expected …" */
  readonly expected?: string;
}

/** In a command, a newline or a semicolon outside braces ends it; in a file they mean nothing. */
export type LexerMode = 'command' | 'file';

const blank = /[ \t\r]/;

export class Lexer {
  readonly text: string;
  readonly #mode: LexerMode;
  #position: number;
  #depth = 0;
  #peeked: Token | undefined;
  /** The last answer of `line`: files are read forwards, and long. */
  #counted = { position: 0, line: 1 };

  constructor(text: string, mode: LexerMode, position = 0) {
    this.text = text;
    this.#mode = mode;
    this.#position = position;
  }

  /** Typed by somebody, who may cut words short. */
  isCommand(): boolean {
    return this.#mode === 'command';
  }

  peek(): Token {
    this.#peeked ??= this.#read();
    return this.#peeked;
  }

  next(): Token {
    const token = this.peek();
    this.#peeked = undefined;
    if (token.kind === 'open') this.#depth += 1;
    if (token.kind === 'close') this.#depth = Math.max(0, this.#depth - 1);
    return token;
  }

  /** True at the end of the command, or of the file. */
  isAtEnd(): boolean {
    return this.peek().kind === 'end';
  }

  isAtEndOfText(): boolean {
    const token = this.peek();
    return token.kind === 'end' && token.text === '';
  }

  /** After the separators between two commands. */
  skipSeparators(): void {
    while (this.peek().kind === 'end' && this.peek().text !== '') this.next();
  }

  /** Where the next token begins, for slicing the text. */
  offset(): number {
    return this.peek().start;
  }

  /** Where the token ends that was taken last; only while the next has not been looked at. */
  taken(): number {
    return this.#position;
  }

  /** The rest of the command as it was written, up to its end. */
  restOfCommand(): string {
    const from = this.offset();
    let end = from;
    while (!this.isAtEnd()) {
      this.next();
      end = this.#position;
    }
    return this.text.slice(from, end);
  }

  line(position = this.peek().start): number {
    const from = this.#counted.position <= position ? this.#counted : { position: 0, line: 1 };
    let { line } = from;
    for (let index = from.position; index < position; index += 1) {
      if (this.text.charCodeAt(index) === 10) line += 1;
    }
    this.#counted = { position, line };
    return line;
  }

  /** At the next token. */
  fail(message: string, slip: Slip = {}): never {
    throw this.#problem(message, this.peek().start, slip);
  }

  /** At a token that was taken already. */
  failAt(position: number, message: string, slip: Slip = {}): never {
    throw this.#problem(message, position, slip);
  }

  /** The next token is not what should stand here. */
  failUnexpected(expected?: string): never {
    return this.#unexpected(this.peek(), expected);
  }

  #problem(message: string, position: number, slip: Slip): SyntaxProblem {
    const column = position - (position === 0 ? -1 : this.text.lastIndexOf('\n', position - 1));
    return new SyntaxProblem(message, this.line(position), column, slip);
  }

  /**
   * From the next token to the end of its line, blocks and quotes that begin there included: a property
   * that nobody knows. Undefined, with nothing consumed, where the block closes before the line ends.
   */
  takeLine(): string | undefined {
    const { start } = this.peek();
    const end = endOfLine(this.text, start);
    if (end === undefined) return undefined;
    this.#peeked = undefined;
    this.#position = end;
    return withoutBlanksBehind(this.text.slice(start, end));
  }

  expectOpen(expected = 'expected "{"'): void {
    const token = this.peek();
    if (token.kind !== 'open') this.#unexpected(token, expected);
    this.next();
  }

  expectClose(expected = 'expected "}"'): void {
    const token = this.peek();
    if (token.kind !== 'close') this.#unexpected(token, expected);
    this.next();
  }

  /** The next word, quotes removed. */
  expectWord(expected?: string): string {
    const token = this.peek();
    if (token.kind !== 'word') return this.#unexpected(token, expected);
    this.next();
    return token.text;
  }

  #unexpected(token: Token, expected?: string): never {
    const hint = expected === undefined ? {} : { expected };
    if (token.kind === 'end') {
      const isIncomplete = this.#depth > 0;
      return this.fail('Syntax Error: incomplete command', { ...hint, isIncomplete });
    }
    return this.fail(`Syntax Error: "${token.text}" unexpected argument`, hint);
  }

  /**
   * The text between `{` and its balanced `}`, verbatim. Only braces and backslashes count, as BIG-IP's
   * own reader has it: quotes and comments do not hide a brace.
   */
  blob(): string {
    const token = this.peek();
    if (token.kind !== 'open') return this.#unexpected(token, 'expected "{"');
    const end = closingBrace(this.text, token.start);
    if (end !== undefined) {
      this.#peeked = undefined;
      this.#position = end + 1;
      return this.text.slice(token.start + 1, end);
    }
    return this.fail("Syntax Error: can't parse TCL script beginning with {", {
      isIncomplete: true,
      expected: 'expected as many "}" as "{", those in comments and quotes included',
    });
  }

  #read(): Token {
    this.#skipBlanks();
    const start = this.#position;
    const character = this.text[start];
    if (character === undefined) return { kind: 'end', text: '', start };
    if (this.#separates(character)) {
      this.#position += 1;
      return { kind: 'end', text: character, start };
    }
    if (character === '{' || character === '}') {
      this.#position += 1;
      return { kind: character === '{' ? 'open' : 'close', text: character, start };
    }
    if (character === '"') return this.#quoted();
    return this.#word();
  }

  #separates(character: string | undefined): boolean {
    return (
      this.#mode === 'command' && this.#depth === 0 && (character === '\n' || character === ';')
    );
  }

  #skipBlanks(): void {
    for (;;) {
      const character = this.text[this.#position];
      if (character === undefined) return;
      if (character === '\\' && this.text[this.#position + 1] === '\n') this.#position += 2;
      else if (blank.test(character)) this.#position += 1;
      else if (character === '\n' && !this.#separates(character)) this.#position += 1;
      else if (character === '#' && this.#beginsComment()) this.#skipLine();
      else return;
    }
  }

  /** First on its line, or behind the end of a stanza, where no word can begin with one. */
  #beginsComment(): boolean {
    let index = this.#position - 1;
    while (index >= 0 && blank.test(this.text[index] ?? '')) index -= 1;
    const before = this.text[index];
    if (before === '}') return this.#mode === 'file' && this.#depth === 0;
    return before === undefined || before === '\n';
  }

  #skipLine(): void {
    const end = this.text.indexOf('\n', this.#position);
    this.#position = end < 0 ? this.text.length : end;
  }

  #quoted(): Token {
    const start = this.#position;
    let text = '';
    for (let index = start + 1; index < this.text.length; index += 1) {
      const character = this.text[index] ?? '';
      if (character === '"') {
        this.#position = index + 1;
        return { kind: 'word', text, quoted: true, start };
      }
      if (character === '\\' && index + 1 < this.text.length) {
        index += 1;
        text += unescaped(this.text[index] ?? '');
      } else text += character;
    }
    throw this.#problem('Syntax Error: quotes are not balanced', start, {
      isIncomplete: true,
      expected: 'expected a second quote before the end',
    });
  }

  #word(): Token {
    const start = this.#position;
    let text = '';
    let index = start;
    for (; index < this.text.length; index += 1) {
      const character = this.text[index] ?? '';
      if (blank.test(character) || character === '\n' || character === '{' || character === '}') {
        break;
      }
      if (this.#separates(character)) break;
      if (character === '\\' && index + 1 < this.text.length) {
        index += 1;
        text += unescaped(this.text[index] ?? '');
      } else text += character;
    }
    this.#position = index;
    return { kind: 'word', text, quoted: false, start };
  }
}

/** Blanks, quoted texts and whole blocks belong to the line that they began on. */
function endOfLine(text: string, start: number): number | undefined {
  let depth = 0;
  let isQuoted = false;
  for (let index = start; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\\') index += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      if (depth === 0) return undefined;
      depth -= 1;
    } else if (character === '\n' && depth === 0) return index;
  }
  return undefined;
}

/** `\"`, `\\`, `\{`, `\?` lose the backslash; `\r` and `\n` stay text, as monitor strings need. */
function unescaped(character: string): string {
  return /[A-Za-z0-9]/.test(character) ? `\\${character}` : character;
}

/**
 * As BIG-IP writes a value: bare where it is one plain word, else in double quotes. Inverse of the lexer.
 * A backslash before a letter stays single (`\r\n` in monitors), any other is doubled.
 */
export function quote(text: string): string {
  if (/^[^\s"'\\{}|;?#]+$/.test(text)) return text;
  return `"${text.replace(/\\(?![A-Za-z0-9])|["{}?]/g, (found) => `\\${found}`)}"`;
}

/** A blank behind a backslash belongs to its word, and one of another alphabet is none. */
export function withoutBlanksBehind(text: string): string {
  let end = text.length;
  while (end > 0 && ' \t\r\n'.includes(text.charAt(end - 1))) end -= 1;
  let first = end;
  while (first > 0 && text.charAt(first - 1) === '\\') first -= 1;
  return text.slice(0, (end - first) % 2 === 0 ? end : end + 1);
}

/** `… | grep PATTERN`: the only filter that tmsh has. Pure. */
import type { Lexer } from '../config/text/lexer.ts';

export interface Filter {
  readonly expression: RegExp;
  readonly isInverted: boolean;
  /** The number of lines instead of the lines. */
  readonly isCounted: boolean;
  readonly isNumbered: boolean;
  readonly before: number;
  readonly after: number;
}

const maximumContext = 1000;

/** After the bar. Throws SyntaxProblem. */
export function takeFilter(lexer: Lexer): Filter {
  const first = lexer.peek();
  if (first.kind !== 'word' || first.text !== 'grep') lexer.failUnexpected('expected "grep"');
  lexer.next();
  const flags = new Set<string>();
  const context = { before: 0, after: 0 };
  let pattern: string | undefined;
  while (lexer.peek().kind === 'word' && !isBar(lexer)) {
    const token = lexer.peek();
    const quotedText = takeSingleQuoted(lexer);
    if (quotedText === undefined) lexer.next();
    const isOption =
      pattern === undefined && token.kind === 'word' && !token.quoted && /^-\w/.test(token.text);
    if (!isOption) {
      if (pattern !== undefined) {
        lexer.failAt(token.start, `Syntax Error: "${token.text}" unexpected argument`, {
          expected: 'expected quotes around a pattern with blanks',
        });
      }
      pattern = quotedText ?? token.text;
      continue;
    }
    for (const [, flag = '', digits = ''] of token.text.slice(1).matchAll(/([A-Za-z])(\d*)/g)) {
      if (!'ivncEeABC'.includes(flag)) lexer.fail(`grep: invalid option -- '${flag}'`);
      if ('ABC'.includes(flag)) {
        const count = Math.min(maximumContext, Number(digits === '' ? lexer.expectWord() : digits));
        if (!Number.isInteger(count)) lexer.fail('grep: invalid context length argument');
        if (flag !== 'A') context.before = count;
        if (flag !== 'B') context.after = count;
      } else flags.add(flag);
    }
  }
  if (pattern === undefined) return lexer.failUnexpected('expected a pattern');
  return {
    ...context,
    expression: expressionOf(lexer, pattern, flags),
    isInverted: flags.has('v'),
    isCounted: flags.has('c'),
    isNumbered: flags.has('n'),
  };
}

/** `'a pattern'`, as shells have taught everybody; undefined when the next word begins otherwise. */
function takeSingleQuoted(lexer: Lexer): string | undefined {
  const start = lexer.offset();
  const end = lexer.text.indexOf("'", start + 1);
  if (lexer.text[start] !== "'" || end < 0) return undefined;
  while (lexer.peek().kind !== 'end' && lexer.offset() <= end) lexer.next();
  return lexer.text.slice(start + 1, end);
}

/** grep's basic expressions write `\+`, `\(` for what JavaScript has bare; a bar is never literal. */
function expressionOf(lexer: Lexer, pattern: string, flags: ReadonlySet<string>): RegExp {
  const source = flags.has('E')
    ? pattern
    : pattern.replaceAll(/\\?[+(){}?]|\\\|/g, (found) =>
        found.length === 2 ? found.slice(1) : `\\${found}`,
      );
  try {
    return new RegExp(source, flags.has('i') ? 'i' : '');
  } catch {
    return lexer.fail(`grep: invalid regular expression: ${pattern}`);
  }
}

export function isBar(lexer: Lexer): boolean {
  const token = lexer.peek();
  return token.kind === 'word' && !token.quoted && token.text === '|';
}

export function filtered(text: string, filter: Filter): readonly string[] {
  const lines = text.split('\n');
  const hits = lines.map((line) => filter.expression.test(line) !== filter.isInverted);
  if (filter.isCounted) return [String(hits.filter(Boolean).length)];
  const kept = new Set<number>();
  for (const index of hits.flatMap((isHit, at) => (isHit ? [at] : []))) {
    const last = Math.min(lines.length - 1, index + filter.after);
    for (let at = Math.max(0, index - filter.before); at <= last; at += 1) kept.add(at);
  }
  return lines.flatMap((line, index) =>
    kept.has(index) ? [filter.isNumbered ? `${index + 1}:${line}` : line] : [],
  );
}

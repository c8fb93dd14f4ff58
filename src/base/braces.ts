/**
 * Braces as BIG-IP's reader counts them in Tcl and in blocks it does not look into: a backslash hides the next
 * character, quotes and comments hide nothing. Pure.
 */

/** Where the brace that `open` points to is closed; undefined when it never is. */
export function closingBrace(text: string, open: number): number | undefined {
  let depth = 0;
  for (let index = open; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\\') index += 1;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth === 0) return index;
    }
  }
  return undefined;
}

export interface BraceProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** Why the text could not be read back from between braces; undefined when it can. */
export function braceProblem(text: string): BraceProblem | undefined {
  // A line break keeps a backslash at the end from hiding the last brace, as in a file.
  const block = `{${text}\n}`;
  const end = closingBrace(block, 0);
  if (end === block.length - 1) return undefined;
  if (end !== undefined) {
    const line = block.slice(0, end).split('\n').length;
    return { line, message: 'extra characters after close-brace' };
  }
  return { line: text.split('\n').length, message: 'missing close-brace' };
}

/**
 * `cli preference keymap vi`: what somebody types as in vi becomes the keys of emacs, which the terminal's line editor
 * knows. A line begins in insert mode. Pure.
 */

export interface ViState {
  readonly mode: 'insert' | 'command';
  /** What was typed of a command so far: "3", "d", "2d", "r". */
  readonly pending: string;
}

export const viBeginning: ViState = { mode: 'insert', pending: '' };

const escape = '\u001b';
const left = '\u0002';
const right = '\u0006';
const home = '\u0001';
const end = '\u0005';
/** Not Ctrl-D: on an empty line that is the end. */
const deleteRight = `${escape}[3~`;
const deleteToEnd = '\u000b';
const deleteToStart = '\u0015';
const deleteWord = `${escape}d`;
const deleteWordBefore = '\u0017';
const wordRight = `${escape}f`;
const wordLeft = `${escape}b`;
const wholeLine = `${end}${deleteToStart}`;

/** Arrows, Delete and the like. */
const severalCharacters = new RegExp(`^${escape}[[O][0-9;]*[A-Za-z~]`);

/** Moves, and changes that leave insert mode alone; each may have a count. */
const plain: Readonly<Record<string, string>> = {
  h: left,
  '\u007f': left,
  l: right,
  ' ': right,
  w: wordRight,
  W: wordRight,
  e: `${right}${wordRight}${left}`,
  E: `${right}${wordRight}${left}`,
  b: wordLeft,
  B: wordLeft,
  '0': home,
  '^': home,
  $: end,
  x: deleteRight,
  X: '\u0008',
  D: deleteToEnd,
  dd: wholeLine,
  dw: deleteWord,
  de: deleteWord,
  db: deleteWordBefore,
  d$: deleteToEnd,
  d0: deleteToStart,
  'd^': deleteToStart,
  dh: '\u0008',
  dl: deleteRight,
  p: '\u0019',
  P: '\u0019',
  u: '\u001f',
  k: '\u0010',
  '-': '\u0010',
  j: '\u000e',
  '+': '\u000e',
};

/** Then comes text. */
const inserting: Readonly<Record<string, string>> = {
  i: '',
  I: home,
  a: right,
  A: end,
  s: deleteRight,
  S: wholeLine,
  C: deleteToEnd,
  cc: wholeLine,
  cw: deleteWord,
  ce: deleteWord,
  cb: deleteWordBefore,
  c$: deleteToEnd,
  c0: deleteToStart,
  cl: deleteRight,
};

/** Nobody means more by a count. */
const maximumCount = 1000;

/** `text` as one read of the terminal gives it; arrows and other keys of several characters go through. */
export function viKeys(
  state: ViState,
  text: string,
): { readonly state: ViState; readonly keys: string } {
  let now = state;
  let keys = '';
  for (let rest = text; rest !== '';) {
    const [special] = severalCharacters.exec(rest) ?? [];
    const key = special ?? String.fromCodePoint(rest.codePointAt(0) ?? 0);
    rest = rest.slice(key.length);
    const step = special === undefined ? viKey(now, key) : { state: now, keys: key };
    now = step.state;
    keys += step.keys;
  }
  return { state: now, keys };
}

type Step = ReturnType<typeof viKeys>;

function viKey({ mode, pending }: ViState, key: string): Step {
  const waiting = (next: string, keys = ''): Step => ({
    state: { mode: 'command', pending: next },
    keys,
  });
  // Enter begins a new line; Ctrl-C and Ctrl-D are the terminal's.
  if (key === '\r' || key === '\n') return { state: viBeginning, keys: key };
  if (mode === 'insert') {
    return key === escape
      ? waiting('', left)
      : { state: { mode: 'insert', pending: '' }, keys: key };
  }
  if (key === escape) return waiting('');
  const command = `${pending}${key}`;
  const [, digits = '', word = ''] = /^((?:[1-9]\d*)?)(.*)$/s.exec(command) ?? [];
  if (word === '') return waiting(digits);
  const times = Math.min(Number(digits === '' ? 1 : digits), maximumCount);
  if (word.length === 2 && word.startsWith('r')) {
    return waiting('', `${deleteRight}${word.slice(1)}${left}`);
  }
  const inserted = inserting[word];
  if (inserted !== undefined) {
    return { state: viBeginning, keys: inserted.repeat(times) };
  }
  const moved = plain[word];
  if (moved !== undefined) return waiting('', moved.repeat(times));
  if (['d', 'c', 'r'].includes(word)) return waiting(command);
  // Control characters are the line editor's, as in vi's own insert mode.
  return key < ' ' ? waiting('', key) : waiting('');
}

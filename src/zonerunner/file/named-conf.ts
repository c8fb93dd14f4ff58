/** named.conf → its views, zones and keys, as far as they have a place here. Pure. */

export interface Statement {
  readonly line: number;
  readonly words: readonly string[];
  readonly block?: readonly Statement[];
}

export interface ConfProblem {
  readonly line: number;
  readonly problem: string;
}

const maximumDepth = 16;
const maximumStatements = 200_000;

interface Lexeme {
  readonly text: string;
  readonly line: number;
  readonly isQuoted: boolean;
}

/** Quotes are gone; a word that is one is told from a brace by `isQuoted` before that. */
export function parseNamedConf(text: string): { statements: readonly Statement[] } | ConfProblem {
  const lexemes = cutConf(text);
  if ('problem' in lexemes) return lexemes;
  let at = 0;
  const parse = (depth: number): readonly Statement[] | ConfProblem => {
    const statements: Statement[] = [];
    let words: string[] = [];
    let block: readonly Statement[] | undefined;
    let start = lexemes[at]?.line ?? 1;
    for (; at < lexemes.length; at += 1) {
      const { text: word, line, isQuoted } = lexemes[at] ?? { text: '', line: 0, isQuoted: false };
      if (words.length === 0 && block === undefined) start = line;
      if (isQuoted || !'{};'.includes(word)) words.push(word);
      else if (word === ';') {
        if (words.length > 0 || block !== undefined) {
          statements.push({ line: start, words, ...(block && { block }) });
        }
        if (statements.length > maximumStatements) return { line, problem: 'it is too long' };
        words = [];
        block = undefined;
      } else if (word === '{') {
        if (depth >= maximumDepth) return { line, problem: 'its blocks are too deep' };
        at += 1;
        const inner = parse(depth + 1);
        if ('problem' in inner) return inner;
        block = inner;
        if (lexemes[at]?.text !== '}') return { line, problem: 'a block is not closed' };
      } else {
        if (depth === 0) return { line, problem: 'a block is closed that is not open' };
        break;
      }
    }
    if (words.length > 0 || block !== undefined)
      return { line: start, problem: 'a ";" is missing' };
    return statements;
  };
  const statements = parse(0);
  return 'problem' in statements ? statements : { statements };
}

function cutConf(text: string): readonly Lexeme[] | ConfProblem {
  const lexemes: Lexeme[] = [];
  const pattern =
    /(?<space>\s+)|(?<comment>\/\/[^\n]*|#[^\n]*|\/\*[^]*?\*\/)|"(?<quoted>(?:[^"\\\n]|\\.)*)"|(?<mark>[{};])|(?<word>(?:(?!\/\/|\/\*)[^\s{};"#])+)/y;
  let line = 1;
  for (let at = 0; at < text.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return { line, problem: 'a quote or a comment is not closed' };
    const { quoted, mark, word } = match.groups ?? {};
    const found = quoted ?? mark ?? word;
    if (found !== undefined) {
      lexemes.push({ text: found, line, isQuoted: quoted !== undefined });
    }
    line += match[0].split('\n').length - 1;
  }
  return lexemes;
}

export interface ConfZone {
  readonly line: number;
  readonly view: string | undefined;
  readonly name: string;
  readonly type: string;
  readonly file: string | undefined;
  /** Members of its lists, other lists and ACLs resolved: addresses, prefixes, `key NAME`. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly forward: string | undefined;
  readonly dnssecPolicy: string | undefined;
  /** Of lists that say one before their members: `forwarders port 5353 { … }`. */
  readonly ports: Readonly<Record<string, number>>;
}

export interface ConfView {
  readonly name: string;
  readonly matchClients: readonly string[];
}

export interface ConfKey {
  readonly name: string;
  readonly algorithm: string;
  readonly secret: string;
}

export interface NamedConf {
  readonly directory: string;
  readonly views: readonly ConfView[];
  readonly zones: readonly ConfZone[];
  readonly keys: readonly ConfKey[];
  /** Statements that have no place here, by name, with their line. */
  readonly ignored: readonly string[];
}

const zoneLists = [
  'primaries',
  'masters',
  'forwarders',
  'allow-transfer',
  'also-notify',
  'allow-notify',
  'allow-update',
] as const;
const understood = new Set([
  'options',
  'view',
  'zone',
  'key',
  'acl',
  'primaries',
  'masters',
  'include',
]);

export function readNamedConf(statements: readonly Statement[]): NamedConf {
  const named = new Map<string, readonly Statement[]>();
  for (const { words, block } of statements) {
    const [kind = '', name = ''] = words;
    if (['acl', 'primaries', 'masters'].includes(kind) && block) named.set(name, block);
  }
  const options = statements.find(({ words }) => words[0] === 'options')?.block ?? [];
  const views = statements.filter(({ words }) => words[0] === 'view');
  const zones = (inside: readonly Statement[], view: string | undefined): ConfZone[] =>
    inside.flatMap((statement) => {
      if (statement.words[0] !== 'zone' || statement.block === undefined) return [];
      return [readZoneStatement(statement, statement.block, view, named)];
    });
  return {
    directory: wordOf(options, 'directory') ?? '',
    views: views.map(({ words, block }) => ({
      name: words[1] ?? '',
      matchClients: membersOf(find(block ?? [], 'match-clients')?.block ?? [], named),
    })),
    zones: [
      ...zones(statements, undefined),
      ...views.flatMap(({ words, block }) => zones(block ?? [], words[1])),
    ],
    keys: statements.flatMap(({ words, block }) =>
      words[0] === 'key' && block
        ? [
            {
              name: (words[1] ?? '').toLowerCase(),
              algorithm: wordOf(block, 'algorithm')?.toLowerCase() ?? '',
              secret: wordOf(block, 'secret') ?? '',
            },
          ]
        : [],
    ),
    ignored: statements
      .filter(({ words }) => !understood.has(words[0] ?? ''))
      .map(({ words, line }) => `line ${line}: ${words.slice(0, 2).join(' ')}`),
  };
}

function readZoneStatement(
  { line, words }: Statement,
  block: readonly Statement[],
  view: string | undefined,
  named: ReadonlyMap<string, readonly Statement[]>,
): ConfZone {
  const lists = Object.fromEntries(
    zoneLists.map((name) => [name, membersOf(find(block, name)?.block ?? [], named)]),
  );
  const ports = zoneLists.flatMap((name) => {
    const head = find(block, name)?.words ?? [];
    const at = head.indexOf('port');
    return at < 0 ? [] : [[name, Number(head[at + 1])] as const];
  });
  return {
    line,
    view,
    name: words[1] ?? '',
    type: wordOf(block, 'type') ?? '',
    file: wordOf(block, 'file'),
    lists,
    forward: wordOf(block, 'forward'),
    dnssecPolicy: wordOf(block, 'dnssec-policy'),
    ports: Object.fromEntries(ports),
  };
}

/** Names of ACLs and server lists are followed, a bounded number of times. */
function membersOf(
  block: readonly Statement[],
  named: ReadonlyMap<string, readonly Statement[]>,
  depth = 0,
): readonly string[] {
  if (depth > maximumDepth) return [];
  return block.flatMap((statement) => {
    if (statement.block !== undefined && statement.words.length === 0) {
      return membersOf(statement.block, named, depth + 1);
    }
    const known = named.get(statement.words[0] ?? '');
    const isName = known !== undefined && statement.words.length === 1;
    return isName ? membersOf(known, named, depth + 1) : [statement.words.join(' ')];
  });
}

function find(block: readonly Statement[], name: string): Statement | undefined {
  return block.find(({ words }) => words[0] === name);
}

function wordOf(block: readonly Statement[], name: string): string | undefined {
  return find(block, name)?.words[1];
}

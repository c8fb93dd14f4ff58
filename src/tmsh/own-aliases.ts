/** `cli alias`: a word of one's own for the beginning of a command. */
import { Lexer } from '../config/text/lexer.ts';
import type { Choice } from './complete.ts';
import { verbsOf } from './parse-command.ts';
import { wordsBelow } from './paths.ts';
import { type Session, itemsOf } from './session.ts';

const ownPlace = '/mgmt/tm/cli/alias/private';
const sharedPlace = '/mgmt/tm/cli/alias/shared';

/** A user's own, else the shared one of the first folder of `cli preference alias-path` that has it. */
async function aliasNamed(session: Session, name: string): Promise<string | undefined> {
  const own = await session.rest.request('GET', ownPlace);
  const found = own.isOk ? itemsOf(own.json).find((item) => item['name'] === name) : undefined;
  if (found !== undefined) return String(found['tmCommand']);
  const shared = await session.rest.request('GET', sharedPlace);
  const items = shared.isOk ? itemsOf(shared.json) : [];
  for (const folder of session.preference.aliasPath) {
    const path = `${folder.replace(/\/$/, '')}/${name}`;
    const one = items.find((item) => item['fullPath'] === path);
    if (one !== undefined) return String(one['tmCommand']);
  }
  return undefined;
}

/** What Tab offers of them: each once, with what it stands for. */
export async function aliasChoices(session: Session): Promise<readonly Choice[]> {
  if (!session.preference.areAliasesShown) return [];
  const [own, shared] = await Promise.all(
    [ownPlace, sharedPlace].map((place) => session.rest.request('GET', place)),
  );
  const folders = session.preference.aliasPath.map((folder) => folder.replace(/\/$/, ''));
  const isInPath = (path: string): boolean =>
    folders.includes(path.slice(0, path.lastIndexOf('/')));
  const items = [
    ...(own?.isOk === true ? itemsOf(own.json) : []),
    ...(shared?.isOk === true ? itemsOf(shared.json) : []).filter((item) =>
      isInPath(String(item['fullPath'])),
    ),
  ];
  return items.map((item) => ({
    word: String(item['name']),
    help: `Alias: ${String(item['tmCommand'])}`,
  }));
}

/** The text with the alias in front replaced by what it stands for; asked for only where no command begins so. */
export async function withoutAlias(session: Session, lexer: Lexer): Promise<Lexer> {
  lexer.skipSeparators();
  const token = lexer.peek();
  if (token.kind !== 'word' || token.quoted || isKnown(session, token.text)) return lexer;
  const command = await aliasNamed(session, token.text);
  if (command === undefined) return lexer;
  const rest = lexer.text.slice(token.start + token.text.length);
  return new Lexer(`${command}${rest}`, 'command');
}

function isKnown({ components, module }: Session, text: string): boolean {
  if (!/^[a-z][\w.-]*$/i.test(text)) return true;
  const words = [
    ...verbsOf(components),
    ...wordsBelow(module, components),
    ...wordsBelow('', components),
  ];
  return words.some((word) => word.startsWith(text));
}

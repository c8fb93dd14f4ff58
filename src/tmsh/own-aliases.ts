/** `cli alias`: a word of one's own for the beginning of a command. */
import { Lexer } from '../config/text/lexer.ts';
import { verbsOf } from './parse-command.ts';
import { wordsBelow } from './paths.ts';
import { type Session, itemsOf } from './session.ts';

/** Those of one user come first. */
const places = ['/mgmt/tm/cli/alias/private', '/mgmt/tm/cli/alias/shared'];

/** The text with the alias in front replaced by what it stands for; asked for only where no command begins so. */
export async function withoutAlias(session: Session, lexer: Lexer): Promise<Lexer> {
  lexer.skipSeparators();
  const token = lexer.peek();
  if (token.kind !== 'word' || token.quoted || isKnown(session, token.text)) return lexer;
  for (const place of places) {
    const { isOk, json } = await session.rest.request('GET', place);
    const alias = isOk ? itemsOf(json).find(({ name }) => name === token.text) : undefined;
    const command = alias?.['tmCommand'];
    if (typeof command !== 'string') continue;
    const rest = lexer.text.slice(token.start + token.text.length);
    return new Lexer(`${command}${rest}`, 'command');
  }
  return lexer;
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

/** `edit`: objects as commands in an editor; what comes back is run, as one change. */
import { list } from './read-commands.ts';
import type { ReadCommand } from './parse-read.ts';
import { editorOf } from './preference.ts';
import { Refusal, type Session } from './session.ts';

/** How often somebody may go back to the editor. */
const maximumRounds = 100;

/** Throws Refusal when there is nothing to edit, or nobody to. */
export async function edit(
  session: Session,
  read: ReadCommand,
  run: (session: Session, text: string) => Promise<void>,
): Promise<void> {
  const { editText, askWord, preference } = session;
  if (editText === undefined || askWord === undefined) {
    throw new Refusal('edit: there is no terminal to edit at');
  }
  const before = await commandsOf(session, read);
  let text = before;
  for (let round = 0; round < maximumRounds; round += 1) {
    text = await edited(session, editText, text);
    if (text === before) return session.print('Nothing was changed.');
    const word = preference.isEditConfirmed ? await askWord('Save changes? (y/n/e) ') : 'y';
    if (word === 'e') continue;
    if (word !== 'y') return;
    try {
      await run(session, text);
      return;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      session.printError(error.message);
      if ((await askWord('There were errors. Edit again? (y/n) ')) !== 'y') return;
    }
  }
}

/** `modify ltm pool web { … }` for what is there, `create` for a name that nothing has yet. */
async function commandsOf(session: Session, read: ReadCommand): Promise<string> {
  const lines: string[] = [];
  const quiet: Session = { ...session, print: (text) => lines.push(`modify ${text}`) };
  try {
    await list(quiet, read);
  } catch (error) {
    const [component] = read.components;
    const [name] = read.names;
    const isNew = error instanceof Refusal && error.message.startsWith('01020036:');
    if (!isNew || component === undefined || name === undefined) throw error;
    return `create ${component.id} ${name.text} {\n}\n`;
  }
  if (lines.length === 0) throw new Refusal('edit: there is no such object');
  return `${lines.join('\n')}\n`;
}

async function edited(
  { preference }: Session,
  editText: NonNullable<Session['editText']>,
  text: string,
): Promise<string> {
  try {
    return await editText(text, editorOf(preference));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Refusal(`edit: ${error.message}`, [], { cause: error });
  }
}

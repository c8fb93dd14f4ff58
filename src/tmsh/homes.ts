/**
 * Names without a folder, in another folder than /Common: tmsh takes the object of that folder, and where there is none
 * the one of /Common (`cd /web; create ltm pool p monitor http`). Only the device knows which there are.
 */
import type { ComponentId } from '../catalogue/types.ts';
import { qualify } from '../config/text/names.ts';
import { objectPath } from '../config/text/urls.ts';
import type { CommandContext } from './paths.ts';
import type { Session } from './session.ts';

const common = '/Common';

/** A command names as many objects by hand at most. */
const maximumNames = 200;

interface Named {
  readonly targets: readonly ComponentId[];
  readonly name: string;
}

function keyOf({ targets, name }: Named): string {
  return [name, ...targets].join('\0');
}

/** What `read` makes of a command, read anew where names of it turn out to live in /Common. */
export async function readAtHome<T>(
  session: Session,
  context: CommandContext,
  read: (context: CommandContext) => T,
): Promise<T> {
  if (context.folder === common) return read(context);
  const asked = new Map<string, Named>();
  const noted = read({
    ...context,
    homeOf(targets, name) {
      if (targets.length > 0 && asked.size < maximumNames) {
        asked.set(keyOf({ targets, name }), { targets, name });
      }
      return undefined;
    },
  });
  const away = new Set<string>();
  for (const [key, named] of asked) {
    if (await isThere(session, named, context.folder)) continue;
    if (await isThere(session, named, common)) away.add(key);
  }
  if (away.size === 0) return noted;
  return read({
    ...context,
    homeOf: (targets, name) => (away.has(keyOf({ targets, name })) ? common : undefined),
  });
}

async function isThere(
  session: Session,
  { targets, name }: Named,
  folder: string,
): Promise<boolean> {
  const known = targets.flatMap((id) => session.component(id) ?? []);
  const found = await Promise.all(
    known.map(async (component) => {
      const path = `${objectPath(component, qualify(name, folder))}?$select=name`;
      return (await session.rest.request('GET', path)).isOk;
    }),
  );
  return found.includes(true);
}

/** Where the built GUI is: the launcher makes it (`web/build.ts`), control serves it. */
import { join } from 'node:path';
import type { GuiFiles } from '../icontrol/gui/pages.ts';
import { readStaticFiles } from '../platform/static-files.ts';

/** Looked for anew until it is there; then it is held, so that pages and their files stay together. */
export function builtGui(): GuiFiles {
  const root = join(import.meta.dirname, '..', '..');
  const folder = process.env['EVENKEEL_GUI'] ?? join(root, '.cache', 'gui');
  let held: ReturnType<GuiFiles>;
  return () => {
    held ??= readStaticFiles(folder);
    return held;
  };
}

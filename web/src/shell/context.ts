/** What every page may ask the shell for. */
import { createContext, useContext } from 'react';
import type { Change } from '../change/words.ts';
import type { Session } from '../api/session.ts';
import type { Corner } from '../api/stream.ts';

export interface Notice {
  readonly kind: 'success' | 'danger' | 'warning' | 'info';
  readonly title: string;
  readonly text?: string;
}

export interface Shell {
  readonly session: Session;
  /** Undefined while the device has not said it. */
  readonly corner: Corner | undefined;
  /** Why what is shown may be old. */
  readonly problem: string | undefined;
  /** Somebody has to sign in again: nothing of the page is on the screen. */
  readonly isLocked: boolean;
  /** Changes that wait to be one transaction. */
  readonly tray: readonly Change[];
  /** The device for which the first of them was begun; undefined: there are none. */
  readonly trayDevice: string | undefined;
  setTray(changes: readonly Change[]): void;
  notify(notice: Notice): void;
}

export const ShellContext = createContext<Shell | undefined>(undefined);

export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (shell === undefined) throw new Error('a page outside of the shell');
  return shell;
}

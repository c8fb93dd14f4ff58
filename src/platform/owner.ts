import { chmodSync, chownSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Files for engines that run as somebody else than root. */
export interface UserIds {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The first of `names` that this host has, by /etc/passwd. */
export function findUser(names: readonly string[]): UserIds | undefined {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const wanted of names) {
    const [name = '', , uid, gid] =
      lines.find((line) => line.startsWith(`${wanted}:`))?.split(':') ?? [];
    if (name !== '') return { name, uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Hands a folder and all in it to a user. */
export function giveFolder(path: string, user: UserIds): void {
  chownSync(path, user.uid, user.gid);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) giveFolder(child, user);
    else chownSync(child, user.uid, user.gid);
  }
}

/**
 * Lets others walk through (not list) the folders from `path` up to and including `top`: without it an
 * engine without root's rights does not reach its own folder.
 */
export function allowPassage(path: string, top: string): void {
  for (let folder = path; ; folder = dirname(folder)) {
    if (existsSync(folder)) chmodSync(folder, statSync(folder).mode | 0o011);
    if (folder === top || folder === dirname(folder)) return;
  }
}

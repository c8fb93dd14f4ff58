import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../src/base/user-error.ts';
import { readTextIfPresent, writeFileDurably } from '../src/platform/files.ts';
import { identify, isAlive, type ProcessIdentity } from '../src/platform/processes.ts';

/** What is remembered of a lab, in /run/evenkeel/NAME/lab.json. */
export interface LabState {
  readonly name: string;
  readonly topology: string;
  readonly slot: number;
  readonly state: 'starting' | 'up';
  /** Who is starting it. */
  readonly owner: ProcessIdentity;
  /** Wall milliseconds. */
  readonly startedAt: number;
  readonly cutLinks: readonly string[];
  /** Generated; of `admin` on every device. */
  readonly password: string;
}

const home = '/run/evenkeel';
const firstSlot = 1;
const lastSlot = 60;

export function checkLabName(name: string): void {
  if (/^[a-z][a-z0-9]{0,11}$/.test(name)) return;
  throw new UserError(
    `lab name ${JSON.stringify(name)} must be 1 to 12 letters and digits, a letter first`,
  );
}

export function labFolder(name: string): string {
  return join(home, name);
}

export function readLab(name: string): LabState | undefined {
  const text = readTextIfPresent(join(labFolder(name), 'lab.json'));
  // Written durably by writeLab only.
  return text === undefined ? undefined : (JSON.parse(text) as LabState);
}

export function writeLab(state: LabState): void {
  writeFileDurably(join(labFolder(state.name), 'lab.json'), JSON.stringify(state));
}

export function removeLab(name: string): void {
  rmSync(labFolder(name), { recursive: true, force: true });
  for (const slot of heldSlots()) {
    if (holderOf(slot) === name) rmSync(slotFolder(slot), { recursive: true, force: true });
  }
  // The last lab takes the empty folders along; failing means another lab still uses them.
  for (const folder of [join(home, 'slots'), home]) {
    try {
      if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true });
    } catch {
      // Not there.
    }
  }
}

/** A number that no other lab has: mkdir is atomic, so that two labs can start at once. */
export function takeSlot(name: string, isTaken: (slot: number) => boolean): number {
  // named runs as a user of its own, so it has to get through to the device's folder.
  mkdirSync(home, { recursive: true, mode: 0o711 });
  mkdirSync(join(home, 'slots'), { recursive: true, mode: 0o700 });
  for (let slot = firstSlot; slot <= lastSlot; slot += 1) {
    if (isTaken(slot)) continue;
    try {
      mkdirSync(slotFolder(slot));
    } catch {
      continue;
    }
    writeFileDurably(join(slotFolder(slot), 'lab'), name);
    return slot;
  }
  throw new UserError(
    `all ${lastSlot} lab slots are taken: end labs with evenkeel lab down --name NAME`,
  );
}

function slotFolder(slot: number): string {
  return join(home, 'slots', String(slot));
}

function heldSlots(): readonly number[] {
  try {
    return readdirSync(join(home, 'slots')).map(Number);
  } catch {
    return [];
  }
}

function holderOf(slot: number): string {
  try {
    return readFileSync(join(slotFolder(slot), 'lab'), 'utf8');
  } catch {
    return '';
  }
}

export function ownIdentity(): ProcessIdentity {
  const identity = identify(process.pid);
  if (identity === undefined) throw new Error('cannot find the own process in /proc');
  return identity;
}

export function isOwnerAlive(state: LabState): boolean {
  return isAlive(state.owner);
}

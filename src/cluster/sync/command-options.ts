/** What the commands of the room work with. */
import type { SyncGroup, SyncOptions } from './context.ts';
import type { PeerContent } from './peer-content.ts';

export type WaitFor = (isDone: () => boolean, limit: number) => Promise<boolean>;

export interface CommandOptions extends SyncOptions {
  groups(): readonly SyncGroup[];
  readonly peerContent: PeerContent;
  readonly waitFor: WaitFor;
}

/** `recover-sync` makes the group whole from this device, whatever the others hold. */
export const orders = ['to-group', 'from-group', 'recover-sync', 'merge'] as const;
export type SyncOrder = (typeof orders)[number];

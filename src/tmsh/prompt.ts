/** `root@(host)(cfg-sync In Sync)(Active)(/Common)(tmos.ltm)#`, from what the device says now. */
import type { RestAnswer, RestClient } from './rest.ts';
import { type Colour, coloured } from './colours.ts';
import { findLeaf, treeOf } from './statistics-tree.ts';

export interface PromptPlace {
  readonly user: string;
  readonly folder: string;
  readonly module: string;
  readonly isInTransaction: boolean;
  /** Which of its parts are shown: "host", "user", "status", "current-folder", "config-sync-status". */
  readonly parts: ReadonlySet<string>;
  readonly isColoured: boolean;
}

/** A device that says nothing is INOPERATIVE; the prompt comes all the same. */
export async function promptText(rest: RestClient, place: PromptPlace): Promise<string> {
  const [settings, sync, failover] = await Promise.all([
    rest.request('GET', '/mgmt/tm/sys/global-settings?$select=hostname'),
    rest.request('GET', '/mgmt/tm/cm/sync-status'),
    rest.request('GET', '/mgmt/tm/cm/failover-status'),
  ]);
  const host = String(settings.json['hostname'] ?? 'localhost').split('.')[0] ?? 'localhost';
  const status = leafOf(sync, 'status') ?? 'Standalone';
  const role = capitalised(leafOf(failover, 'status') ?? 'INOPERATIVE');
  const mode = ['tmos', ...place.module.split(' ')].filter((word) => word !== '').join('.');
  const { parts } = place;
  const inColour = (text: string, colour: Colour): string =>
    place.isColoured ? coloured(text, colour) : text;
  const user = parts.has('user') ? `${place.user}@` : '';
  const shown = [
    ...(parts.has('host') ? [host] : []),
    ...(parts.has('config-sync-status')
      ? [inColour(`cfg-sync ${status}`, syncColour(status))]
      : []),
    ...(parts.has('status') ? [inColour(role, roleColour(role))] : []),
    ...(parts.has('current-folder') ? [place.folder] : []),
    mode,
  ];
  const batch = place.isInTransaction ? '[batch mode]' : '';
  return `${batch}${user}${shown.map((part) => `(${part})`).join('')}# `;
}

/** What wants to be looked at stands out; what is as it should be is calm. */
function syncColour(status: string): Colour {
  if (/^(In Sync|Standalone)$/.test(status)) return 'green';
  return /^(Sync Failure|Disconnected)$/.test(status) ? 'red' : 'yellow';
}

function roleColour(role: string): Colour {
  if (role === 'Active') return 'green';
  return role === 'Standby' ? 'yellow' : 'red';
}

/** BIG-IP writes Active and Standby, and shouts INOPERATIVE. */
function capitalised(role: string): string {
  if (role === 'INOPERATIVE') return role;
  return role
    .split(' ')
    .map((word) => word.slice(0, 1) + word.slice(1).toLowerCase())
    .join(' ');
}

function leafOf(answer: RestAnswer, name: string): string | undefined {
  const value = findLeaf(treeOf(answer.json), name);
  return value === undefined ? undefined : String(value);
}

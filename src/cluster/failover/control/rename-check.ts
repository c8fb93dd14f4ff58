/**
 * A device takes another name (`mv cm device`) as a standby: the others count it under its former name until they
 * have heard of the new one, and an owner would not be acknowledged for so long. Pure.
 */
import type { CommitCheck } from '../../../config/types.ts';
import type { FailoverStatus } from '../protocol.ts';

export type RenameStatus = Pick<FailoverStatus, 'device' | 'deviceGroup' | 'groups' | 'peers'>;

export function renameCheck(status: () => RenameStatus | undefined): CommitCheck {
  return (changes, _after, origin) => {
    if (origin.source === 'sync' || origin.source === 'system') return [];
    const devices = changes.filter(({ component }) => component === 'cm device');
    const isNew = devices.some(({ before, after }) => before === undefined && after !== undefined);
    const now = status();
    if (!isNew || now === undefined || now.peers.every(({ isWitness }) => isWitness)) return [];
    const own = `/Common/${now.device}`;
    if (!devices.some(({ name, after }) => name === own && after === undefined)) return [];
    const active = now.groups.filter(({ role }) => role === 'owner').map(({ name }) => name);
    if (active.length === 0) return [];
    const message =
      `Configuration error: The device (${own}) cannot be renamed while it is active for ${active.join(', ')}; ` +
      `hand over first (run sys failover standby).`;
    return [{ status: 400, code: '01070734', apiError: 3, message, path: `cm device ${own} name` }];
  };
}

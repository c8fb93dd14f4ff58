/** `root@(host)(cfg-sync In Sync)(Active)(/Common)(tmos)#`, from what the device says now. */
import type { JsonObject } from '../config/text/json.ts';
import type { RestClient } from './rest.ts';
import { type StatisticsTree, treeOf } from './show.ts';

export async function promptText(rest: RestClient, folder: string): Promise<string> {
  const settings = await rest.request('GET', '/mgmt/tm/sys/global-settings?$select=hostname');
  const sync = await rest.request('GET', '/mgmt/tm/cm/sync-status');
  const failover = await rest.request('GET', '/mgmt/tm/cm/failover-status');
  const host = String(settings.json['hostname'] ?? 'localhost').split('.')[0] ?? 'localhost';
  const role = leafOf(failover.json, 'status') ?? 'INOPERATIVE';
  return `root@(${host})(cfg-sync ${leafOf(sync.json, 'status') ?? 'Standalone'})(${capitalised(role)})(${folder})(tmos)# `;
}

function capitalised(role: string): string {
  return role.slice(0, 1) + role.slice(1).toLowerCase();
}

function leafOf(json: JsonObject, name: string): string | undefined {
  const find = (tree: StatisticsTree): string | undefined => {
    const value = tree.leaves.get(name);
    if (value !== undefined) return String(value);
    for (const [, child] of tree.children) {
      const found = find(child);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return find(treeOf(json));
}

/**
 * Distributed applications in the decision: a wide IP that others need, and one data center for a resolver whichever of
 * the application's names it asks for. Pure but for the records.
 */
import { addressBytes } from './client.ts';
import type { CompiledMember, CompiledPool, CompiledSnapshot, CompiledWideIp } from './compile.ts';
import { markOf } from './persistence.ts';

interface Asked {
  readonly snapshot: CompiledSnapshot;
  readonly wideIp: CompiledWideIp;
  readonly client: string;
}

/** Applications have marks beside those of wide IPs. */
export function appKey(name: string): string {
  return `distributed-app ${name}`;
}

/** Name of a wide IP that has nothing to give, and without which the application is nothing; undefined: none. */
export function missingForApp(
  { wideIps }: CompiledSnapshot,
  { data: { app } }: CompiledWideIp,
  isUsable: (pool: CompiledPool) => boolean,
): string | undefined {
  const missing = app?.needs
    .map((at) => wideIps[at])
    .find((one) => {
      const isUp = one?.data.enabled === true && one.pools.some(({ pool }) => isUsable(pool));
      return !isUp;
    });
  return missing?.data.name;
}

/** Aims the records at the client's network, as the application groups them; its mark. Undefined: it keeps none. */
export function aimedApp({ client, snapshot, wideIp }: Asked): number | undefined {
  const { app } = wideIp.data;
  if (app?.persistence === undefined) return undefined;
  const bytes = addressBytes(client);
  const { cidrIpv4, cidrIpv6 } = app.persistence;
  snapshot.persistence.aim(bytes, 0, bytes.length, bytes.length === 4 ? cidrIpv4 : cidrIpv6);
  return markOf(appKey(app.name));
}

/** The data center of what was answered is the resolver's from now on. */
export function keepHome(asked: Asked, member: CompiledMember | undefined, now: number): void {
  const datacenter = member?.data.datacenter;
  const mark = datacenter === undefined ? undefined : aimedApp(asked);
  if (datacenter === undefined || mark === undefined) return;
  const seconds = asked.wideIp.data.app?.persistence?.seconds ?? 0;
  asked.snapshot.persistence.keep(mark, 0, markOf(datacenter), now, now + seconds * 1_000);
}

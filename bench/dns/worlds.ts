/** What our listener holds in each measurement. */
import { present } from '../../src/base/assert.ts';
import { readTopologyRecord } from '../../src/gtm/decision/place.ts';
import type { GtmSnapshot, SnapshotTopology } from '../../src/gtm/decision/snapshot-types.ts';
import { member, pool, snapshot, wideIp } from '../../src/gtm/test-support.ts';

const one = member('/Common/nyc:web', '192.0.2.1', { ratio: 3, datacenter: '/Common/nyc' });
const two = member('/Common/lon:web', '192.0.2.2', { datacenter: '/Common/lon' });

/** As many answers as the peers give. */
const both = { maxAnswers: 2 };
const name = 'www.example.test';

export const plain: GtmSnapshot = snapshot(
  [pool('/Common/p', [one, two], both)],
  [wideIp(name, [0])],
);

export const ratio: GtmSnapshot = snapshot(
  [pool('/Common/p', [one, two], { preferred: 'ratio' }), pool('/Common/q', [two, one])],
  [wideIp(name, [0, 1], { mode: 'ratio' })],
);

export const persistent: GtmSnapshot = snapshot(
  [pool('/Common/p', [one, two])],
  [wideIp(name, [0], { persistence: { seconds: 3600, cidrIpv4: 32, cidrIpv6: 128 } })],
);

function topologyOf(records: number): SnapshotTopology {
  const texts = Array.from({ length: records }, (_, index) => {
    const server = `server: datacenter /Common/${index % 2 === 0 ? 'nyc' : 'lon'}`;
    const last = index === records - 1;
    const subnet = last ? '127.0.0.0/8' : `10.${(index >> 8) & 255}.${index & 255}.0/24`;
    return `ldns: subnet ${subnet} ${server}`;
  });
  return {
    records: texts.map((text) => present(readTopologyRecord(text, 10), text)),
    regions: [],
  };
}

function byTopology(records: number): GtmSnapshot {
  const base = snapshot(
    [pool('/Common/p', [one, two], { preferred: 'topology' })],
    [wideIp(name, [0])],
  );
  return { ...base, topology: topologyOf(records) };
}

export const topology: GtmSnapshot = byTopology(100);

/** 100,000 wide IPs and pools, 10,000 topology records. */
export function large(): GtmSnapshot {
  const count = 100_000;
  const pools = Array.from({ length: count }, (_, index) =>
    pool(`/Common/p${index}`, [one, two], both),
  );
  const wideIps = Array.from({ length: count }, (_, index) =>
    wideIp(`w${index}.example.test`, [index]),
  );
  return { ...snapshot(pools, wideIps), topology: topologyOf(10_000) };
}

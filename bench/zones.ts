/**
 * `node bench/zones.ts [--records N] [--changes N]`: static zones. How long an import of N records takes, and from the
 * request that changes one record to the listener's new answer, in a zone of two records and in one of N. REST,
 * ZoneRunner and client are this process; named is Debian's. JSON on standard output, times in milliseconds.
 */
import { parseArgs } from 'node:util';
import { recordType } from '../src/base/dns/constants.ts';
import { decodeMessage } from '../src/base/dns/message.ts';
import { queryPacket } from '../src/gtm/test-support.ts';
import { systemClock, waitUntil } from '../src/platform/clock.ts';
import { connectDatagrams } from '../src/platform/datagram.ts';
import { startZonesDevice, type ZonesDevice } from '../test/lab/zones-device.ts';

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '10000' },
    changes: { type: 'string', default: '100' },
  },
});
const records = Number(values.records);
const changes = Number(values.changes);
const limit = 60_000;
const askEveryMilliseconds = 2;
const root = '/mgmt/tm/gtm/zone-runner';
const now = (): number => systemClock.monotonicMilliseconds();

const device = await startZonesDevice();
try {
  const imported = await importZone(device, 'large.test', records);
  await importZone(device, 'small.test', 2);
  const report = {
    records,
    importMilliseconds: Math.round(imported),
    small: await changeRecords(device, 'small.test'),
    large: await changeRecords(device, 'large.test'),
  };
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
} finally {
  await device.close();
}

/** Until named and the listener have it. */
async function importZone({ rest, settled }: ZonesDevice, name: string, size: number) {
  const lines = Array.from(
    { length: size },
    (_, index) => `h${index} A 198.18.${index >> 8}.${index & 255}`,
  );
  const text = `$TTL 300\n@ SOA ns hostmaster 1 3h 1h 1w 5m\n@ NS ns\nns A 198.18.0.53\n${lines.join('\n')}\n`;
  const begin = now();
  await ask(rest, 'POST', `${root}/import`, { command: 'run', name, text });
  await settled();
  return now() - begin;
}

async function changeRecords({ rest, port }: ZonesDevice, zone: string) {
  let seen = '';
  const client = connectDatagrams('127.0.0.1', port(), {
    onPacket: (packet) =>
      void (seen = (decodeMessage(packet)?.answers ?? []).map(({ data }) => data.join('.')).join()),
    onError: () => undefined,
  });
  const question = queryPacket(`h1.${zone}`, recordType.a);
  const stop = systemClock.every(askEveryMilliseconds, () => client.send(question));
  const fromRequest: number[] = [];
  const fromAcknowledgement: number[] = [];
  for (let change = 0; change < changes; change += 1) {
    const address = `198.19.${change >> 8}.${change & 255}`;
    const begin = now();
    await ask(rest, 'PATCH', `${root}/zone/${zone}./records/h1.${zone}.:A`, { data: [address] });
    const acknowledged = now();
    await waitUntil(systemClock, address, limit, () => seen === address, 1);
    fromRequest.push(now() - begin);
    fromAcknowledgement.push(now() - acknowledged);
  }
  stop();
  client.close();
  return {
    fromRequest: middleAndWorst(fromRequest),
    fromAcknowledgement: middleAndWorst(fromAcknowledgement),
  };
}

async function ask(
  rest: ZonesDevice['rest'],
  ...words: Parameters<ZonesDevice['rest']['ask']>
): Promise<void> {
  const { status, text } = await rest.ask(...words);
  if (status !== 200) throw new Error(`${words[0]} ${words[1]}: ${text}`);
}

function middleAndWorst(times: readonly number[]): { median: number; worst: number } {
  const sorted = times.toSorted((one, two) => one - two).map(Math.round);
  return { median: sorted[sorted.length >> 1] ?? 0, worst: sorted.at(-1) ?? 0 };
}

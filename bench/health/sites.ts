/**
 * The local devices of the bench, all in one process: `sites.ts FOLDER SITES VIRTUALS ROUNDS CHANGES`. Tells the port that
 * all of them listen on, waits for a line with the port of the global device's listener, changes the health of one
 * virtual server after the other and asks for its name until the answer is another; tells the times as JSON.
 */
import { decodeMessage } from '../../src/base/dns/message.ts';
import { refreshEvery } from '../../src/gtm/control/reporter.ts';
import { queryPacket } from '../../src/gtm/test-support.ts';
import type { RunningIquery } from '../../src/iquery/channel.ts';
import type { IquerySession } from '../../src/iquery/types.ts';
import { sleep, systemClock } from '../../src/platform/clock.ts';
import { connectDatagrams } from '../../src/platform/datagram.ts';
import {
  domainOf,
  healthOf,
  homeOf,
  siteAddress,
  siteName,
  spread,
  startDeviceChannel,
  virtualAddress,
  type Size,
} from './world.ts';

/** Of a change that never comes through. */
const longestMilliseconds = 60_000;
const pollMilliseconds = 1;

const [folder = '', sites, virtuals, rounds, changes] = process.argv.slice(2);
const size: Size = { sites: Number(sites), virtuals: Number(virtuals) };

class Site {
  readonly #site: number;
  readonly #isUp: boolean[];
  readonly #since: number[];
  #session: IquerySession | undefined;
  #stop = (): void => undefined;
  #sequence = 0;

  constructor(site: number, channel: RunningIquery) {
    this.#site = site;
    this.#isUp = Array.from({ length: size.virtuals }, () => true);
    this.#since = this.#isUp.map(() => systemClock.wallMilliseconds());
    channel.onMessage('subscribe', ({ refreshSeconds }, session) => {
      this.#stop();
      this.#session = session;
      this.#tellAll();
      const again = (): void => this.#tellAll();
      this.#stop = refreshEvery(systemClock, refreshSeconds * 1_000, siteName(site), again);
    });
  }

  set(index: number, isUp: boolean): void {
    this.#isUp[index] = isUp;
    this.#since[index] = systemClock.wallMilliseconds();
    this.#tell(false, [index]);
  }

  #tellAll(): void {
    this.#tell(true, [...this.#isUp.keys()]);
  }

  #tell(complete: boolean, indices: readonly number[]): void {
    this.#sequence += 1;
    this.#session?.send('control', 'healthReport', {
      complete,
      sequence: this.#sequence,
      device: siteName(this.#site),
      virtuals: indices.map((index) =>
        healthOf(this.#site, index, this.#since[index] ?? 0, this.#isUp[index] ?? false),
      ),
      metrics: { cpuPercent: 10, memoryAvailableKilobytes: 1_000_000, connections: 1_000 },
      proberEligible: true,
      networks: [],
    });
  }
}

const all: Site[] = [];
let port = 0;
for (let site = 0; site < size.sites; site += 1) {
  const channel = await startDeviceChannel(folder, siteName(site), siteAddress(site), port);
  port = channel.port;
  all.push(new Site(site, channel));
}
process.stdout.write(`${port}\n`);
process.stdin.once('data', (line) => {
  void measure(Number(String(line))).then((result) => {
    process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());
  });
});

/** What is asked has only the answers that it may have here: the home's address, or another one. */
async function measure(dnsPort: number): Promise<object> {
  let heard: ((packet: Uint8Array) => void) | undefined;
  const client = connectDatagrams('127.0.0.1', dnsPort, {
    onPacket: (packet) => heard?.(packet),
    onError: () => undefined,
  });
  const ask = (index: number): Promise<string> =>
    new Promise((resolve) => {
      const cancel = systemClock.after(1_000, () => resolve(''));
      heard = (packet) => {
        cancel();
        resolve(decodeMessage(packet)?.answers[0]?.data.join('.') ?? '');
      };
      client.send(queryPacket(domainOf(index), 1));
    });
  const until = async (index: number, isHome: boolean): Promise<number> => {
    const home = virtualAddress(homeOf(index, size), index);
    const started = systemClock.monotonicMilliseconds();
    for (;;) {
      const answer = await ask(index);
      const passed = systemClock.monotonicMilliseconds() - started;
      if (answer !== '' && (answer === home) === isHome) return passed;
      if (passed > longestMilliseconds) throw new Error(`${domainOf(index)} is still ${answer}`);
      await sleep(systemClock, pollMilliseconds);
    }
  };
  for (let site = 0; site < size.sites; site += 1) await until(site, true);
  const stop = changeOthers();
  const times: number[] = [];
  for (let round = 0; round < Number(rounds); round += 1) {
    const index = (round * 7) % (size.virtuals >> 1);
    const site = all[homeOf(index, size)];
    for (const isUp of [false, true]) {
      site?.set(index, isUp);
      times.push(await until(index, isUp));
    }
  }
  stop();
  client.close();
  return spread(times);
}

/** So many a second, of virtual servers that are not measured. */
function changeOthers(): () => void {
  let turn = 0;
  const isDown = new Set<number>();
  if (Number(changes) === 0) return () => undefined;
  return systemClock.every(1_000 / Number(changes), () => {
    turn = (turn + 1) % (size.virtuals >> 1);
    const index = (size.virtuals >> 1) + turn;
    const isUp = isDown.delete(index);
    if (!isUp) isDown.add(index);
    all[homeOf(index, size)]?.set(index, isUp);
  });
}

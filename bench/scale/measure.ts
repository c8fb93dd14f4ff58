/** Each figure of `bench/scale.ts`, one after the other, on one device. */
import { request } from 'node:http';
import { systemClock } from '../../src/platform/clock.ts';
import { run } from '../../src/platform/process.ts';
import { openDatabase } from '../../src/platform/sqlite.ts';
import { type Answer, type Client, connect, done } from './client.ts';
import {
  memberName,
  memberPort,
  membersPerPool,
  poolName,
  virtualAddress,
  virtualName,
} from './configuration.ts';
import {
  type Device,
  makeFolder,
  managementAddress,
  memoryOf,
  password,
  prepareNetwork,
  removeFolder,
  seed,
  startDevice,
  startWebServer,
  timesOf,
  untilTrue,
} from './device.ts';

export interface Options {
  readonly virtuals: number;
  readonly intervalSeconds: number;
  readonly writes: number;
  readonly nodeOptions: readonly string[];
  /** Absent: everything. */
  readonly only: readonly string[] | undefined;
}

export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly goal?: number;
}

/** Asks something small again and again meanwhile: the longest answer shows how long the loop was held. */
interface Prober {
  /** Milliseconds of the longest wait since the last call. */
  worst(): number;
  stop(): Promise<void>;
}

const startLimitSeconds = 60;
const rounds = 5;

export async function measure(options: Options): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const note = (what: string, value: number, unit: string, goal?: number): void => {
    const rounded = Math.round(value * 100) / 100;
    rows.push({ what, value: rounded, unit, ...(goal !== undefined && { goal }) });
    const aim = goal === undefined ? '' : `  (goal ${goal})`;
    process.stderr.write(`${what.padEnd(66)} ${String(rounded).padStart(10)} ${unit}${aim}\n`);
  };
  const folder = makeFolder();
  const webServer = startWebServer(memberPort);
  try {
    await prepareNetwork();
    const seeded = await seed(folder, options.virtuals, options.intervalSeconds);
    note('fixture: commits of 500 services each, whole', seeded.seconds, 's');
    note('fixture: database file', seeded.bytes / 1024 / 1024, 'MiB');
    const device = await startDevice(folder, options.nodeOptions);
    try {
      await measureDevice(device, options, note);
    } finally {
      await device.down();
    }
  } finally {
    webServer.kill();
    if (options.nodeOptions.length === 0) removeFolder(folder);
    else process.stderr.write(`left in place: ${folder}\n`);
  }
  return rows;
}

type Note = (what: string, value: number, unit: string, goal?: number) => void;

interface Bench {
  readonly client: Client;
  readonly options: Options;
  readonly prober: Prober;
  readonly note: Note;
  /** Seconds of processor time that control has used so far. */
  used(): number;
}

async function measureDevice(device: Device, options: Options, note: Note): Promise<void> {
  const client = connect(managementAddress, password);
  const ready = async (): Promise<boolean> =>
    (await done(client.send('GET', '/mgmt/tm/sys/ready'))).status === 200;
  await untilTrue('REST', startLimitSeconds, ready);
  const control = await device.pid('control');
  note('control: process start to REST answering', timesOf(control).lived, 's', 5);
  await untilTrue('traffic', startLimitSeconds, () => isServed(options.virtuals - 1));
  note('control: process start to the last virtual server answering', timesOf(control).lived, 's');
  note('control: processor time so far', timesOf(control).used, 's');
  note('control: memory after start', memoryOf(control).now, 'MiB', 1024);
  await measureHaproxy(device, note);
  const prober = startProber();
  const bench: Bench = {
    client,
    options,
    prober,
    note,
    used: () => timesOf(control).used,
  };
  const isWanted = (part: string): boolean => options.only?.includes(part) ?? true;
  try {
    if (isWanted('reads')) await measureReads(bench);
    if (isWanted('commands')) await measureCommands(bench);
    for (const [part, what, write] of writeKinds(bench)) {
      if (isWanted(part)) await measureWrite(bench, what, options.writes, write);
    }
    for (const [part, what, write] of wholeKinds(bench)) {
      if (isWanted(part)) await measureWrite(bench, what, wholeWrites, write);
    }
    if (isWanted('crowd')) await measureManyWriters(bench);
  } finally {
    await prober.stop();
  }
  note('control: memory now', memoryOf(control).now, 'MiB', 1024);
  note('control: memory at most', memoryOf(control).peak, 'MiB', 1024);
  note('control: longest delay of its loop in 5 minutes', await longestDelay(client), 'ms', 20);
  await measureOthers(device, note);
  client.close();
}

/** What `show sys responsiveness` says. */
async function longestDelay(client: Client): Promise<number> {
  const { text } = await done(client.send('GET', '/mgmt/tm/sys/responsiveness/stats'));
  return Number(/"fiveMinMaxDelay":\{"value":(\d+)/.exec(text)?.[1] ?? Number.NaN);
}

/** The whole way: listener, backend, member. */
function isServed(index: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(
      { host: virtualAddress(index), port: 80, path: '/', agent: false, timeout: 1000 },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode === 200));
      },
    );
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
    asked.end();
  });
}

async function measureHaproxy(device: Device, note: Note): Promise<void> {
  const started = performance.now();
  const checked = await run('haproxy', ['-c', '-L', 'evenkeel', '-f', haproxyFile(device)], {
    timeoutMilliseconds: 120_000,
  });
  if (checked.status !== 0) throw new Error(`haproxy -c: ${checked.stderr.slice(0, 500)}`);
  note('peer: haproxy -c on the same file', performance.now() - started, 'ms');
}

function haproxyFile(device: Device): string {
  return `${device.paths.haproxy}/haproxy.cfg`;
}

async function measureReads({ client, options, prober, note, used }: Bench): Promise<void> {
  const { virtuals } = options;
  const members = virtuals * membersPerPool;
  const virtual = '"kind":"tm:ltm:virtual:virtualstate"';
  const member = '"kind":"tm:ltm:pool:members:membersstate"';
  const memberStats = '"kind":"tm:ltm:pool:members:membersstats"';
  const virtualStats = '"kind":"tm:ltm:virtual:virtualstats"';
  const first = Math.min(100, virtuals);
  const one = `/mgmt/tm/ltm/virtual/~Common~${virtualName(0).slice(8)}/stats`;
  // What, where, how often something is in the answer, and how long it may take.
  const reads: readonly (readonly [string, string, string, number, number?])[] = [
    [`list ${virtuals} virtual servers`, '/mgmt/tm/ltm/virtual', virtual, virtuals, 300],
    [
      `list ${virtuals} pools with their members`,
      '/mgmt/tm/ltm/pool?expandSubcollections=true',
      member,
      members,
    ],
    [`list the first ${first} virtual servers`, '/mgmt/tm/ltm/virtual?$top=100', virtual, first],
    [
      `statistics of ${members} members in one call`,
      '/mgmt/tm/ltm/pool/members/stats',
      memberStats,
      members,
      500,
    ],
    [
      `statistics of ${virtuals} virtual servers`,
      '/mgmt/tm/ltm/virtual/stats',
      virtualStats,
      virtuals,
    ],
    ['statistics of one virtual server', one, '"clientside.totConns"', 1],
  ];
  for (const [what, path, mark, wanted, goal] of reads) {
    const answers: Answer[] = [];
    prober.worst();
    const before = used();
    for (let round = 0; round < rounds; round += 1) {
      answers.push(await done(client.send('GET', path)));
    }
    const took = answers.map((answer) => answer.milliseconds);
    const shown = count(answers.at(-1)?.text ?? '', mark);
    if (shown !== wanted) throw new Error(`${what}: ${shown} of ${wanted} are there`);
    note(what, median(took), 'ms', goal);
    note('  the first time', took[0] ?? Number.NaN, 'ms');
    note("  control's processor time", ((used() - before) * 1000) / rounds, 'ms');
    note(
      `  ${Math.round((answers[0]?.bytes ?? 0) / 1024)} KiB; another client's longest wait meanwhile`,
      prober.worst(),
      'ms',
      20,
    );
  }
}

/** How often the mark is in the text. */
function count(text: string, mark: string): number {
  return text.split(mark).length - 1;
}

/** Commands that go through the whole configuration. */
async function measureCommands({ client, prober, note, used }: Bench): Promise<void> {
  const tmctl = { command: 'run', utilCmdArgs: "-c 'tmctl -c pool_member_stat'" };
  const commands: readonly (readonly [string, string, object])[] = [
    ['save sys config', '/mgmt/tm/sys/config', { command: 'save' }],
    ['save sys ucs', '/mgmt/tm/sys/ucs', { command: 'save', name: 'scale' }],
    ['tmctl of all members', '/mgmt/tm/util/bash', tmctl],
  ];
  for (const [what, path, body] of commands) {
    prober.worst();
    const before = used();
    const { milliseconds } = await done(client.send('POST', path, body));
    note(what, milliseconds, 'ms');
    note("  control's processor time", (used() - before) * 1000, 'ms');
    note("  another client's longest wait meanwhile", prober.worst(), 'ms', 20);
  }
}

type WriteKind = readonly [string, string, (number: number) => Promise<Answer>];

function writeKinds({ client, options }: Bench): readonly WriteKind[] {
  const { virtuals } = options;
  const pick = (number: number): number => (number * 7919) % virtuals;
  const rest = (name: string): string => name.replaceAll('/', '~').replace(/%/g, '%25');
  return [
    [
      'pools',
      'POST a pool with one member',
      (number) =>
        client.send('POST', '/mgmt/tm/ltm/pool', {
          name: `bench_pool_${number}`,
          members: [{ name: `10.200.${number >> 8}.${number & 255}:${memberPort}` }],
        }),
    ],
    [
      'virtuals',
      'PATCH the description of a virtual server',
      (number) =>
        client.send('PATCH', `/mgmt/tm/ltm/virtual/${rest(virtualName(pick(number)))}`, {
          description: `bench ${number}`,
        }),
    ],
    [
      'members',
      'PATCH a member: session user-disabled',
      (number) =>
        client.send(
          'PATCH',
          `/mgmt/tm/ltm/pool/${rest(poolName(pick(number)))}/members/${rest(memberName(pick(number), 1))}`,
          { session: 'user-disabled' },
        ),
    ],
    [
      'dry-runs',
      'POST a virtual server, dry run',
      (number) =>
        client.send('POST', '/mgmt/tm/ltm/virtual?dryRun=true', {
          name: `dry_vs_${number}`,
          destination: `/Common/10.202.${number >> 8}.${number & 255}:80`,
          ipProtocol: 'tcp',
          pool: poolName(pick(number)),
          profiles: [{ name: '/Common/tcp' }],
        }),
    ],
    [
      'new-virtuals',
      'POST a virtual server',
      (number) =>
        client.send('POST', '/mgmt/tm/ltm/virtual', {
          name: `bench_vs_${number}`,
          destination: `/Common/10.201.${number >> 8}.${number & 255}:80`,
          ipProtocol: 'tcp',
          pool: poolName(pick(number)),
          profiles: [{ name: '/Common/tcp' }],
        }),
    ],
  ];
}

/** Changes that all virtual servers are planned anew for. */
function wholeKinds({ client }: Bench): readonly WriteKind[] {
  return [
    [
      'whole',
      'PATCH the stock profile that all use',
      (number) =>
        client.send('PATCH', '/mgmt/tm/ltm/profile/tcp/~Common~tcp', { idleTimeout: 301 + number }),
    ],
    [
      'whole',
      'POST an address list',
      (number) =>
        client.send('POST', '/mgmt/tm/net/address-list', {
          name: `bench_list_${number}`,
          addresses: [{ name: '10.9.0.0/16' }],
        }),
    ],
    [
      'whole',
      'POST a VLAN',
      (number) => client.send('POST', '/mgmt/tm/net/vlan', { name: `bench_vlan_${number}` }),
    ],
  ];
}

const wholeWrites = 5;

async function measureWrite(
  { prober, note, used }: Bench,
  what: string,
  writes: number,
  write: (number: number) => Promise<Answer>,
): Promise<void> {
  prober.worst();
  const before = used();
  const took: number[] = [];
  for (let number = 0; number < writes; number += 1) {
    took.push((await done(write(number))).milliseconds);
  }
  note(`${what}, p50 of ${writes}`, quantile(took, 0.5), 'ms', 3);
  note('  p99', quantile(took, 0.99), 'ms', 20);
  note("  control's processor time", ((used() - before) * 1000) / writes, 'ms');
  note("  another client's longest wait meanwhile", prober.worst(), 'ms', 20);
}

const writers = 100;
const writesOfEach = 5;

/** Every write is acknowledged and there, or refused and not there. */
async function measureManyWriters({ prober, note }: Bench): Promise<void> {
  const clients = Array.from({ length: writers }, () => connect(managementAddress, password));
  prober.worst();
  const started = performance.now();
  const acknowledged: string[] = [];
  const refused: string[] = [];
  await Promise.all(
    clients.map(async (client, number) => {
      for (let turn = 0; turn < writesOfEach; turn += 1) {
        const name = `crowd_${number}_${turn}`;
        const answer = await client.send('POST', '/mgmt/tm/ltm/pool', { name });
        (answer.status === 200 ? acknowledged : refused).push(name);
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  note(`${writers} clients write at once: acknowledged`, acknowledged.length, 'writes');
  note('  refused', refused.length, 'writes');
  note('  acknowledged in a second', acknowledged.length / seconds, 'writes');
  note("  another client's longest wait meanwhile", prober.worst(), 'ms');
  let wrong = 0;
  const isThere = async (name: string): Promise<boolean> =>
    (await clients[0]?.send('GET', `/mgmt/tm/ltm/pool/~Common~${name}`))?.status === 200;
  for (const name of acknowledged) if (!(await isThere(name))) wrong += 1;
  for (const name of refused) if (await isThere(name)) wrong += 1;
  note('  acknowledged but not there, or refused but there', wrong, 'writes', 0);
  for (const client of clients) client.close();
}

async function measureOthers(device: Device, note: Note): Promise<void> {
  const names = ['monitor', 'failover', 'dns'];
  for (const name of names) {
    const pid = await device.pid(name);
    const times = timesOf(pid);
    note(`${name}: memory at most`, memoryOf(pid).peak, 'MiB');
    note(`${name}: share of a processor over its life`, (100 * times.used) / times.lived, '%');
  }
  note('haproxy: memory of the master', memoryOf(await device.pid('haproxy')).now, 'MiB');
  measureSqlite(device, note);
}

/** What the disk allows: the same journal's kind of transaction alone. */
function measureSqlite(device: Device, note: Note): void {
  const database = openDatabase(`${device.folder}/peer.db`, 1 << 30);
  database.run('CREATE TABLE peer (number INTEGER PRIMARY KEY, text TEXT)');
  const took: number[] = [];
  for (let number = 0; number < 300; number += 1) {
    const started = performance.now();
    database.transaction(() =>
      database.run('INSERT INTO peer VALUES (?, ?)', number, 'x'.repeat(400)),
    );
    took.push(performance.now() - started);
  }
  database.close();
  note('peer: a durable SQLite commit, p50', quantile(took, 0.5), 'ms');
  note('  p99', quantile(took, 0.99), 'ms');
}

const probeMilliseconds = 5;

function startProber(): Prober {
  const client = connect(managementAddress, password);
  let worst = 0;
  const stopping = new AbortController();
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      const answer = await done(client.send('GET', '/mgmt/tm/sys/ready'));
      worst = Math.max(worst, answer.milliseconds);
      await new Promise<void>((resolve) => systemClock.after(probeMilliseconds, resolve));
    }
  })();
  return {
    worst() {
      const known = worst;
      worst = 0;
      return known;
    },
    async stop() {
      stopping.abort();
      await loop;
      client.close();
    },
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

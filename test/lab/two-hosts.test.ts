/** Runs the commands of docs/howto/two-hosts-by-hand.md on two hosts (network namespaces). */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { isRoot, spawnDetached } from '../../src/platform/processes.ts';
import { inNamespace, ipBatch, removeNamespaces, runIn, setSysctls } from '../../lab/namespaces.ts';

const root = join(import.meta.dirname, '..', '..');
const prefix = `ek-howto${process.pid}-`;
const namespace = (host: string): string => `${prefix}${host}`;
const hosts = ['a', 'b'] as const;
type Host = (typeof hosts)[number];

interface Block {
  readonly where: string;
  readonly commands: readonly string[];
}

function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/^```tmsh (\S+)\n([\s\S]*?)^```$/gm)].map((match) => ({
    where: match[1] ?? '',
    commands: (match[2] ?? '').trim().split('\n'),
  }));
}

/** External and internal network meet in one more namespace, which holds the web servers and the client too. */
async function buildHosts(): Promise<void> {
  await ipBatch([...hosts, 'net'].map((name) => `netns add ${namespace(name)}`));
  await Promise.all(
    [...hosts, 'net'].map((name) =>
      setSysctls(namespace(name), ['net.ipv6.conf.default.accept_dad=0']),
    ),
  );
  const networks = ['mgmt', 'ext', 'int', 'ha'];
  const cables = hosts.flatMap((host) =>
    networks.map(
      (network, index) =>
        `link add eth${index} netns ${namespace(host)} type veth peer name ${host}-${network} netns ${namespace('net')}`,
    ),
  );
  await ipBatch(cables);
  const bridges = networks.flatMap((network) => [
    `link add ${network} type bridge forward_delay 0 mcast_snooping 0`,
    `link set ${network} up`,
    ...hosts.flatMap((host) => [
      `link set ${host}-${network} master ${network}`,
      `link set ${host}-${network} up`,
    ]),
  ]);
  const addresses = [
    'link set lo up',
    'address add 198.51.100.1/24 dev ext',
    'address add 203.0.113.101/24 dev int',
    'address add 203.0.113.102/24 dev int',
  ];
  await ipBatch([...bridges, ...addresses], namespace('net'));
  for (const [index, host] of hosts.entries()) {
    const links = networks.map((_, number) => `link set eth${number} up`);
    const management = `address add 192.0.2.${11 + index}/24 dev eth0`;
    await ipBatch(['link set lo up', ...links, management], namespace(host));
  }
}

const skip = isRoot() ? false : 'needs root for network namespaces';

test('two hosts are joined by the commands of the page', { skip, timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ek-'));
  const config = (host: Host): string => join(folder, host);
  const launcher = join(root, 'evenkeel');
  const onHost = async (host: Host, ...words: readonly string[]): Promise<string> => {
    const result = await runIn(namespace(host), [launcher, ...words], 60_000);
    const said = `${result.stdout}${result.stderr}`;
    assert.equal(result.status, 0, `${host}: ${words.join(' ')}: ${said}`);
    return said;
  };
  const passwordOf = (host: Host): string =>
    readFileSync(join(config(host), 'initial-password'), 'utf8').trim();
  const tmsh = (host: Host, command: string): Promise<string> => {
    const text = command.replace('PASSWORD_OF_B', passwordOf('b'));
    return onHost(host, 'tmsh', '--config', config(host), '-c', text);
  };
  const activeHost = async (): Promise<Host | undefined> => {
    const states = await Promise.all(hosts.map((host) => tmsh(host, 'show cm failover-status')));
    const active = hosts.filter((_, index) => /\bACTIVE\b/.test(states[index] ?? ''));
    return active.length === 1 ? active[0] : undefined;
  };
  try {
    await buildHosts();
    startWebServers(folder);
    for (const [index, host] of hosts.entries()) {
      mkdirSync(config(host));
      const file = { hostname: `${host}.example.net`, managementAddress: `192.0.2.${11 + index}` };
      writeFileSync(join(config(host), 'device.json'), JSON.stringify(file));
      await onHost(host, 'device', 'up', '--config', config(host));
    }
    const isReady = async (host: Host): Promise<boolean> => {
      const words = [launcher, 'tmsh', '--config', config(host), '-c', 'show sys version'];
      return (await runIn(namespace(host), words)).status === 0;
    };
    for (const host of hosts) {
      await waitUntil(systemClock, `tmsh on ${host}`, 30_000, () => isReady(host), 200);
    }
    const page = readFileSync(join(root, 'docs', 'howto', 'two-hosts-by-hand.md'), 'utf8');
    const blocks = blocksOf(page);
    assert.equal(blocks.length, 9);
    for (const block of blocks) {
      if (block.where === 'active') continue;
      const host = block.where === 'host-a' ? 'a' : 'b';
      if (block.commands.some((command) => command.startsWith('list ltm virtual'))) {
        await waitUntil(systemClock, 'the virtual on b', 10_000, async () =>
          (await tmsh('b', 'list ltm virtual')).includes('web_vs'),
        );
      }
      for (const command of block.commands) await tmsh(host, command);
    }
    await waitUntil(systemClock, 'In Sync on both', 20_000, async () => {
      const states = await Promise.all(hosts.map((host) => tmsh(host, 'show cm sync-status')));
      return states.every((state) => state.includes('In Sync'));
    });
    const ask = (): Promise<{ status: number; stdout: string }> =>
      runIn(namespace('net'), ['curl', '-s', '--max-time', '2', 'http://198.51.100.80/']);
    await waitUntil(systemClock, 'the service', 30_000, async () => (await ask()).status === 0);
    await waitUntil(
      systemClock,
      'one active',
      20_000,
      async () => (await activeHost()) !== undefined,
    );
    const before = await activeHost();
    assert.ok(before);
    await tmsh(before, blocks.find((block) => block.where === 'active')?.commands[0] ?? '');
    const other = before === 'a' ? 'b' : 'a';
    await waitUntil(
      systemClock,
      `${other} active`,
      10_000,
      async () => (await activeHost()) === other,
    );
    assert.match((await ask()).stdout, /^web-/);
    for (const host of hosts) await onHost(host, 'device', 'down', '--config', config(host));
  } finally {
    await removeNamespaces([...hosts, 'net'].map(namespace));
    rmSync(folder, { recursive: true, force: true });
  }
});

/** One server on all addresses stands for both members. */
function startWebServers(folder: string): void {
  const main = join(root, 'lab', 'nodes', 'web-server.ts');
  const command = [process.execPath, main, 'web-1', '80', join(folder, 'web.pid')];
  const options = { logFile: join(folder, 'web.out') };
  spawnDetached('ip', inNamespace(namespace('net'), command), options, () => undefined);
}

/**
 * Global DNS in a real browser, with the real GTM and dns service behind the device's REST: what answers where, why, what
 * if a data center were down, and a query watched. With EVENKEEL_SCREENSHOTS the page is drawn into docs/images.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { builtGui } from '../../src/cmd/control-gui.ts';
import { createAppliedTracker } from '../../src/config/applied.ts';
import { startGtm } from '../../src/gtm/control/gtm.ts';
import { type DnsService, startDnsService } from '../../src/gtm/listener/service.ts';
import { noGeography, queryPacket } from '../../src/gtm/test-support.ts';
import { type TestDevice, adminPassword, startTestDevice } from '../../src/icontrol/test-device.ts';
import type { WatchableIquery } from '../../src/iquery/types.ts';
import { createGuestBook } from '../../src/monitor/guests.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { connectDatagrams, serveDatagrams } from '../../src/platform/datagram.ts';
import { silentLog } from '../../src/platform/log.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { type Visit, openBrowser, signIn, violations, visit } from './browser.ts';

const limit = 60_000;
const drawn = process.env['EVENKEEL_SCREENSHOTS'];
const cleanups: (() => unknown)[] = [];
let browser: Browser;
let device: TestDevice;
let dns: DnsService;
let here: Visit;
let page: Page;

/** Nobody is there: the servers of this test are other makes of host. */
const silentChannel: WatchableIquery = {
  sessions: () => [],
  session: () => undefined,
  want: () => undefined,
  onSession: () => undefined,
  onMessage: () => undefined,
  watch: () => () => undefined,
  peers: () => [],
};

before(async () => {
  const gui = builtGui();
  assert.ok(gui() !== undefined, 'the GUI is not built: evenkeel gui build');
  device = await startTestDevice({ gui });
  const dnsSocket = join(device.paths.root, 'dns.sock');
  const common = { geography: noGeography, clock: systemClock, log: silentLog };
  const file = join(device.paths.root, 'dns.json');
  dns = await startDnsService({ ...common, socket: dnsSocket, file, random: systemRandom });
  const table = { get: () => undefined, entries: () => new Map().entries() };
  const gtm = startGtm({
    ...common,
    geography: noGeography.current,
    store: device.store,
    state: device.state,
    applied: createAppliedTracker(systemClock),
    channel: silentChannel,
    health: {
      guests: createGuestBook(() => undefined),
      paths: { measure: async () => undefined },
      table: () => table,
      onChange: () => () => undefined,
    },
    iqueryPort: 4353,
    isActiveFor: () => false,
    onActiveChange: () => undefined,
    zoneAccess: () => undefined,
    dnsSocket,
  });
  cleanups.push(
    () => dns.close(),
    () => gtm.close(),
  );
  await makeWorld();
  browser = await openBrowser();
  here = await visit(browser, `https://127.0.0.1:${device.port}`);
  ({ page } = here);
  await signIn(page, 'admin', adminPassword);
});
after(async () => {
  await browser?.close();
  for (const cleanup of cleanups.toReversed()) await cleanup();
  await device?.close();
});

async function makeWorld(): Promise<void> {
  const make = async (path: string, body: Parameters<TestDevice['ask']>[2]): Promise<void> => {
    const made = await device.ask('POST', `/mgmt/tm/gtm/${path}`, body);
    assert.equal(made.status, 200, made.text);
  };
  for (const [index, site] of ['nyc', 'lon'].entries()) {
    const address = `192.0.2.${index + 1}`;
    await make('datacenter', { name: site });
    await make('server', {
      name: `${site}-web`,
      datacenter: site,
      product: 'generic-host',
      devices: [{ name: site, addresses: [{ name: address }] }],
      virtualServers: [{ name: 'http', destination: `${address}:80` }],
    });
    await make('pool/a', { name: site, members: [{ name: `${site}-web:http` }] });
  }
  const pools = [
    { name: 'nyc', order: 0 },
    { name: 'lon', order: 1 },
  ];
  await make('wideip/a', {
    name: 'www.example.com',
    poolLbMode: 'global-availability',
    pools,
  });
  const taken = await serveDatagrams('127.0.0.1', 0, () => undefined);
  taken.close();
  await make('listener', { name: 'dns', address: '127.0.0.1', port: taken.port });
}

async function draw(name: string): Promise<void> {
  if (drawn === undefined) return;
  await page.screenshot({ path: join('docs', 'images', `${name}.png`), fullPage: false });
}

test('what answers where: each wide IP, for a client, and in which data center', async () => {
  await page.goto('/ui/world');
  const nyc = page.getByRole('region', { name: '/Common/nyc' });
  await nyc.getByText('192.0.2.1:80').waitFor();
  await page.getByLabel('Clients that ask').fill('198.18.100.10');
  await page.getByRole('button', { name: 'What do they get?' }).click();
  const row = page.getByRole('row', { name: /www\.example\.com/ });
  await row.getByText('192.0.2.1 (/Common/nyc-web:http)').waitFor();
  await row.getByText('nyc', { exact: true }).waitFor();
  await draw('world');
  // As somebody sees it whose system is dark and has more contrast: at once, also when it is switched meanwhile.
  await page.emulateMedia({ contrast: 'more', colorScheme: 'dark' });
  const looks = 'html.pf-v6-theme-high-contrast.pf-v6-theme-dark';
  await page.locator(looks).waitFor({ state: 'attached' });
  await draw('high-contrast');
  await page.emulateMedia({ contrast: 'no-preference', colorScheme: 'light' });
  await page.locator(looks).waitFor({ state: 'detached' });
});

test('what if a data center were down: the answers that would change, and nothing changes', async () => {
  const before = device.store.view().sequence;
  await page
    .getByRole('button', { name: 'What if it were down? /Common/nyc', exact: true })
    .click();
  await page.getByRole('button', { name: 'Suppose it is down' }).click();
  const told = page.getByRole('region', { name: 'Answers that would change' });
  await told.getByRole('row', { name: /192\.0\.2\.2 .* 0 % 100 %/ }).waitFor();
  await told.getByRole('row', { name: /192\.0\.2\.1 .* 100 % 0 %/ }).waitFor();
  assert.equal(device.store.view().sequence, before);
  assert.deepEqual(await violations(page), []);
});

test('why: one step from the answer to its explanation', async () => {
  await page.getByRole('link', { name: 'why? www.example.com a for 198.18.100.10' }).click();
  await page.getByRole('button', { name: 'Explain' }).click();
  await page.getByText('Wide IP /Common/www.example.com (A) matches by name').waitFor();
  await page.getByText(/^Answer: 192\.0\.2\.1/).waitFor();
});

test('a query is watched as it comes', async () => {
  await page.goto('/ui/queries');
  await page.getByLabel('Count', { exact: true }).fill('1');
  await page.getByLabel('Seconds', { exact: true }).fill('30');
  await page.getByRole('button', { name: 'Watch' }).click();
  await waitUntil(systemClock, 'the listener', limit, () => dns.status()[0]?.state === 'open');
  const client = connectDatagrams('127.0.0.1', dns.status()[0]?.port ?? 0, {
    onPacket: () => undefined,
    onError: () => undefined,
  });
  const link = page.getByRole('link', { name: 'Why www.example.com a for 127.0.0.1' });
  // The tap opens when it opens: the same is asked until it was seen.
  await waitUntil(systemClock, 'the query on the page', limit, async () => {
    client.send(queryPacket('www.example.com', 1));
    return (await link.count()) === 1;
  });
  client.close();
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(here.complaints, []);
});

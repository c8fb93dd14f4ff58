/**
 * Every page of the GUI, light and dark: nothing that axe finds (WCAG 2.2 AA), nothing on the console, nothing asked of another origin. And
 * each component of the catalogue opens its list and its form.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { components } from '../../src/catalogue/index.ts';
import type { Component } from '../../src/catalogue/types.ts';
import { builtGui } from '../../src/cmd/control-gui.ts';
import { componentPath } from '../../src/config/text/urls.ts';
import { type TestDevice, adminPassword, startTestDevice } from '../../src/icontrol/test-device.ts';
import { type Visit, loadAxe, openBrowser, signIn, visit } from './browser.ts';
import { heard, stumbles } from './reader.ts';
import { type Arrival, arrive, tooWide, violationsInBothLooks } from './crawl.ts';

const isLong = process.env['EVENKEEL_TEST_LONG'] !== undefined;
/** In a short run one of so many components. */
const sample = 40;

const pages = [
  '/ui/',
  '/ui/map',
  '/ui/map?part=global',
  '/ui/cluster',
  '/ui/history',
  '/ui/logs',
  '/ui/tmsh',
  '/ui/certificates',
  '/ui/explain',
  '/ui/world',
  '/ui/queries',
  '/ui/zones',
  '/ui/zones?name=example.com.',
  '/ui/catalogue',
  '/ui/list/ltm/pool',
  '/ui/object/ltm/pool?name=/Common/web',
  '/ui/object/ltm/profile/http?name=/Common/http',
  '/ui/list/sys/version',
  '/ui/new/ltm/virtual',
];

let device: TestDevice;
let browser: Browser;
before(async () => {
  const gui = builtGui();
  assert.ok(gui() !== undefined, 'the GUI is not built: evenkeel gui build');
  device = await startTestDevice({ gui });
  for (const [path, body] of [
    ['/mgmt/tm/ltm/pool', { name: 'web', monitor: 'http', members: [{ name: '10.0.0.1:80' }] }],
    [
      '/mgmt/tm/ltm/virtual',
      { name: 'shop', destination: '10.9.0.1:80', pool: 'web', ipProtocol: 'tcp' },
    ],
    ['/mgmt/tm/gtm/datacenter', { name: 'site' }],
    [
      '/mgmt/tm/gtm/zone-runner/zone',
      { name: 'example.com.', records: [{ name: 'example.com.:NS', data: ['ns1.example.net.'] }] },
    ],
    ['/mgmt/tm/gtm/wideip/a', { name: 'www.example.com' }],
  ] as const) {
    const made = await device.ask('POST', path, body);
    assert.equal(made.status, 200, made.text);
  }
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await device?.close();
});

async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.locator('.pf-v6-c-spinner').first().waitFor({ state: 'detached' });
}

test('no barrier on any page, light and dark', async () => {
  const here = await visit(browser, `https://127.0.0.1:${device.port}`);
  const found: string[] = [];
  const note = async (what: string): Promise<void> => {
    for (const one of await violationsInBothLooks(here.page)) found.push(`${what}: ${one}`);
    for (const one of stumbles(await heard(here.page))) found.push(`${what}: heard: ${one}`);
  };
  await here.page.goto('/');
  await here.page.getByLabel('User').waitFor();
  await note('sign in');
  await signIn(here.page, 'admin', adminPassword);
  for (const path of pages) {
    await open(here.page, path);
    await note(path);
  }
  await openDialogs(here, note);
  assert.deepEqual(found, []);
  assert.deepEqual(here.complaints, []);
  await here.close();
});

test('at 200 % and in high contrast: nothing to scroll sideways, contrast 7 to 1, and the system’s colours are taken', async () => {
  const here = await visit(browser, `https://127.0.0.1:${device.port}`);
  const { page } = here;
  await page.emulateMedia({ contrast: 'more' });
  await signIn(page, 'admin', adminPassword);
  await page.setViewportSize({ width: 640, height: 360 });
  const run = await loadAxe(page);
  const found: string[] = [];
  // Where it is already it would wait for something new.
  await arrive(page, '/ui/list/sys/version');
  const wanted = pages.filter((_, index) => isLong || index % 4 === 0);
  assert.ok(wanted.includes('/ui/zones?name=example.com.'));
  for (const path of wanted) {
    await arrive(page, path);
    for (const one of await tooWide(page)) found.push(`${path}: ${one}`);
    if (!isLong) continue;
    for (const one of await run('html', ['color-contrast-enhanced'])) found.push(`${path}: ${one}`);
  }
  assert.deepEqual(found, []);
  await page.emulateMedia({ forcedColors: 'active' });
  await arrive(page, '/ui/map');
  const marked = page.getByRole('button', { name: 'Graph' });
  const other = page.getByRole('button', { name: 'Tree' });
  const background = `getComputedStyle(document.activeElement).backgroundColor`;
  const colours: unknown[] = [];
  for (const button of [marked, other]) {
    await button.focus();
    colours.push(await page.evaluate(background));
  }
  assert.notEqual(colours[0], colours[1]);
  assert.deepEqual(here.complaints, []);
  await here.close();
});

async function openDialogs({ page }: Visit, note: (what: string) => Promise<void>): Promise<void> {
  await open(page, '/ui/object/ltm/pool?name=/Common/web');
  await page.getByRole('button', { name: 'Delete…' }).click();
  await page.getByText('The device would refuse this').waitFor();
  await note('review');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Object, component or page' }).fill('10.0.0');
  await page.getByRole('option').first().waitFor();
  await note('palette');
  await page.keyboard.press('Escape');
  await page.locator('#field-min-active-members').fill('-5');
  await page.getByRole('button', { name: 'Apply…' }).click();
  const wrong = page.locator('#field-min-active-members[aria-invalid="true"]');
  await wrong.waitFor();
  await note('refused');
  // Where it is wrong, whoever sees or hears the page goes on.
  await wrong.and(page.locator(':focus')).waitFor();
  const said = (await heard(page)).find(({ isInvalid }) => isInvalid);
  assert.match(said?.description ?? '', /invalid property value/);
}

test('from page to page by the navigation, and back by the browser', async () => {
  const here = await visit(browser, `https://127.0.0.1:${device.port}`);
  await signIn(here.page, 'admin', adminPassword);
  const nav = here.page.getByRole('navigation', { name: 'Pages' });
  const titles = await nav.getByRole('link').allInnerTexts();
  assert.ok(titles.length > 10);
  for (const title of titles) {
    const link = nav.getByRole('link', { name: title, exact: true });
    const place = await link.getAttribute('href');
    await link.click();
    await here.page.waitForURL((url) => url.pathname + url.search === place);
    await here.page.getByRole('heading', { level: 1 }).first().waitFor();
    assert.deepEqual(here.complaints, [], title);
  }
  for (const _title of titles) await here.page.goBack();
  await here.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  assert.deepEqual(here.complaints, []);
  await here.close();
});

/** Its first object: stock, or made here when a name is enough. */
async function objectOf({ id, naming }: Component): Promise<string | undefined> {
  if (naming.kind === 'singleton') return undefined;
  const first = device.store.view().names(id)[0];
  if (first !== undefined) return first;
  const made = await device.ask('POST', componentPath(id), { name: 'from_crawl' });
  return made.status === 200 ? device.store.view().names(id)[0] : undefined;
}

const crawlers = 2;

test('each component opens its list, an object and a new one, without a word on the console; a form that nobody touched changes nothing', async () => {
  const wanted = components.filter((_, index) => isLong || index % sample === 0);
  const found: string[] = [];
  const crawl = async (): Promise<void> => {
    const here = await visit(browser, `https://127.0.0.1:${device.port}`);
    await signIn(here.page, 'admin', adminPassword);
    const look = async (path: string): Promise<Arrival> => {
      const arrival = await arrive(here.page, path);
      if (isLong && arrival.newParts > 0)
        for (const one of await violationsInBothLooks(here.page, '#main'))
          found.push(`${path}: ${one}`);
      for (const one of here.complaints.splice(0)) found.push(`${path}: ${one}`);
      return arrival;
    };
    for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) {
      // One after the other on one page; on the other page others at the same time.
      for (const one of await crawlComponent(next, look)) found.push(one);
    }
    await here.close();
  };
  await Promise.all(Array.from({ length: crawlers }, crawl));
  assert.deepEqual(found, []);
});

/** What is wrong with its pages. */
async function crawlComponent(
  component: Component,
  look: (path: string) => Promise<Arrival>,
): Promise<readonly string[]> {
  const { id, naming, stateOnly, fixed } = component;
  const place = id.replaceAll(' ', '/');
  const list = await look(`/ui/list/${place}`);
  const touched = `${id}: changed by being shown`;
  if (stateOnly === true) return [];
  if (naming.kind === 'singleton') return list.canApply ? [touched] : [];
  const found: string[] = [];
  const name = await objectOf(component);
  if (name !== undefined) {
    const object = await look(`/ui/object/${place}?name=${encodeURIComponent(name)}`);
    if (object.canApply) found.push(`${touched}, ${name}`);
  }
  if (fixed === true) return found;
  const fresh = await look(`/ui/new/${place}`);
  if (!fresh.canCreate && component.absent === undefined)
    found.push(`${id}: no form for a new one`);
  return found;
}

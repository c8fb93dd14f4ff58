/**
 * The GUI of a real pair: pool and virtual server made by clicking carry traffic, the other device gets them, a member
 * is drained, a failover watched. With EVENKEEL_SCREENSHOTS the pages are drawn into docs/images.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { downLab, upLab } from '../../lab/lab.ts';
import { request, rolesOfPair, waitInSync } from '../../lab/story/ask.ts';
import { deviceGroup, pairTrust } from '../../lab/story/form.ts';
import { addressOn, group, nycServers, nycVirtual, pair } from '../../lab/story/places.ts';
import { fault } from '../../lab/faults.ts';
import type { Lab } from '../../lab/types.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { isRoot } from '../../src/platform/processes.ts';
import { type Visit, openBrowser, signIn, visit } from './browser.ts';

const name = `g${process.pid}`.slice(0, 12);
const skip = isRoot() ? false : 'needs root for network namespaces';
const limit = 60_000;
const drawn = process.env['EVENKEEL_SCREENSHOTS'];

let lab: Lab;
let browser: Browser;
let active: string;
let here: Visit;
let page: Page;

before(
  async () => {
    if (skip !== false) return;
    process.env['EVENKEEL_GUI'] ??= join(import.meta.dirname, '..', '..', '.cache', 'gui');
    lab = await upLab(name, 'pair', () => undefined);
    await pairTrust.run(lab);
    await deviceGroup.run(lab);
    // A person decides here when the other device gets it.
    await lab
      .rest('nyc-a')
      .patch(`/mgmt/tm/cm/device-group/~Common~${group}`, { autoSync: 'disabled' });
    active = (await rolesOfPair(lab, limit)).active;
    browser = await openBrowser();
    here = await visit(browser, `https://${lab.managementAddress(active)}`);
    ({ page } = here);
    await signIn(page, 'admin', lab.password());
  },
  { timeout: 240_000 },
);
after(async () => {
  await browser?.close();
  if (skip === false) await downLab(name);
});

async function apply(): Promise<void> {
  await page.getByRole('button', { name: 'Create…' }).click();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
}

async function isAnswered(): Promise<boolean> {
  const answers = await request(lab, nycVirtual.ipv4, 1).catch(() => []);
  return answers.some((one) => one !== '');
}

function other(): string {
  return pair.find((device) => device !== active) ?? '';
}

function hostOf(device: string): string {
  return `${device}.example.net`;
}

/** Pages as they are, for docs. */
async function draw(title: string): Promise<void> {
  if (drawn === undefined) return;
  const folder = join(import.meta.dirname, '..', '..', 'docs', 'images');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${title}.png`) });
}

test(
  'a pool and a virtual server, made by clicking, carry traffic',
  { skip, timeout: 240_000 },
  async () => {
    await page.goto('/ui/new/ltm/pool');
    await page.locator('#name').fill('web_pool');
    for (const server of nycServers) {
      await page.locator('#field-members').fill(`${addressOn(lab, server, 'nyc-int')}:80`);
      await page.getByRole('button', { name: 'Add to Members' }).click();
    }
    await page.locator('#field-monitor').fill('/Common/http');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Create…' }).click();
    await page.getByLabel('Difference', { exact: true }).first().waitFor();
    await draw('review');
    await page.getByRole('button', { name: 'Apply', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: '/Common/web_pool' }).waitFor();
    await page.goto('/ui/new/ltm/virtual');
    await page.locator('#name').fill('web_vs');
    await page.locator('#field-destination').fill(`${nycVirtual.ipv4}:80`);
    await page.locator('#field-ip-protocol').selectOption('tcp');
    await page.locator('#field-pool').fill('/Common/web_pool');
    await page.keyboard.press('Escape');
    await page.locator('#field-profiles').fill('/Common/http');
    await page.getByRole('button', { name: 'Add to Profiles' }).click();
    await page.locator('#field-source-address-translation-type').selectOption('automap');
    await apply();
    await page.getByRole('heading', { level: 1, name: '/Common/web_vs' }).waitFor();
    await waitUntil(systemClock, 'the virtual server answers', limit, isAnswered);
    await page.goto('/ui/list/ltm/virtual');
    const row = page.getByRole('row').filter({ hasText: '/Common/web_vs' });
    await row.getByText('available').waitFor();
  },
);

test(
  'the other device gets them when it is asked for, and the corner says so',
  { skip, timeout: 240_000 },
  async () => {
    await page.goto('/ui/cluster');
    await page.getByRole('group', { name: 'This device' }).getByText('Changes Pending').waitFor();
    await page
      .getByRole('button', { name: /^Difference to / })
      .last()
      .click();
    await page.getByLabel('Difference', { exact: true }).getByText('web_pool').first().waitFor();
    await draw('sync');
    await page.getByRole('button', { name: 'This device’s to the group' }).click();
    await page.getByRole('group', { name: 'This device' }).getByText('In Sync').waitFor();
    await waitInSync(lab, limit);
  },
);

test(
  'a member is taken out, and it is said when nobody is left on it',
  { skip, timeout: 240_000 },
  async () => {
    await page.goto('/ui/object/ltm/pool?name=/Common/web_pool');
    await page.getByRole('tab', { name: 'Members' }).click();
    const [server] = nycServers;
    const member = `/Common/${addressOn(lab, server, 'nyc-int')}:80`;
    await page.getByRole('button', { name: `Force offline ${member}` }).click();
    await page.getByText('Drained: nobody is connected.').waitFor();
    await page.getByRole('row').filter({ hasText: member }).getByText('Forced down').waitFor();
    await draw('members');
    await page.getByRole('button', { name: `Enable ${member}` }).click();
    await page
      .getByRole('row')
      .filter({ hasText: member })
      .getByText('available', { exact: true })
      .waitFor();
  },
);

test('a failover is watched as it happens', { skip, timeout: 240_000 }, async () => {
  await page.goto('/ui/cluster');
  await page.getByRole('button', { name: 'Force to standby…' }).waitFor();
  await draw('cluster');
  await page.getByRole('button', { name: 'Force to standby…' }).click();
  await page.getByRole('button', { name: 'Hand over now' }).click();
  await page.getByRole('group', { name: 'This device' }).getByText('STANDBY').waitFor();
  await page.getByRole('list', { name: 'Failover history' }).getByText('standby').first().waitFor();
  await waitUntil(systemClock, 'the other device answers', limit, isAnswered);
});

test(
  'changed on both sides: the page says so, shows the difference, and somebody decides',
  { skip, timeout: 240_000 },
  async () => {
    const { standby } = await rolesOfPair(lab, limit);
    const pool = '/mgmt/tm/ltm/pool/~Common~web_pool';
    // This page's device is the standby one now; both get a change of their own.
    await lab.rest(active).patch(pool, { description: 'as here' });
    await lab.rest(other()).patch(pool, { description: 'as there' });
    assert.equal(standby, active);
    await page.goto('/ui/cluster');
    const said = page
      .getByRole('main')
      .getByText(/There is a possible change conflict between/)
      .first();
    await said.waitFor();
    await said.scrollIntoViewIfNeeded();
    await draw('conflict');
    await page
      .getByRole('button', { name: `Difference to ${other()}` })
      .last()
      .click();
    const difference = page.getByLabel('Difference', { exact: true });
    await difference.getByText(/^-.*as here/).waitFor();
    await difference.getByText(/^\+.*as there/).waitFor();
    await page.getByRole('button', { name: 'The group’s to this device' }).click();
    await page.getByRole('group', { name: 'This device' }).getByText('In Sync').waitFor();
    await waitInSync(lab, limit);
    const both = await Promise.all(
      pair.map((device) => lab.rest(device).get<{ readonly description: string }>(pool)),
    );
    assert.deepEqual(
      both.map(({ description }) => description),
      ['as there', 'as there'],
    );
  },
);

test(
  'the device is gone: the page says so, keeps what was typed, and leads to the other one',
  { skip, timeout: 240_000 },
  async () => {
    await page.goto('/ui/object/ltm/pool?name=/Common/web_pool');
    await page.locator('#field-description').fill('typed before it was gone');
    await page.getByRole('group', { name: 'This device' }).getByText('STANDBY').waitFor();
    await fault(lab, 'power', active);
    await page.getByText(`${hostOf(active)} does not answer; what is shown may be old.`).waitFor();
    await page.getByRole('group', { name: 'This device' }).getByText('STANDBY?').waitFor();
    await draw('gone');
    const link = page.getByRole('link', { name: `Open this page on ${other()}` });
    const [there] = await Promise.all([page.waitForEvent('popup'), link.click()]);
    await there.getByLabel('User').fill('admin');
    await there.getByLabel('Password').fill(lab.password());
    await there.getByRole('button', { name: 'Sign in' }).click();
    await there.getByRole('heading', { level: 1, name: '/Common/web_pool' }).waitFor();
    const corner = there.getByRole('group', { name: 'This device' });
    await corner.getByText(hostOf(other())).waitFor();
    await corner.getByText('ACTIVE').waitFor();
    await there.goto(`https://${lab.managementAddress(other())}/ui/cluster`);
    const leases = there.getByRole('table', { name: 'Leases' });
    await leases
      .getByRole('row', { name: /traffic-group-1 active/ })
      .getByText('open')
      .waitFor();
    const paths = there.getByRole('table', { name: 'Heartbeats by path' });
    await paths.getByRole('row').filter({ hasText: active }).getByText('silent').first().waitFor();
    await there.close();
    assert.equal(await page.locator('#field-description').inputValue(), 'typed before it was gone');
    await fault(lab, 'power-on', active);
    await page
      .getByText(/does not answer; what is shown may be old/)
      .waitFor({ state: 'detached' });
    assert.equal(await page.locator('#field-description').inputValue(), 'typed before it was gone');
    // A device without power is a network error on the console; nothing else may be.
    const others = here.complaints.filter((one) => !one.includes('net::ERR_'));
    assert.deepEqual(others, []);
    here.complaints.splice(0);
  },
);

test(
  'pages drawn for the manual, and nothing on the console',
  { skip, timeout: 240_000 },
  async () => {
    for (const [title, path] of drawn === undefined
      ? []
      : ([
          ['overview', '/ui/'],
          ['map', '/ui/map'],
        ] as const)) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await page.locator('.pf-v6-c-spinner').first().waitFor({ state: 'detached' });
      await draw(title);
    }
    assert.deepEqual(here.complaints, []);
  },
);

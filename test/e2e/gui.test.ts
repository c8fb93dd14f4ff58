/** The GUI in a real browser, against a device's own REST on loopback: what people do, click by click. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { builtGui } from '../../src/cmd/control-gui.ts';
import { type TestDevice, adminPassword, startTestDevice } from '../../src/icontrol/test-device.ts';
import { type Visit, openBrowser, signIn, visit } from './browser.ts';

let device: TestDevice;
let browser: Browser;
let here: Visit;
let page: Page;
before(async () => {
  const gui = builtGui();
  assert.ok(gui() !== undefined, 'the GUI is not built: evenkeel gui build');
  device = await startTestDevice({ gui });
  browser = await openBrowser();
  here = await visit(browser, `https://127.0.0.1:${device.port}`);
  ({ page } = here);
});
after(async () => {
  await browser?.close();
  await device?.close();
});

test('a wrong password is refused in words, the right one lets in; no script reads the cookie', async () => {
  await page.goto('/');
  await page.getByLabel('User').fill('admin');
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Authentication failed.').waitFor();
  await signIn(page, 'admin', adminPassword);
  assert.equal(await page.evaluate('document.cookie'), '');
  const cookies = await page.context().cookies();
  assert.deepEqual(
    cookies.map(({ name, httpOnly, secure, sameSite }) => ({ name, httpOnly, secure, sameSite })),
    [{ name: '__Host-evenkeel', httpOnly: true, secure: true, sameSite: 'Strict' }],
  );
});

test('a pool: refused beside the field, mended, seen before it is made, made', async () => {
  await page.goto('/ui/new/ltm/pool');
  await page.locator('#name').fill('web');
  await page.locator('#field-members').fill('10.0.0.1:80');
  await page.getByRole('button', { name: 'Add to Members' }).click();
  await page.locator('#field-monitor').fill('/Common/nothing');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Create…' }).click();
  const problem = page.locator('#field-monitor-note').getByText('/Common/nothing');
  await problem.waitFor();
  assert.match(await problem.innerText(), /^01070734:3: |01020036:3: /);
  await page.locator('#field-monitor').fill('/Common/http');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Create…' }).click();
  await page.getByLabel('Difference', { exact: true }).getByText('monitor /Common/http').waitFor();
  assert.equal(device.store.view().get('ltm pool', '/Common/web'), undefined);
  await page.getByLabel('Reason, for the history').fill('the article’s pool');
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await page.getByRole('heading', { name: '/Common/web' }).waitFor();
  const [commit] = device.store.history(1);
  assert.equal(commit?.origin.source, 'gui');
  assert.equal(commit?.origin.reason, 'the article’s pool');
  assert.equal(
    device.store.view().get('ltm pool', '/Common/web')?.properties.monitor,
    '/Common/http',
  );
});

test('curl and tmsh, as the page says them, do the same', async () => {
  await page.goto('/ui/new/ltm/virtual');
  await page.locator('#name').fill('shop');
  await page.locator('#field-destination').fill('10.9.0.1:80');
  await page.locator('#field-pool').fill('/Common/web');
  await page.keyboard.press('Escape');
  await page.locator('#field-description').fill('a "quoted" {shop}');
  await page.getByRole('button', { name: 'Create…' }).click();
  await page.getByRole('tab', { name: 'tmsh' }).click();
  const command = await page.locator('#code-tmsh').innerText();
  const done = await device.tmsh(command);
  assert.equal(done.status, 0, `${command}\n${done.output}`);
  const made = device.store.view().get('ltm virtual', '/Common/shop')?.properties;
  assert.equal(made?.description, 'a "quoted" {shop}');
  await page.getByRole('button', { name: 'Cancel' }).click();
});

test('what somebody else changed meanwhile is not overwritten unasked; what was typed stays', async () => {
  await page.goto('/ui/object/ltm/pool?name=/Common/web');
  await page.locator('#field-description').fill('mine');
  const patched = await device.ask('PATCH', '/mgmt/tm/ltm/pool/~Common~web', {
    description: 'theirs',
  });
  assert.equal(patched.status, 200);
  await page.getByRole('button', { name: 'Apply…' }).click();
  await page.getByText('Somebody else changed this object meanwhile').waitFor();
  assert.equal(await page.locator('#field-description').inputValue(), 'mine');
  await page.getByRole('button', { name: 'Apply…' }).click();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await page.getByText('/Common/web changed').waitFor();
  assert.equal(device.store.view().get('ltm pool', '/Common/web')?.properties.description, 'mine');
});

test('names and values that look like scripts are texts', async () => {
  const description = '<img src=x onerror="document.title=1"><script>alert(1)</script>';
  const made = await device.ask('POST', '/mgmt/tm/ltm/pool', { name: 'odd', description });
  assert.equal(made.status, 200, made.text);
  await page.goto('/ui/list/ltm/pool');
  await page.getByRole('link', { name: '/Common/odd' }).click();
  await page.getByRole('heading', { name: '/Common/odd' }).waitFor();
  assert.equal(await page.locator('#field-description').inputValue(), description);
});

test('no page complained', () => {
  assert.deepEqual(here.complaints, []);
});

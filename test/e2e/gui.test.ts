/** The GUI in a real browser, against a device's own REST on loopback: what people do, click by click. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type TestDevice, adminPassword } from '../../src/icontrol/test-device.ts';
import { type Visit, signIn, visit } from './browser.ts';
import { type GuiDevice, startGuiDevice } from './gui-device.ts';

let gui: GuiDevice;
let device: TestDevice;
let browser: Browser;
let here: Visit;
let page: Page;
before(async () => {
  gui = await startGuiDevice();
  ({ device, browser, here } = gui);
  ({ page } = here);
});
after(() => gui?.close());

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
  await page.getByRole('tab', { name: 'AS3' }).click();
  await page.locator('#code-as3').getByText('"serverAddresses"').waitFor();
  assert.equal(device.store.view().get('ltm pool', '/Common/web'), undefined);
  await page.getByLabel('Reason, for the history').fill('the article’s pool');
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: '/Common/web' }).waitFor();
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
  await page.locator('#field-ip-protocol').selectOption('tcp');
  await page.locator('#field-pool').fill('/Common/web');
  await page.keyboard.press('Escape');
  await page.locator('#field-description').fill('a "quoted" {shop}');
  // In order, by keyboard: the second, then the one that is first now; then that one first.
  await page.locator('#field-rules').press('ArrowDown');
  const available = page.getByRole('listbox', { name: 'Available Rules', exact: true });
  const offered = await available.getByRole('option').allInnerTexts();
  for (const key of ['ArrowDown', 'Enter', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
  const [first = '', second = ''] = offered;
  await page.getByRole('button', { name: `Move ${first} up` }).click();
  await page.getByRole('button', { name: 'Create…' }).click();
  await page.getByRole('tab', { name: 'tmsh' }).click();
  const command = await page.locator('#code-tmsh').innerText();
  const done = await device.tmsh(command);
  assert.equal(done.status, 0, `${command}\n${done.output}`);
  await page.getByRole('tab', { name: 'AS3' }).click();
  const declaration = await page.locator('#code-as3').innerText();
  assert.match(declaration, /"class": "Service_TCP",\s+"virtualPort": 80/);
  const made = device.store.view().get('ltm virtual', '/Common/shop')?.properties;
  assert.equal(made?.description, 'a "quoted" {shop}');
  assert.deepEqual(made?.rules, [first, second]);
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
  await page.getByRole('tab', { name: 'AS3' }).click();
  // The whole of it, not only what was typed.
  await page
    .locator('#code-as3')
    .getByText(/"serverAddresses".*"remark": "mine"|"remark": "mine".*"serverAddresses"/s)
    .waitFor();
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
  await page.getByRole('heading', { level: 1, name: '/Common/odd' }).waitFor();
  assert.equal(await page.locator('#field-description').inputValue(), description);
});

test('a record is refused while it is typed, mended, and made', async () => {
  const records = [{ name: 'example.com.:NS', data: ['ns1.example.net.'] }];
  const made = await device.ask('POST', '/mgmt/tm/gtm/zone-runner/zone', {
    name: 'example.com.',
    records,
  });
  assert.equal(made.status, 200, made.text);
  await page.goto('/ui/zones?name=example.com.');
  await page.getByLabel('Owner of a new record').fill('www');
  await page.getByRole('button', { name: 'Add record' }).click();
  await page.getByLabel('Data of www.example.com.:A').fill('10.0.0.30');
  await page.getByLabel('TTL of www.example.com.:A').fill('soon');
  await page.getByText('The device would refuse this').waitFor();
  await page.getByLabel('TTL of www.example.com.:A').fill('60');
  await page.getByText('The device would refuse this').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Apply…' }).click();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await page.getByText('example.com. changed').waitFor();
  const zone = device.store.view().get('gtm zone-runner zone', 'example.com.');
  assert.match(
    JSON.stringify(zone?.properties),
    /"www\.example\.com\.:A","data":\["10\.0\.0\.30"\]|"10\.0\.0\.30"/,
  );
});

test('a role that may only look is told so; what it presses is not there to press', async () => {
  const partitionAccess = [{ name: 'all-partitions', role: 'guest' }];
  const body = { name: 'gus', password: 'Correct-Horse-42', partitionAccess };
  assert.equal((await device.ask('POST', '/mgmt/tm/auth/user', body)).status, 200);
  const guest = await visit(browser, `https://127.0.0.1:${device.port}`);
  await signIn(guest.page, 'gus', 'Correct-Horse-42');
  await guest.page.goto('/ui/list/ltm/pool');
  assert.equal(await guest.page.getByRole('button', { name: 'Create' }).isDisabled(), true);
  await guest.page.getByText('the role guest does not allow this').waitFor();
  await guest.page.goto('/ui/object/ltm/pool?name=/Common/web');
  await guest.page
    .getByText(/^Not allowed: the role guest/)
    .first()
    .waitFor();
  assert.equal(await guest.page.locator('#field-description').isDisabled(), true);
  assert.deepEqual(guest.complaints, []);
  await guest.close();
});

test('a session that ends keeps what was typed; several changes are one transaction', async () => {
  await page.goto('/ui/object/ltm/pool?name=/Common/web');
  await page.locator('#field-description').fill('typed before');
  const tokens = await device.ask('DELETE', '/mgmt/shared/authz/tokens');
  assert.equal(tokens.status, 200);
  // The device may say so before anything is pressed.
  const ended = page.getByText('Your session has ended; sign in to go on.');
  await page.getByRole('button', { name: 'Apply…' }).or(ended).click();
  await ended.waitFor();
  await page.getByLabel('Password').fill(adminPassword);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('#field-description').waitFor();
  assert.equal(await page.locator('#field-description').inputValue(), 'typed before');
  await page.getByRole('button', { name: 'Apply…' }).click();
  await page.getByRole('button', { name: 'Add to pending changes' }).click();
  await page.getByRole('link', { name: 'ltm pool', exact: true }).click();
  await page.getByLabel('Select /Common/odd').check();
  await page
    .getByRole('group', { name: 'With what is selected' })
    .getByRole('button', { name: 'Delete…' })
    .click();
  await page.getByRole('button', { name: 'Add to pending changes' }).click();
  const before = device.store.view().sequence;
  await page.getByRole('button', { name: /^Pending changes/ }).click();
  await page.getByRole('button', { name: 'Review and apply' }).click();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await page.getByText('2 changes applied as one').waitFor();
  const view = device.store.view();
  assert.equal(view.sequence, before + 1);
  assert.equal(view.get('ltm pool', '/Common/web')?.properties.description, 'typed before');
  assert.equal(view.get('ltm pool', '/Common/odd'), undefined);
});

test('a long table: its first rows, then its columns, then every value; after a commit only what it changed is asked for', async () => {
  const numbers = Array.from({ length: 1200 }, (_, index) => index);
  const made = device.store.commit({
    origin: { user: 'admin', source: 'rest' },
    operations: numbers.map((index) => ({
      kind: 'create',
      component: 'ltm node',
      name: `/Common/n${index}`,
      properties: {
        address: `10.78.${index >> 8}.${index & 255}`,
        ...(index === 700 && { metadata: { owner: { value: 'somebody' } } }),
      },
    })),
  });
  assert.ok(made.ok);
  // Other tests made some, too.
  const count = device.store.view().count('ltm node');
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const isRest = ({ pathname, search }: URL): boolean =>
    pathname === '/mgmt/tm/ltm/node' && !search.includes('$top');
  await page.route(isRest, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/ui/list/ltm/node');
  await page.getByText(`100 of ${count}, the first ones; reading the rest…`).waitFor();
  await page.getByRole('row', { name: /\/Common\/n0 / }).waitFor();
  release();
  await page.getByText(`${count} of ${count}`, { exact: true }).waitFor();
  await page.unroute(isRest);
  await page.getByLabel('Filter', { exact: true }).fill('somebody');
  await page.getByText(`1 of ${count}`).waitFor();
  await page.getByRole('link', { name: '/Common/n700' }).waitFor();
  await page.getByLabel('Filter', { exact: true }).fill('');
  await page.getByText(`${count} of ${count}`).waitFor();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const body = { description: 'changed meanwhile' };
  assert.equal((await device.ask('PATCH', '/mgmt/tm/ltm/node/~Common~n1', body)).status, 200);
  await page.getByRole('row', { name: /n1 .*changed meanwhile/ }).waitFor();
  assert.equal((await device.ask('DELETE', '/mgmt/tm/ltm/node/~Common~n2')).status, 200);
  await page.getByText(`${count - 1} of ${count - 1}`).waitFor();
  const added = { name: 'a_first', address: '10.79.0.1' };
  assert.equal((await device.ask('POST', '/mgmt/tm/ltm/node', added)).status, 200);
  await page.getByRole('row', { name: /a_first/ }).waitFor();
  assert.equal(asked.filter((path) => path === '/mgmt/tm/ltm/node').length, 0);
});

test('no page complained', () => {
  assert.deepEqual(here.complaints, []);
});

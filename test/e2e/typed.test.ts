/**
 * What was typed and not yet applied stays: whoever changes or deletes the object meanwhile, when the browser goes back,
 * and in the tray when the session ends.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type TestDevice, adminPassword } from '../../src/icontrol/test-device.ts';
import { type Visit, signIn } from './browser.ts';
import { type GuiDevice, startGuiDevice } from './gui-device.ts';

let gui: GuiDevice;
let device: TestDevice;
let here: Visit;
let page: Page;
before(async () => {
  gui = await startGuiDevice();
  ({ device, here } = gui);
  ({ page } = here);
  await ask('POST', '/mgmt/tm/ltm/pool', { name: 'web' });
  await ask('POST', zones, {
    name: 'example.com.',
    records: [{ name: 'example.com.:NS', data: ['ns1.example.net.'] }],
  });
  await signIn(page, 'admin', adminPassword);
});
after(() => gui?.close());

const zones = '/mgmt/tm/gtm/zone-runner/zone';

async function ask(...request: Parameters<TestDevice['ask']>): Promise<void> {
  const { status, text } = await device.ask(...request);
  assert.equal(status, 200, text);
}

test('a zone that somebody else changes: the record stays typed, is refused once in words, and then goes on top', async () => {
  await page.goto('/ui/zones?name=example.com.');
  await page.getByLabel('Owner of a new record').fill('www');
  await page.keyboard.press('Enter');
  const data = page.getByLabel('Data of www.example.com.:A');
  await data.fill('192.0.2.7');
  await ask('PATCH', `${zones}/example.com.`, { description: 'by somebody else' });
  const changes = page.getByRole('button', { name: 'Apply…' });
  await changes.click();
  await page.getByText('Somebody else changed this object meanwhile').waitFor();
  assert.equal(await data.inputValue(), '192.0.2.7');
  await changes.click();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await page.getByText('example.com. changed').waitFor();
  const held = device.store.view().get('gtm zone-runner zone', 'example.com.')?.properties;
  assert.match(JSON.stringify(held), /192\.0\.2\.7/);
  assert.match(JSON.stringify(held), /by somebody else/);
});

test('back, and an object that is gone: the page asks first, and keeps what was typed', async () => {
  await page.goto('/ui/list/ltm/pool');
  await page.getByRole('link', { name: '/Common/web' }).click();
  const description = page.locator('#field-description');
  await description.fill('typed');
  const asking = page.waitForEvent('dialog');
  await page.evaluate('setTimeout(() => history.back())');
  const dialog = await asking;
  assert.equal(dialog.message(), 'What you changed on this page is not applied. Leave it?');
  await dialog.dismiss();
  await page.waitForURL(/\/ui\/object\/ltm\/pool/);
  assert.equal(await description.inputValue(), 'typed');
  await ask('DELETE', '/mgmt/tm/ltm/pool/~Common~web');
  await page.getByText('What stands here may be old').waitFor();
  await page.getByText('The requested Pool (/Common/web) was not found.').waitFor();
  assert.equal(await description.inputValue(), 'typed');
});

test('pending changes outlive the session; one that somebody overtook is shown against what is there now', async () => {
  await ask('POST', '/mgmt/tm/ltm/pool', { name: 'web' });
  await page.goto('/ui/object/ltm/pool?name=/Common/web');
  await page.locator('#field-description').fill('pending');
  await page.getByRole('button', { name: 'Apply…' }).click();
  await page.getByRole('button', { name: 'Add to pending changes' }).click();
  await page.context().clearCookies();
  await page.locator('#field-description').fill('typed after it');
  await page.getByRole('button', { name: 'Apply…' }).click();
  await page.getByText('Your session has ended; sign in to go on.').waitFor();
  await ask('PATCH', '/mgmt/tm/ltm/pool/~Common~web', { description: 'by somebody else' });
  await page.getByLabel('Password').fill(adminPassword);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: /Pending changes/ }).click();
  assert.equal(await page.locator('#field-description').inputValue(), 'typed after it');
  await page.getByRole('button', { name: 'Review and apply' }).click();
  await page.getByRole('button', { name: 'Show the difference to what it is now' }).click();
  await page.getByText('-    description "by somebody else"').waitFor();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await page.getByText('1 changes applied as one').waitFor();
  const held = device.store.view().get('ltm pool', '/Common/web')?.properties.description;
  assert.equal(held, 'pending');
  assert.deepEqual(here.complaints, []);
});

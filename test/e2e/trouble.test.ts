/**
 * What goes wrong, in a real browser against a device's own REST: slow answers, none, long values, odd names, nobody there, a session that ends
 * with a dialog open; and back to an earlier commit; and a whole task by keyboard. The page says so, and what was typed stays.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type Socket, connect, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { builtGui } from '../../src/cmd/control-gui.ts';
import { type TestDevice, adminPassword, startTestDevice } from '../../src/icontrol/test-device.ts';
import { type Visit, signIn, violations, visit } from './browser.ts';
import { type GuiDevice, startGuiDevice } from './gui-device.ts';

const isLong = process.env['EVENKEEL_TEST_LONG'] !== undefined;

let gui: GuiDevice;
let device: TestDevice;
let browser: Browser;
let here: Visit;
let page: Page;
before(async () => {
  gui = await startGuiDevice();
  ({ device, browser, here } = gui);
  ({ page } = here);
  const made = await device.ask('POST', '/mgmt/tm/ltm/pool', { name: 'web', monitor: 'http' });
  assert.equal(made.status, 200, made.text);
  await signIn(page, 'admin', adminPassword);
});
after(() => gui?.close());

function description(): unknown {
  return device.store.view().get('ltm pool', '/Common/web')?.properties.description;
}

test('a value of 10,000 characters is typed, reviewed, made and shown', async () => {
  const long = 'long <b>text</b> & '.repeat(600).slice(0, 10_000).trim();
  await page.goto('/ui/object/ltm/pool?name=/Common/web');
  await page.locator('#field-description').fill(long);
  await page.getByRole('button', { name: 'Apply…' }).click();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await page.getByText('/Common/web changed').waitFor();
  assert.equal(description(), long);
  await page.goto('/ui/list/ltm/pool');
  await page.getByRole('link', { name: '/Common/web' }).waitFor();
  // The page itself is not wider than its window.
  assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
  await page.goto('/ui/object/ltm/pool?name=/Common/web');
  await page.locator('#field-description').waitFor();
  assert.equal(await page.locator('#field-description').inputValue(), long);
  assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
});

test('a name that is a script is refused beside the form or is a text, and stays typed', async () => {
  const name = '<img src=x onerror=alert(1)>';
  await page.goto('/ui/new/ltm/pool');
  await page.locator('#name').fill(name);
  await page.getByRole('button', { name: 'Create…' }).click();
  await page.getByText('Not accepted').waitFor();
  assert.equal(await page.locator('#name').inputValue(), name);
  const record = { name: 'list', type: 'string', records: [{ name, data: '</script><b>' }] };
  const made = await device.ask('POST', '/mgmt/tm/ltm/data-group/internal', record);
  assert.equal(made.status, 200, made.text);
  page.once('dialog', (dialog) => void dialog.accept());
  await page.goto('/ui/object/ltm/data-group/internal?name=/Common/list');
  await page.getByText(name, { exact: true }).first().waitFor();
  assert.equal(await page.locator('img[src="x"]').count(), 0);
});

test('a slow device: the page says so, keeps what was typed, and goes on when the answer comes', async () => {
  await page.goto('/ui/object/ltm/pool?name=/Common/web');
  await page.locator('#field-description').fill('typed while it was slow');
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/mgmt/tm/ltm/pool/**', async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Apply…' }).click();
  await page.getByText('bigip1.example.com is slow: an answer is still awaited.').waitFor();
  assert.equal(await page.locator('#field-description').inputValue(), 'typed while it was slow');
  release();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await page.getByText('/Common/web changed').waitFor();
  await page.unroute('**/mgmt/tm/ltm/pool/**');
  assert.equal(description(), 'typed while it was slow');
  await page.getByText('is slow').waitFor({ state: 'detached' });
});

test('an answer that breaks off is none: what stands on the page is said not to have come', async () => {
  await page.route('**/mgmt/tm/ltm/node?**', (route) => route.abort('connectionreset'));
  await page.goto('/ui/list/ltm/node');
  await page.getByText('The device cannot be reached.').waitFor();
  await page.unroute('**/mgmt/tm/ltm/node?**');
});

test('a device that refuses the stream while it starts is followed as soon as it is there', async () => {
  await page.route('**/evenkeel/stream', (route) => route.fulfill({ status: 503, body: '{}' }));
  await page.goto('/ui/');
  await page.getByText(/does not answer; what is shown may be old/).waitFor();
  await page.unroute('**/evenkeel/stream');
  await page.getByRole('group', { name: 'This device' }).getByText('bigip1.example.com').waitFor();
  await page.getByText(/does not answer; what is shown may be old/).waitFor({ state: 'detached' });
  here.complaints.splice(0);
});

test('back to how it was before a commit: seen first, then done', async () => {
  const changed = await device.ask('PATCH', '/mgmt/tm/ltm/pool/~Common~web', {
    description: 'a mistake',
  });
  assert.equal(changed.status, 200);
  const { sequence } = device.store.view();
  await page.goto('/ui/history');
  await page.getByRole('button', { name: `Difference of commit ${sequence}` }).click();
  await page.getByRole('button', { name: `Back to before commit ${sequence}…` }).click();
  const seen = page.getByLabel('Difference', { exact: true }).last();
  await seen.getByText('+    description "typed while it was slow"').waitFor();
  assert.equal(description(), 'a mistake');
  await page.getByLabel('Reason, for the history').fill('it was a mistake');
  await page.getByRole('button', { name: 'Roll back' }).click();
  await page.getByText(`The configuration is that of commit ${sequence - 1}`).waitFor();
  assert.equal(description(), 'typed while it was slow');
  const [commit] = device.store.history(1);
  assert.equal(commit?.origin.reason, `rollback to ${sequence - 1}: it was a mistake`);
});

test('nobody there: the page locks, a dialog with it; both come back with what was typed', async () => {
  const idle = await visit(browser, `https://127.0.0.1:${device.port}`);
  await idle.page.clock.install();
  await signIn(idle.page, 'admin', adminPassword);
  await idle.page.goto('/ui/object/ltm/pool?name=/Common/web');
  await idle.page.locator('#field-description').fill('typed before lunch');
  await idle.page.getByRole('button', { name: 'Apply…' }).click();
  await idle.page.getByLabel('Reason, for the history').fill('because');
  const { timeoutSeconds } = (await idle.page.evaluate(
    `fetch('/mgmt/shared/evenkeel/session').then((answer) => answer.json())`,
  )) as { readonly timeoutSeconds: number };
  await idle.page.clock.fastForward(timeoutSeconds * 1000);
  await idle.page.getByText('Locked: nobody was here for a while.').waitFor();
  assert.equal(await idle.page.getByRole('dialog').count(), 0);
  assert.equal(await idle.page.getByText('typed before lunch').count(), 0);
  assert.deepEqual(await violations(idle.page), []);
  await idle.page.getByLabel('Password').fill(adminPassword);
  await idle.page.getByRole('button', { name: 'Sign in' }).click();
  const dialog = idle.page.getByRole('dialog');
  await dialog.waitFor();
  assert.equal(await dialog.getByLabel('Reason, for the history').inputValue(), 'because');
  await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
  await idle.page.getByText('/Common/web changed').waitFor();
  assert.equal(description(), 'typed before lunch');
  await idle.close();
});

test('another device at the same address: the page says so, and shows nothing of the first as if it were the second’s', async () => {
  const other = await startTestDevice({ gui: builtGui(), deviceName: 'bigip2.example.com' });
  const description = 'of the other device';
  for (const name of ['web', 'only_there']) {
    const made = await other.ask('POST', '/mgmt/tm/ltm/pool', { name, description });
    assert.equal(made.status, 200, made.text);
  }
  const address = await movingAddress(device.port);
  const there = await visit(browser, `https://127.0.0.1:${address.port}`);
  try {
    await signIn(there.page, 'admin', adminPassword);
    await there.page.goto('/ui/object/ltm/pool?name=/Common/web');
    await there.page.locator('#field-description').fill('typed for the first');
    const corner = there.page.getByRole('group', { name: 'This device' });
    await corner.getByText('bigip1.example.com').waitFor();
    address.moveTo(other.port);
    await there.page.getByText('Your session has ended; sign in to go on.').waitFor();
    // From here on nothing may say that it is the first one, but who it was before.
    await there.page.evaluate(watchCorner);
    await there.page.getByLabel('Password').fill(adminPassword);
    await there.page.getByRole('button', { name: 'Sign in' }).click();
    await there.page
      .getByText('bigip2.example.com answers here now; before it was bigip1.example.com.')
      .waitFor();
    await corner.getByText('bigip2.example.com').waitFor();
    assert.deepEqual(await there.page.evaluate('globalThis.cornersSeen'), ['bigip2.example.com']);
    // What was typed is here, and is not put over what the other one has without a word.
    assert.equal(
      await there.page.locator('#field-description').inputValue(),
      'typed for the first',
    );
    await there.page.getByRole('button', { name: 'Apply…' }).click();
    await there.page.getByText(/This was begun on bigip1.example.com/).waitFor();
    const held = other.store.view().get('ltm pool', '/Common/web')?.properties.description;
    assert.equal(held, description);
    there.page.once('dialog', (dialog) => void dialog.accept());
    await there.page.getByRole('link', { name: 'ltm pool', exact: true }).click();
    await there.page.getByRole('link', { name: '/Common/only_there' }).waitFor();
  } finally {
    await there.close();
    address.close();
    await other.close();
  }
});

/** In the page: which names the corner shows from now on. */
const watchCorner = `(() => {
  globalThis.cornersSeen = [];
  const look = () => {
    // Behind the lock nothing is shown.
    const shown = [...document.querySelectorAll('.corner-device')].find((one) => one.checkVisibility());
    const name = shown?.textContent;
    if (name && !cornersSeen.includes(name)) cornersSeen.push(name);
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true, characterData: true });
})()`;

interface MovingAddress {
  readonly port: number;
  /** Who is connected is cut off, as when an address moves. */
  moveTo(port: number): void;
  close(): void;
}

async function movingAddress(first: number): Promise<MovingAddress> {
  let target = first;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const onward = connect(target, '127.0.0.1');
    for (const socket of [client, onward]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        onward.destroy();
      });
    }
    client.pipe(onward).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  assert.ok(typeof bound === 'object' && bound !== null);
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: bound.port,
    moveTo(port) {
      target = port;
      cut();
    },
    close() {
      server.close();
      cut();
    },
  };
}

/** As somebody without a mouse gets there. */
async function tabTo(wanted: Locator, on: Page): Promise<void> {
  const isThere = (): Promise<boolean> =>
    wanted.evaluate((element) => element === element.ownerDocument.activeElement);
  for (let pressed = 0; pressed < 120; pressed += 1) {
    if (await isThere()) return;
    await on.keyboard.press('Tab');
  }
  assert.fail(`not reached by Tab: ${String(wanted)}`);
}

test('a whole task by keyboard alone: sign in, find, fill in, review, make, and delete', async () => {
  const keys = await visit(browser, `https://127.0.0.1:${device.port}`);
  const { keyboard } = keys.page;
  await keys.page.goto('/');
  await keys.page.getByLabel('User').waitFor();
  await keyboard.type('admin');
  await keyboard.press('Tab');
  await keyboard.type(adminPassword);
  await keyboard.press('Enter');
  await keys.page.getByRole('heading', { name: 'Overview' }).waitFor();
  await keyboard.press('Control+k');
  await keys.page.getByRole('combobox', { name: 'Object, component or page' }).waitFor();
  await keyboard.type('new ltm pool');
  await keys.page.getByRole('option', { name: /^New ltm pool / }).waitFor();
  await keyboard.press('Enter');
  await keys.page.getByRole('heading', { level: 1, name: 'New ltm pool' }).waitFor();
  const name = keys.page.locator('#name');
  await tabTo(name, keys.page);
  await keyboard.type('by_keys');
  await tabTo(keys.page.locator('#field-monitor'), keys.page);
  await keyboard.type('/Common/tc');
  await keys.page.getByRole('option', { name: '/Common/tcp', exact: true }).waitFor();
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  assert.match(await keys.page.locator('#field-monitor').inputValue(), /^\/Common\/tcp/);
  await tabTo(keys.page.locator('#field-description'), keys.page);
  await keyboard.type('without a mouse');
  await tabTo(keys.page.getByRole('button', { name: 'Create…' }), keys.page);
  await keyboard.press('Enter');
  const apply = keys.page.getByRole('button', { name: 'Apply', exact: true });
  await keys.page.getByLabel('Difference', { exact: true }).first().waitFor();
  await tabTo(apply, keys.page);
  await keyboard.press('Enter');
  await keys.page.getByRole('heading', { level: 1, name: '/Common/by_keys' }).waitFor();
  const made = device.store.view().get('ltm pool', '/Common/by_keys')?.properties;
  assert.equal(made?.description, 'without a mouse');
  await tabTo(keys.page.getByRole('button', { name: 'Delete…' }), keys.page);
  await keyboard.press('Enter');
  await keys.page.getByLabel('Difference', { exact: true }).first().waitFor();
  await keyboard.press('Escape');
  await keys.page.getByRole('dialog').waitFor({ state: 'detached' });
  // Back where it was opened from.
  assert.equal(
    await keys.page.evaluate('document.activeElement.textContent'),
    'Delete…',
    'focus after a dialog',
  );
  await keyboard.press('Enter');
  await keys.page.getByLabel('Difference', { exact: true }).first().waitFor();
  await tabTo(apply, keys.page);
  await keyboard.press('Enter');
  await keys.page.getByRole('heading', { level: 1, name: 'ltm pool' }).waitFor();
  assert.equal(device.store.view().get('ltm pool', '/Common/by_keys'), undefined);
  assert.deepEqual(keys.complaints, []);
  await keys.close();
});

test('more than a transaction is good for: in slices; then the connections that are left are counted down', async () => {
  const count = isLong ? 501 : 8;
  device.store.commit({
    origin: { user: 'admin', source: 'rest' },
    operations: Array.from({ length: count }, (_, index) => ({
      kind: 'create' as const,
      component: 'ltm node',
      name: `/Common/10.77.${Math.floor(index / 250)}.${(index % 250) + 1}`,
      properties: { address: `10.77.${Math.floor(index / 250)}.${(index % 250) + 1}` },
    })),
  });
  let connections = 3;
  device.state.provideStatistics('ltm node', undefined, (tmName) => ({
    tmName,
    'serverside.curConns': tmName === '/Common/10.77.0.1' ? connections : 0,
  }));
  await page.goto('/ui/list/ltm/node');
  await page.getByText(`${count} of ${count}`).waitFor();
  await page.getByLabel('Select all that are shown').check();
  await page.getByRole('button', { name: 'Force offline…' }).click();
  if (isLong) await page.getByText('It is done in 2 transactions, each all or none.').waitFor();
  await page.getByLabel('Difference', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await page.getByText(`${count} of ltm node changed`).waitFor();
  const view = device.store.view();
  const states = view.names('ltm node').map((name) => view.get('ltm node', name)?.properties.state);
  assert.deepEqual(new Set(states), new Set(['user-down']));
  await page.getByText(`Draining: 3 connections left, on 1 of ${count}.`).waitFor();
  await page.getByText('/Common/10.77.0.1: 3').waitFor();
  connections = 0;
  await page
    .getByText(`Drained: nobody is connected to the ${count} that were taken out.`)
    .waitFor();
});

test('members of a pool together: seen before it is done, done at once, then counted down', async () => {
  const names = ['10.88.0.1:80', '10.88.0.2:80', '2001:db8::88.80'];
  const body = { name: 'drained', members: names.map((name) => ({ name })) };
  assert.equal((await device.ask('POST', '/mgmt/tm/ltm/pool', body)).status, 200);
  let connections = 4;
  device.state.provideStatistics('ltm pool', 'members', (_pool, member) => ({
    'serverside.curConns': member?.endsWith('.80') === true ? connections : 1,
  }));
  await page.goto('/ui/object/ltm/pool?name=/Common/drained');
  await page.getByRole('tab', { name: 'Members' }).click();
  for (const name of names.slice(1)) await page.getByLabel(`Select /Common/${name}`).check();
  await page.getByRole('button', { name: 'Force offline…' }).click();
  await page.getByLabel('Difference', { exact: true }).first().waitFor();
  await page.getByRole('tab', { name: 'tmsh' }).click();
  const said = await page.locator('#code-tmsh').innerText();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await page.getByText('Draining: 5 connections left, on 2 of 2.').waitFor();
  await page.getByText('/Common/2001:db8::88.80: 4, /Common/10.88.0.2:80: 1').waitFor();
  connections = 0;
  await page.getByText('Draining: 1 connections left, on 1 of 2.').waitFor();
  const states = async (): Promise<readonly unknown[]> => {
    const { json } = await device.ask('GET', '/mgmt/tm/ltm/pool/~Common~drained/members');
    // A collection's own words.
    const items = json['items'] as readonly { readonly session: string }[];
    return items.map(({ session }) => session).toSorted();
  };
  assert.deepEqual(await states(), ['user-disabled', 'user-disabled', 'user-enabled']);
  // What the page says for tmsh does the same.
  const back = said.replaceAll('user-disabled', 'user-enabled').replaceAll('user-down', 'user-up');
  assert.equal((await device.tmsh(back)).status, 0, back);
  assert.deepEqual(await states(), ['user-enabled', 'user-enabled', 'user-enabled']);
});

test('no page complained', () => {
  assert.deepEqual(here.complaints, []);
});

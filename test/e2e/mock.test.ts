/** The GUI on no device at all (`web/dev.ts --mock`), in a real browser: a pool is made, found and thrown away, and nothing is asked of anybody. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { openBrowser, visit } from './browser.ts';

const skip =
  process.env['EVENKEEL_TEST_LONG'] === undefined && 'a long test: serves the sources unbuilt';

test('pages work without a device', { skip, timeout: 240_000 }, async () => {
  const program = join(import.meta.dirname, '..', '..', 'web', 'dev.ts');
  const served = spawn(process.execPath, [program, '--mock', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const browser = await openBrowser();
  try {
    let url: string | undefined;
    for await (const line of createInterface(served.stdout)) {
      // Vite colours the port.
      url = /http:\/\/localhost:\d+/.exec(stripVTControlCharacters(line))?.[0];
      if (url !== undefined) break;
    }
    assert.ok(url !== undefined);
    const { page, complaints } = await visit(browser, url);
    const asked: string[] = [];
    page.on('request', (request) => {
      if (new URL(request.url()).pathname.startsWith('/mgmt/')) asked.push(request.url());
    });
    await page.goto('/ui/new/ltm/pool');
    await page.locator('#name').fill('web');
    await page.getByRole('button', { name: 'Create…' }).click();
    await page.getByRole('button', { name: 'Apply', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: '/Common/web' }).waitFor();
    await page.getByRole('group', { name: 'This device' }).getByText('mock.example.net').waitFor();
    await page.getByRole('link', { name: 'ltm pool', exact: true }).click();
    await page.getByRole('link', { name: '/Common/web' }).waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'History' }).click();
    await page.getByText('create ltm pool').waitFor();
    assert.deepEqual(asked, []);
    // React, in development, has words on what PatternFly does.
    assert.deepEqual(
      complaints.filter((one) => !one.startsWith('React ') && !one.includes('boolean attribute')),
      [],
    );
  } finally {
    await browser.close();
    served.kill();
    if (served.exitCode === null && served.signalCode === null) await once(served, 'exit');
  }
});

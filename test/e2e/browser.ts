/** A real browser on a real device: Debian's Chromium, driven over its own protocol. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type Page, chromium } from 'playwright-core';

const program = '/usr/bin/chromium';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** On a machine with much else to do. */
const limitMilliseconds = 60_000;

export const hasBrowser = existsSync(program);

/** `more`: words for Chromium's command line. */
export async function openBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: program,
    headless: true,
    // As root, in namespaces: the pages are ours.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', ...more],
    timeout: limitMilliseconds,
  });
}

export interface Visit {
  readonly page: Page;
  /** What the page wrote as an error, and what it should not have asked for. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** `url`: the device's, without a path. */
export async function visit(
  browser: Browser,
  url: string,
  options: { readonly isDark?: boolean; readonly width?: number } = {},
): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: url,
    ignoreHTTPSErrors: true,
    viewport: { width: options.width ?? 1280, height: 720 },
    colorScheme: options.isDark === true ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(limitMilliseconds);
  const complaints: string[] = [];
  page.on('console', (message) => {
    // What the device refuses is the page's to show, and the browser notes it as well.
    const isRefusal = /Failed to load resource: the server responded with a status of 4/.test(
      message.text(),
    );
    // Other tests of this machine make interfaces; the page asks again.
    const isMachine = /net::ERR_NETWORK_CHANGED/.test(message.text());
    if (message.type() === 'error' && !isRefusal && !isMachine) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const asked = request.url();
    if (!asked.startsWith(url) && !asked.startsWith('data:') && !asked.startsWith('blob:')) {
      complaints.push(`asked another origin: ${asked}`);
    }
  });
  return { page, complaints, close: () => context.close() };
}

export async function signIn(page: Page, user: string, password: string): Promise<void> {
  await page.goto('/');
  await page.getByLabel('User').fill(user);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
}

const levels = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Looks below what `where` selects by the rules named; by those of WCAG 2.2 AA when none are. */
export type Axe = (where: string, rules?: readonly string[]) => Promise<readonly string[]>;

/** The page's policy lets no script in; the debugger's own door is not the page's. Once for each document. */
export async function loadAxe(page: Page): Promise<Axe> {
  const session = await page.context().newCDPSession(page);
  const evaluate = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    assert.equal(exceptionDetails, undefined);
    return result.value;
  };
  if ((await evaluate('typeof axe')) === 'undefined') await evaluate(`${axe}; 0`);
  return async (where, rules = levels) =>
    // A list of texts, by what the expression makes.
    (await evaluate(`axe.run(document.querySelector(${JSON.stringify(where)}), { runOnly: ${JSON.stringify(rules)} })
      .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html, failureSummary }) =>
        html.slice(0, 200) + ' ' + failureSummary).join(' | ')))`)) as readonly string[];
}

/** What axe finds on the whole page (WCAG 2.2 AA). */
export async function violations(page: Page): Promise<readonly string[]> {
  const run = await loadAxe(page);
  return run('html');
}

/**
 * Many pages of the GUI on one that stays open, as somebody goes from link to link: hundreds of components in minutes.
 * What is looked at anew by axe is what has parts that no page before had.
 */
import type { Page } from 'playwright-core';
import { loadAxe } from './browser.ts';

const limitMilliseconds = 60_000;

export interface Arrival {
  /** The button that sends a form: it is there, and would do something. */
  readonly canApply: boolean;
  readonly canCreate: boolean;
  /** Parts that no page before had: an element with its classes, role, kind and attributes. */
  readonly newParts: number;
}

/** In the page: goes there by its own navigation, and waits until what was shown is gone and what comes is complete. */
const goThere = `async ([path, limit]) => {
  const main = document.querySelector('#main');
  const old = main.querySelector('h1');
  history.pushState(null, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
  const end = performance.now() + limit;
  for (;;) {
    await new Promise((done) => setTimeout(done, 10));
    const title = main.querySelector('h1');
    const isThere = title !== null && title !== old && main.querySelector('.pf-v6-c-spinner') === null;
    if (isThere) break;
    if (performance.now() > end) throw new Error('not there: ' + path + ' ' + main.innerText.slice(0, 200));
  }
  const seen = (globalThis.seenParts ??= new Set());
  const before = seen.size;
  for (const one of main.querySelectorAll('*')) {
    const attributes = one.getAttributeNames().toSorted().join(' ');
    const labels = one.labels === undefined || one.labels === null ? '' : one.labels.length;
    const kind = [one.getAttribute('class'), one.getAttribute('role'), one.getAttribute('type')];
    seen.add([one.parentElement.localName, one.localName, ...kind, attributes, labels].join('|'));
  }
  const button = (text) => [...main.querySelectorAll('button')].find((one) => one.innerText === text);
  const apply = button('Apply…');
  return {
    canApply: apply !== undefined && !apply.disabled && apply.getAttribute('aria-disabled') !== 'true',
    canCreate: button('Create…') !== undefined,
    newParts: seen.size - before,
  };
}`;

/** From a page of the GUI to another: `path` with what is below it, "/ui/list/ltm/pool". Throws when it does not come in time. */
export async function arrive(page: Page, path: string): Promise<Arrival> {
  const argument = JSON.stringify([path, limitMilliseconds]);
  return page.evaluate(`(${goThere})(${argument})`);
}

/** In the page: what sticks out of it to the right, and is in nothing that scrolls by itself. */
const stickingOut = `[...document.querySelectorAll('#main *')].filter((one) => {
  const { right, width } = one.getBoundingClientRect();
  if (width === 0 || right <= innerWidth + 1) return false;
  for (let above = one.parentElement; above !== null && above.id !== 'main'; above = above.parentElement)
    if (getComputedStyle(above).overflowX !== 'visible') return false;
  return true;
}).slice(0, 3).map((one) => one.localName + '.' + one.className)`;

/** Parts of the page that nobody sees without scrolling sideways. */
export async function tooWide(page: Page): Promise<readonly string[]> {
  await page.evaluate(settled);
  return page.evaluate(stickingOut);
}

/** In the page: what fades from one look to the other, or in, has arrived. */
const settled = `(async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  for (const one of document.getAnimations()) {
    if (Number.isFinite(one.effect.getComputedTiming().endTime)) one.finish();
  }
})()`;

/** What axe finds, light, and then dark, where only colours can differ. */
export async function violationsInBothLooks(
  page: Page,
  where = 'html',
): Promise<readonly string[]> {
  const run = await loadAxe(page);
  await page.evaluate(settled);
  const light = await run(where);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.evaluate(settled);
  const dark = await run(where, ['color-contrast']);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.evaluate(settled);
  return [...light, ...dark.map((one) => `dark: ${one}`)];
}

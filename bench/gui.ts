/**
 * What a long table costs in a real browser: `node bench/gui.ts [--rows 10000] [--rounds 5] [--seconds 60]`. A device's own REST on loopback in
 * this process, Debian's Chromium beside it. Prints JSON: milliseconds until rows are drawn, until a filter and a sort
 * are drawn, the renderer's main thread, and the processor time of a page that is only open.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { CDPSession, Page } from 'playwright-core';
import { builtGui } from '../src/cmd/control-gui.ts';
import { type TestDevice, adminPassword, startTestDevice } from '../src/icontrol/test-device.ts';
import { sleep, systemClock } from '../src/platform/clock.ts';
import { openBrowser, signIn, visit } from '../test/e2e/browser.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '5' },
    /** Of an open page; 0: not measured. */
    seconds: { type: 'string', default: '60' },
  },
});
const count = Number(values.rows);
const list = '/ui/list/ltm/virtual';

function fill(device: TestDevice): void {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const address = (index: number): string =>
    `10.${100 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
  const commit = (operations: Parameters<typeof device.store.commit>[0]['operations']): void => {
    const done = device.store.commit({ origin: { user: 'admin', source: 'rest' }, operations });
    if (!done.ok) throw new Error(JSON.stringify(done.faults.slice(0, 3)));
  };
  commit(
    numbers.map((index) => ({
      kind: 'create',
      component: 'ltm pool',
      name: `/Common/pool_${index}`,
      properties: { monitor: '/Common/http', description: `for application ${index}` },
    })),
  );
  commit(
    numbers.map((index) => ({
      kind: 'create',
      component: 'ltm virtual',
      name: `/Common/vs_${index}`,
      properties: {
        destination: `/Common/${address(index)}:80`,
        'ip-protocol': 'tcp',
        pool: `/Common/pool_${index}`,
        profiles: { '/Common/tcp': {}, '/Common/http': {} },
      },
    })),
  );
}

/** In the page: does something, and says after how many milliseconds what is awaited has been drawn. */
const drawnAfter = `async ([what, wanted]) => {
  const isThere = () => {
    const status = document.querySelector('.toolbar [role=status]')?.textContent ?? '';
    const first = document.querySelector('.vtable-body [role=row]')?.textContent ?? '';
    if (wanted.without !== undefined && status.includes(wanted.without)) return false;
    return status.includes(wanted.status) && first.includes(wanted.first);
  };
  const start = performance.now();
  await (0, eval)(what);
  if (!isThere()) {
    await new Promise((done, fail) => {
      const observer = new MutationObserver(() => {
        if (!isThere()) return;
        observer.disconnect();
        done();
      });
      observer.observe(document.body, { childList: true, subtree: true, characterData: true });
      setTimeout(() => fail(new Error('never drawn: ' + document.querySelector('#main').innerText.slice(0, 300))), 60000);
    });
  }
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
}`;

interface Wanted {
  readonly status: string;
  readonly first: string;
  /** Not any more in the status. */
  readonly without?: string;
}

async function drawn(page: Page, what: string, wanted: Wanted): Promise<number> {
  return page.evaluate(`(${drawnAfter})(${JSON.stringify([what, wanted])})`);
}

const go = (path: string): string =>
  `history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`;
const type = (text: string): string =>
  `{ const field = document.querySelector('input[type=search][aria-label=Filter]');
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, ${JSON.stringify(text)});
    field.dispatchEvent(new Event('input', { bubbles: true })); }`;
const sortBy = (column: string): string =>
  `[...document.querySelectorAll('.vtable-sort')].find((one) => one.textContent.startsWith(${JSON.stringify(column)})).click()`;

async function mainThread(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
}

/** User and system time of the browser's processes, in milliseconds: Linux counts in hundredths of a second. */
function browserMilliseconds(): number {
  let sum = 0;
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${id}/cmdline`, 'utf8');
      if (!words.includes('chromium') || !words.includes(profile)) continue;
      const stat = readFileSync(`/proc/${id}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      sum += 10 * (Number(stat[11]) + Number(stat[12]));
    } catch {
      // It ended meanwhile.
    }
  }
  return sum;
}

/** Of this run's browser: its processes have the number of this one in their words. */
const profile = `evenkeel-bench-${process.pid}`;

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return Math.round(10 * (sorted[sorted.length >> 1] ?? NaN)) / 10;
}

/** From the request of somebody else to the row, the first one, that shows it. */
async function changeElsewhere(description: string): Promise<number> {
  const begun = systemClock.monotonicMilliseconds();
  await Promise.all([
    drawn(page, '', { ...all, first: description }),
    device.ask('PATCH', `/mgmt/tm/ltm/virtual/~Common~vs_0`, { description }),
  ]);
  return systemClock.monotonicMilliseconds() - begun;
}

async function open(
  device: TestDevice,
  seconds: number,
  change?: () => Promise<unknown>,
): Promise<object> {
  const cpu = process.cpuUsage();
  const before = browserMilliseconds();
  const begun = systemClock.monotonicMilliseconds();
  while (systemClock.monotonicMilliseconds() - begun < 1000 * seconds) {
    await change?.();
    await sleep(systemClock, 1000);
  }
  const used = process.cpuUsage(cpu);
  const took = systemClock.monotonicMilliseconds() - begun;
  const share = (milliseconds: number): number => Math.round((10_000 * milliseconds) / took) / 100;
  return {
    'browser % of a core': share(browserMilliseconds() - before),
    'device (with this driver) % of a core': share((used.user + used.system) / 1000),
  };
}

const device = await startTestDevice({ gui: builtGui() });
fill(device);
const browser = await openBrowser([`--user-agent-product=${profile}`]);
const { page } = await visit(browser, `https://127.0.0.1:${device.port}`);
const session = await page.context().newCDPSession(page);
await session.send('Performance.enable');
const figures: Record<string, number[]> = {};
const note = (name: string, value: number): void => void (figures[name] ??= []).push(value);
const all = { status: `${count} of ${count}`, first: '' };
await signIn(page, 'admin', adminPassword);
for (let round = 0; round < Number(values.rounds); round += 1) {
  await page.goto('/ui/');
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  const thread = await mainThread(session);
  const cpu = process.cpuUsage();
  // Of one visit both: a screen of rows with the number of all, and all of them there to filter and sort.
  const [screen, rows] = await Promise.all([
    drawn(page, go(list), { status: `of ${count}`, first: 'vs_0' }),
    drawn(page, '', { ...all, first: 'vs_0' }),
  ]);
  note('first screen drawn', screen);
  note('all rows there', rows);
  note('main thread until then', (await mainThread(session)) - thread);
  const used = process.cpuUsage(cpu);
  note('device until then', (used.user + used.system) / 1000);
  note('change by somebody else', await changeElsewhere(`changed ${round}`));
  await sleep(systemClock, 2000);
  note('main thread with all that follows', (await mainThread(session)) - thread);
  const some = Math.floor(count * 0.77);
  note(
    'filter by name',
    await drawn(page, type(`vs_${some}`), { status: `1 of ${count}`, first: `vs_${some}` }),
  );
  note(
    'whole objects',
    await drawn(page, type('vs_1'), { status: `of ${count}`, first: 'vs_1', without: 'reading' }),
  );
  note(
    'filter by any value',
    await drawn(page, type('10.100.3.9'), { status: `11 of ${count}`, first: 'vs_' }),
  );
  note('filter gone', await drawn(page, type(''), { ...all, first: 'vs_' }));
  note('sort', await drawn(page, sortBy('Destination'), { ...all, first: 'vs_0' }));
  note(
    'sort the other way',
    await drawn(page, sortBy('Destination'), { ...all, first: `vs_${count - 1}` }),
  );
}
const result: Record<string, unknown> = { rows: count };
for (const [name, numbers] of Object.entries(figures)) {
  result[`${name}, ms`] = { median: median(numbers), all: numbers.map((one) => Math.round(one)) };
}
const seconds = Number(values.seconds);
if (seconds > 0) {
  result['page open, nothing happens'] = await open(device, seconds);
  let number = 0;
  result['page open, one commit a second'] = await open(device, seconds, () => {
    number += 1;
    return device.ask('PATCH', '/mgmt/tm/ltm/virtual/~Common~vs_5', {
      description: `number ${number}`,
    });
  });
}
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
await browser.close();
await device.close();

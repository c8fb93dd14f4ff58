/**
 * `node bench/monitors.ts [--targets N] [--interval SECONDS] [--seconds N] [--rounds N]`: what HTTP checks cost, ours and
 * HAProxy's in turns, in one network namespace: targets are N addresses of one HAProxy on the other core (the checking HAProxy needs a
 * descriptor for each, and gets 17,900 at most). Each checker
 * has one core. CPU comes from /proc, the number of checks from the targets; how late ours were from the times at which
 * they began. Needs root, haproxy and taskset. A table on standard error, JSON on standard output.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runAttached } from '../lab/namespaces.ts';
import { runChecked } from '../src/platform/process.ts';
import { measureMonitors } from './monitors/measure.ts';

const { values } = parseArgs({
  options: {
    targets: { type: 'string', default: '15000' },
    interval: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
    inside: { type: 'boolean', default: false },
  },
});

if (values.inside) {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-monitors-'));
  try {
    const rows = await measureMonitors({
      folder,
      targets: Number(values.targets),
      intervalSeconds: Number(values.interval),
      seconds: Number(values.seconds),
      rounds: Number(values.rounds),
    });
    process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit();
}

const namespace = `ek-checks-${process.pid}`;
await runChecked('ip', ['netns', 'add', namespace]);
try {
  const again = [process.execPath, ...process.execArgv, import.meta.filename, '--inside'];
  process.exitCode = await runAttached(namespace, [...again, ...process.argv.slice(2)], {});
} finally {
  await runChecked('ip', ['netns', 'del', namespace]);
}

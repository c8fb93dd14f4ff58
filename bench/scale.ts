/**
 * `node bench/scale.ts [--virtuals N] [--interval SECONDS] [--only PART] [--node-option --cpu-prof]`: what a device does
 * under a large configuration, N virtual servers (10,000) with a pool of four monitored members each. Starts a device by the
 * product's own start in a namespace of its own; needs root. A table on standard error, JSON on standard output.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runChecked } from '../src/platform/process.ts';
import { runAttached } from '../lab/namespaces.ts';
import { measure } from './scale/measure.ts';

const { values } = parseArgs({
  options: {
    virtuals: { type: 'string', default: '10000' },
    /** Of the monitor; 0: none. */
    interval: { type: 'string', default: '30' },
    writes: { type: 'string', default: '300' },
    /** Parts of it: reads, commands, pools, virtuals, members, dry-runs, new-virtuals, whole, crowd; again for more. Default: all. */
    only: { type: 'string', multiple: true },
    'node-option': { type: 'string', multiple: true, default: [] },
    inside: { type: 'boolean', default: false },
  },
});

if (values.inside) {
  const rows = await measure({
    virtuals: Number(values.virtuals),
    intervalSeconds: Number(values.interval),
    writes: Number(values.writes),
    only: values.only,
    nodeOptions: values['node-option'],
  });
  process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
  process.exit();
}

const namespace = `ek-scale-${process.pid}`;
// As the launcher has it.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, '..', '.cache', 'compile');
await runChecked('ip', ['netns', 'add', namespace]);
try {
  const again = [process.execPath, ...process.execArgv, import.meta.filename, '--inside'];
  process.exitCode = await runAttached(namespace, [...again, ...process.argv.slice(2)], {});
} finally {
  await runChecked('ip', ['netns', 'del', namespace]);
}

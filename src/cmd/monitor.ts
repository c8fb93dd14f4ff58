/** `monitor --config DIR`: the probes of one device. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../platform/clock.ts';
import { devicePaths } from '../platform/device-paths.ts';
import { makeFolder } from '../platform/files.ts';
import { boundPatterns } from '../platform/linear-patterns.ts';
import { systemRandom } from '../platform/random.ts';
import { startMonitorService } from '../monitor/service.ts';
import { openDeviceLogs } from '../observe/device-logs.ts';

const { values } = parseArgs({ options: { config: { type: 'string' } } });
if (values.config === undefined) {
  process.stderr.write('monitor: --config DIR is missing\n');
  process.exit(2);
}
boundPatterns();
const paths = devicePaths(values.config);
makeFolder(paths.run);
const log = openDeviceLogs(paths, 'monitor').ltm;
const service = await startMonitorService({
  socket: paths.monitorSocket,
  programs: join(paths.run, 'programs'),
  clock: systemClock,
  random: systemRandom,
  log,
});
const stop = (): void => {
  service.close();
  process.exit(0);
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);

/** `dns --config DIR`: the listeners of one device and their answers. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createGeographySource } from '../gtm/geography/source.ts';
import { startDnsService } from '../gtm/listener/service.ts';
import { systemClock } from '../platform/clock.ts';
import { devicePaths } from '../platform/device-paths.ts';
import { makeFolder } from '../platform/files.ts';
import { fileLog } from '../platform/log.ts';
import { systemRandom } from '../platform/random.ts';

const { values } = parseArgs({ options: { config: { type: 'string' } } });
if (values.config === undefined) {
  process.stderr.write('dns: --config DIR is missing\n');
  process.exit(2);
}
const paths = devicePaths(values.config);
makeFolder(paths.run);
const log = fileLog(join(paths.logs, 'gtm'), 'dns');
const geographyFolder = join(paths.files, 'shared', 'GeoIP');
const service = await startDnsService({
  socket: paths.dnsSocket,
  file: join(paths.root, 'data', 'dns.json'),
  geography: createGeographySource(geographyFolder, log),
  geographyFolder,
  clock: systemClock,
  random: systemRandom,
  log,
});
const stop = (): void => void service.close().finally(() => process.exit(0));
process.on('SIGTERM', stop);
process.on('SIGINT', stop);

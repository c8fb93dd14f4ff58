/**
 * `control --config DIR`: the brain of one device, and the only place where its rooms are wired together.
 * Order matters: health listens to commits before those who read its table, and REST opens last.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bigipVersion } from '../catalogue/version.ts';
import { startFailover } from '../cluster/failover/control/start.ts';
import { startMirroring } from '../cluster/mirroring/start.ts';
import { startSync } from '../cluster/sync/start.ts';
import { startTrust } from '../cluster/trust/start.ts';
import { createAppliedTracker } from '../config/applied.ts';
import { createEnginePreviews } from '../config/engine-previews.ts';
import { createStateRegistry } from '../config/runtime-state.ts';
import { createConfigStore } from '../config/store/store.ts';
import { startGtm } from '../gtm/control/gtm.ts';
import {
  createGeographySource,
  type Geography,
  type GeographySource,
} from '../gtm/geography/source.ts';
import { followSelfIps } from '../icontrol/server/self-ips.ts';
import { startIcontrol } from '../icontrol/start.ts';
import { startIquery } from '../iquery/channel.ts';
import { iqueryPort } from '../iquery/port.ts';
import { startRouteAdvertisement } from '../ltm/route-advertisement.ts';
import { startLtm } from '../ltm/start.ts';
import { startHealth } from '../monitor/feed.ts';
import { kernelInterface } from '../network/plan.ts';
import { restListenAddresses } from '../network/services.ts';
import { startNetwork } from '../network/start.ts';
import { openDeviceLogs } from '../observe/device-logs.ts';
import { startSyslog } from '../observe/syslog/start.ts';
import { watchLoop } from '../platform/loop-delay.ts';
import { provideServiceOrders } from '../observe/host/orders.ts';
import { startResponsiveness } from '../observe/responsiveness.ts';
import { systemAuthorities } from '../platform/authorities.ts';
import { systemClock as clock } from '../platform/clock.ts';
import { devicePaths } from '../platform/device-paths.ts';
import { connectEngines } from '../platform/engines.ts';
import { makeFolder, readTextIfPresent } from '../platform/files.ts';
import { connectHttp } from '../platform/https-client.ts';
import { managementNetwork } from '../platform/management-network.ts';
import { systemRandom as random } from '../platform/random.ts';
import { readDeviceFile } from '../supervisor/preflight.ts';
import { createTmshRunner } from '../tmsh/runner.ts';
import { startZoneRunner } from '../zonerunner/start.ts';
import { ensureDefaultFiles } from './control-default-files.ts';
import { builtGui } from './control-gui.ts';
import { configureFirstBoot, seedManagement } from './control-first-boot.ts';
import { startHostSettings } from './control-host.ts';

/** On the management address unless device.json says otherwise; on self IPs always. */
const httpsPort = 443;

const { values } = parseArgs({ options: { config: { type: 'string' } } });
if (values.config === undefined) {
  process.stderr.write('control: --config DIR is missing\n');
  process.exit(2);
}
const paths = devicePaths(values.config);
const file = readDeviceFile(paths);
makeFolder(paths.run);
const logs = openDeviceLogs(paths, 'control');
const log = logs.ltm;

const store = createConfigStore({ path: paths.database, deviceName: file.hostname, clock });
for (const { component, name, properties, why } of store.apart()) {
  const what = `${component} ${name}`.trim();
  const part = properties === undefined ? '' : ` (${properties.join(', ')})`;
  logs.daemon.write('err', `${what}${part} is kept apart, this version cannot use it: ${why}`);
}
await configureFirstBoot(store, file, paths);
seedManagement(store, file, managementNetwork(file.managementAddress));
const authorities = systemAuthorities();
await ensureDefaultFiles({ store, clock, random, log: logs.daemon, authorities });
const state = createStateRegistry();
const applied = createAppliedTracker(clock);
const previews = createEnginePreviews();
const engines = connectEngines(paths.supervisorSocket, clock);
const common = { store, state, applied, previews, clock, log };

const trust = await startTrust({
  ...common,
  random,
  log: logs.daemon,
  secrets: paths.secrets,
  hostname: file.hostname,
  managementAddress: file.managementAddress,
  software: bigipVersion,
  iqueryPort,
});
const network = await startNetwork(common);
const health = startHealth({ ...common, monitorSocket: paths.monitorSocket });
let geography: GeographySource | undefined;
const knownPlaces = (): Geography => {
  geography ??= createGeographySource(join(paths.files, 'shared', 'GeoIP'), logs.gtm);
  geography.refresh();
  return geography.current();
};
const ltm = startLtm({
  ...common,
  random,
  health,
  engines,
  paths,
  interfaceOf: (vlan) => kernelInterface(store.view(), vlan),
  geography: knownPlaces,
  hasOwnerMarks: true,
});
const channel = await startIquery({
  trust: trust.source,
  clock,
  random,
  log: logs.daemon,
  port: iqueryPort,
  software: bigipVersion,
});
trust.connect(channel);
ltm.connect(channel);
const { masterKeys } = trust;
const sync = startSync({ ...common, channel, masterKeys, software: bigipVersion });
const failover = startFailover({
  ...common,
  socket: paths.failoverSocket,
  channel,
  health,
  interfaceOf: kernelInterface,
});
const routes = startRouteAdvertisement({ ...common, health, failover });
const mirroring = startMirroring({
  ...common,
  engines,
  channel,
  folder: paths.conntrackd,
  mirrored: ltm.mirrored,
  failover,
});
const zoneRunner = await startZoneRunner({ ...common, engines, paths, log: logs.gtm, random });
const gtm = startGtm({
  ...common,
  health,
  isActiveFor: failover.isActiveFor,
  onActiveChange: (listener) => void failover.onChange(listener),
  channel,
  iqueryPort,
  zoneAccess: () => zoneRunner.access(),
  dnsSocket: paths.dnsSocket,
  geography: knownPlaces,
  log: logs.gtm,
});
zoneRunner.onServed(gtm.forgetZones);
const ownRest = connectHttp({ kind: 'socket', path: paths.restSocket });
const icontrol = await startIcontrol({
  ...common,
  random,
  paths,
  peerChanges: (device) => sync.differences(device),
  interfaceOf: (vlan) => kernelInterface(store.view(), vlan),
  listen: [{ address: file.managementAddress, port: file.managementPort ?? httpsPort }],
  log: logs.audit,
  health,
  gui: builtGui(),
  traffic: ltm.counts,
  runTmsh: (commands, user) =>
    createTmshRunner(ownRest, readTextIfPresent(paths.localToken) ?? '')(commands, user),
});
const responsiveness = startResponsiveness({ state, clock, loop: watchLoop() });
const selfIps = followSelfIps({
  ...common,
  icontrol,
  addresses: restListenAddresses,
  port: httpsPort,
});

const host = startHostSettings(file, common, logs.daemon);
provideServiceOrders({ state, clock, engines });
const syslog = startSyslog({ store, clock, paths });

async function stop(): Promise<void> {
  syslog.close();
  host?.close();
  selfIps.close();
  responsiveness.close();
  await icontrol.close();
  gtm.close();
  zoneRunner.close();
  mirroring.close();
  routes.close();
  failover.close();
  sync.close();
  await channel.close();
  ltm.close();
  health.close();
  network.close();
  trust.close();
  engines.close();
  store.close();
  process.exit(0);
}
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());

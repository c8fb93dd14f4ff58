/** The failover process of a device: `node src/cmd/failover.ts --config DIR`. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMasquerade } from '../base/interface-names.ts';
import { runFailover } from '../cluster/failover/process/process.ts';
import { systemClock } from '../platform/clock.ts';
import { devicePaths } from '../platform/device-paths.ts';
import { connectEngines } from '../platform/engines.ts';
import { openClaimReader } from '../platform/ffi/claims.ts';
import { interfaceIndex } from '../platform/ffi/library.ts';
import { openMacvlanLinks } from '../platform/ffi/links.ts';
import { openAddresses } from '../platform/ffi/netlink.ts';
import { openNftables } from '../platform/ffi/nftables.ts';
import { openAnnouncer } from '../platform/ffi/packet.ts';
import { becomeRealTime } from '../platform/ffi/scheduler.ts';
import { makeFolder } from '../platform/files.ts';
import { diskRoom } from '../platform/host-processes.ts';
import { memoryAvailable } from '../platform/host-load.ts';
import { rebootHost } from '../platform/host-reboot.ts';
import { interfaceNames, isLinkUp, linkTexts, receivedPackets } from '../platform/interfaces.ts';
import {
  addressesBehind,
  allowRelay,
  hardwareAddress,
  neighbours,
  setLocalPorts,
} from '../platform/neighbours.ts';
import { fileLog } from '../platform/log.ts';

/** After the last message was handed to the sockets. */
const lingerMilliseconds = 50;
/** Neighbours asked at once when a VLAN is silent. */
const mostAsked = 16;

const { values } = parseArgs({ options: { config: { type: 'string' } } });
if (values.config === undefined) {
  process.stderr.write('usage: failover --config DIR\n');
  process.exit(2);
}
const paths = devicePaths(values.config);
makeFolder(paths.run);
const log = fileLog(join(paths.logs, 'failover'), 'failover');
const announcer = openAnnouncer();
const askNeighbours = (device: string): void => {
  const behind = addressesBehind(device).slice(0, mostAsked);
  for (const address of behind) announcer.ask(device, address.split('.').map(Number));
};
const failover = await runFailover({
  socketPath: paths.failoverSocket,
  file: join(paths.root, 'data', 'failover.json'),
  historyFile: join(paths.root, 'data', 'failover-history.json'),
  runsFile: join(paths.root, 'data', 'failover-runs.json'),
  clock: systemClock,
  log,
  tools: {
    nftables: openNftables(),
    addresses: openAddresses(),
    announcer,
    clock: systemClock,
    log,
    links: openMacvlanLinks(),
    linkAddress: (device) => linkTexts(device).address?.trim(),
    interfaceNames: () => interfaceNames().filter((name) => !isMasquerade(name)),
    interfaceIndex,
    neighbours,
    hardwareAddress,
    allowRelay,
    setLocalPorts,
  },
  engines: connectEngines(paths.supervisorSocket, systemClock),
  claims: openClaimReader(),
  isOwnHardware: (hardware) =>
    [...interfaceNames(), 'lo'].some((name) => linkTexts(name).address?.trim() === hardware),
  failsafes: {
    vlanSample(device) {
      const count = receivedPackets().get(device);
      return count === undefined
        ? undefined
        : { receivedPackets: count, isLinkUp: isLinkUp(device) };
    },
    askNeighbours,
    resources: () => ({
      memoryAvailableBytes: memoryAvailable() * 1024,
      diskFreeBytes: diskRoom(paths.root).freeBytes,
    }),
    rebootHost,
  },
  isRealTime: becomeRealTime(),
});

const leave = (): void => {
  failover.leave();
  systemClock.after(lingerMilliseconds, () => {
    failover.close();
    process.exit(0);
  });
};
process.on('SIGTERM', leave);
process.on('SIGINT', leave);

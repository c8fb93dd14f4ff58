import { parseAddress } from '../base/address.ts';
import { UserError } from '../base/user-error.ts';
import type { DeviceFile, DevicePaths } from '../platform/device-paths.ts';
import { readTextIfPresent } from '../platform/files.ts';
import { probeListen } from '../platform/listen-probe.ts';
import { findProgram, isRoot } from '../platform/processes.ts';

const tools: readonly { readonly program: string; readonly debianPackage: string }[] = [
  { program: 'haproxy', debianPackage: 'haproxy' },
  { program: 'nft', debianPackage: 'nftables' },
  { program: 'ip', debianPackage: 'iproute2' },
  { program: 'named', debianPackage: 'bind9' },
  { program: 'rndc', debianPackage: 'bind9-utils' },
];

/** Unix socket paths end at 107 bytes; the longest name under DIR/run is "failover.sock". */
const maximumRootLength = 107 - '/run/failover.sock'.length;
const defaultManagementPort = 443;

export function readDeviceFile(paths: DevicePaths): DeviceFile {
  const text = readTextIfPresent(paths.deviceFile);
  if (text === undefined) {
    throw new UserError(
      `no file ${paths.deviceFile}: write {"hostname": "a.example.net", "managementAddress": "192.0.2.1"} into it`,
    );
  }
  const faults: string[] = [];
  const device = parseObject(text);
  if (device === undefined) throw new UserError(`${paths.deviceFile} is not a JSON object`);
  const { hostname, managementAddress, managementPort, adminPassword, ownsHost, hostRoot } = device;
  if (typeof hostname !== 'string' || !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(hostname)) {
    faults.push(`hostname ${quote(hostname)} is not a fully qualified host name`);
  }
  if (typeof managementAddress !== 'string' || parseAddress(managementAddress) === undefined) {
    faults.push(`managementAddress ${quote(managementAddress)} is not an IP address`);
  }
  if (managementPort !== undefined && !isPort(managementPort)) {
    faults.push(`managementPort ${quote(managementPort)} is not in 1..65535`);
  }
  if (adminPassword !== undefined && (typeof adminPassword !== 'string' || adminPassword === '')) {
    faults.push('adminPassword must be a text that is not empty');
  }
  if (ownsHost !== undefined && typeof ownsHost !== 'boolean') {
    faults.push('ownsHost must be true or false');
  }
  if (hostRoot !== undefined && (typeof hostRoot !== 'string' || !hostRoot.startsWith('/'))) {
    faults.push(`hostRoot ${quote(hostRoot)} is not a path from /`);
  }
  if (faults.length > 0) throw new UserError(`${paths.deviceFile}: ${faults.join('; ')}`);
  // Checked field by field just above.
  return device as unknown as DeviceFile;
}

export function checkHost(paths: DevicePaths): void {
  if (!isRoot()) {
    throw new UserError(
      'a device needs root (addresses, nftables, ports below 1024): use sudo evenkeel device up',
    );
  }
  if (paths.root.length > maximumRootLength) {
    throw new UserError(
      `the path ${paths.root} is longer than ${maximumRootLength} bytes, too long for Unix sockets: use a shorter --config`,
    );
  }
  const missing = tools.filter((tool) => findProgram(tool.program) === undefined);
  if (missing.length > 0) {
    throw new UserError(
      `not found: ${missing.map((tool) => tool.program).join(', ')}; cure: apt-get install ${missing
        .map((tool) => tool.debianPackage)
        .join(' ')}`,
    );
  }
}

/** Only while no control process of this device holds the port itself. */
export async function checkManagementPort(device: DeviceFile): Promise<void> {
  const port = device.managementPort ?? defaultManagementPort;
  const answer = await probeListen(device.managementAddress, port);
  if (answer === 'free') return;
  const where = `${device.managementAddress} port ${port}`;
  if (answer === 'EADDRINUSE') {
    throw new UserError(
      `${where} is in use by another program: end it, or set managementPort in device.json`,
    );
  }
  if (answer === 'EADDRNOTAVAIL') {
    throw new UserError(
      `${device.managementAddress} is not an address of this host: add it, or set managementAddress in device.json`,
    );
  }
  throw new UserError(`cannot listen on ${where}: ${answer}`);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    // Narrowed by the line above; the values stay unknown.
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535;
}

function quote(value: unknown): string {
  return JSON.stringify(value) ?? '(absent)';
}

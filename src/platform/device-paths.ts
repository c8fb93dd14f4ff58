import { join } from 'node:path';

/**
 * Where one device keeps its things, under the folder given to `evenkeel device up --config DIR`. Unix
 * socket paths are limited to 107 bytes, so DIR has to stay short.
 */
export interface DevicePaths {
  readonly root: string;
  readonly deviceFile: string;
  readonly database: string;
  readonly charts: string;
  readonly secrets: string;
  readonly logs: string;
  readonly run: string;
  readonly failoverSocket: string;
  readonly monitorSocket: string;
  readonly dnsSocket: string;
  readonly supervisorSocket: string;
  /** iControl REST without TLS, for tmsh on the device; the token beside it is readable by root only. */
  readonly restSocket: string;
  readonly localToken: string;
  /** Files of clients, below BIG-IP's names for the folders. */
  readonly files: string;
  readonly haproxy: string;
  readonly named: string;
  readonly conntrackd: string;
}

export function devicePaths(root: string): DevicePaths {
  const run = join(root, 'run');
  return {
    root,
    deviceFile: join(root, 'device.json'),
    database: join(root, 'data', 'config.db'),
    charts: join(root, 'data', 'charts'),
    secrets: join(root, 'data', 'secrets'),
    logs: join(root, 'log'),
    run,
    failoverSocket: join(run, 'failover.sock'),
    monitorSocket: join(run, 'monitor.sock'),
    dnsSocket: join(run, 'dns.sock'),
    supervisorSocket: join(run, 'device.sock'),
    restSocket: join(run, 'rest.sock'),
    localToken: join(run, 'local-token'),
    files: join(root, 'files'),
    haproxy: join(root, 'engines', 'haproxy'),
    named: join(root, 'engines', 'named'),
    conntrackd: join(root, 'engines', 'conntrackd'),
  };
}

/** What is known before there is a configuration: `DIR/device.json`. */
export interface DeviceFile {
  /** Fully qualified; becomes the name of the device's own `cm device` object at first boot. */
  readonly hostname: string;
  /** Address (without prefix length) that iControl REST and the GUI listen on; it exists already. */
  readonly managementAddress: string;
  /** Default 443. */
  readonly managementPort?: number;
  /** First-boot password of `admin`; generated and written to DIR/initial-password when absent. */
  readonly adminPassword?: string;
  /** `sys dns`, `ntp`, `sshd` and the hostname act on the host: this device is all that it is for. */
  readonly ownsHost?: boolean;
  /** With `ownsHost`: its files lie below (an image that is being made); no program of the host is run. */
  readonly hostRoot?: string;
}

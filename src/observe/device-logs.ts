/**
 * The log files of one device, by BIG-IP's names: who operates one looks for member changes in `ltm`,
 * for answers and zones in `gtm`, for who changed what in `audit`, and for the rest in `daemon`.
 */
import { join } from 'node:path';
import type { DevicePaths } from '../platform/device-paths.ts';
import { fileLog, type Log } from '../platform/log.ts';

export interface DeviceLogs {
  readonly ltm: Log;
  readonly gtm: Log;
  readonly audit: Log;
  readonly daemon: Log;
}

/** Who changed what is asked for longest. */
const keptAudits = 9;

/** `program` names the writing process in each line. Several processes may append to one file. */
export function openDeviceLogs(paths: DevicePaths, program: string): DeviceLogs {
  const open = (file: string, kept?: number): Log =>
    fileLog(join(paths.logs, file), program, kept === undefined ? {} : { kept });
  return {
    ltm: open('ltm'),
    gtm: open('gtm'),
    audit: open('audit', keptAudits),
    daemon: open('daemon'),
  };
}

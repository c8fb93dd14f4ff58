/** System resources without which a device is a bad owner, with hysteresis so that it does not flap. Pure. */
import type { FailsafeCondition } from '../types.ts';

export interface Resources {
  readonly memoryAvailableBytes: number;
  /** Of the file system that holds the configuration. */
  readonly diskFreeBytes: number;
}

const megabyte = 1024 * 1024;
/** Below the first it has failed, above the second it is well again. */
const limits = {
  memory: { least: 48 * megabyte, enough: 128 * megabyte },
  disk: { least: 16 * megabyte, enough: 64 * megabyte },
} as const;

export const resourceFeature = 'resource-failsafe';

export function resourceConditions(
  resources: Resources,
  failed: (key: string) => boolean,
): readonly FailsafeCondition[] {
  return [
    one('memory', resources.memoryAvailableBytes, failed('memory')),
    one('disk', resources.diskFreeBytes, failed('disk')),
  ];
}

function one(key: keyof typeof limits, bytes: number, hasFailed: boolean): FailsafeCondition {
  const limit = hasFailed ? limits[key].enough : limits[key].least;
  const failure = bytes < limit ? `${Math.floor(bytes / megabyte)} MB left` : undefined;
  return { feature: resourceFeature, key, action: 'failover', failure };
}

/**
 * What is counted per wide IP, pool and member, by the names that iControl REST gives them (reference
 * 1.7). Cumulative since the dns process started.
 */

export interface StageCounts {
  preferred: number;
  alternate: number;
  fallback: number;
}

export interface PoolCounters extends StageCounts {
  dropped: number;
  returnToDns: number;
  returnFromDns: number;
}

export interface WideIpCounters extends PoolCounters {
  requests: number;
  resolutions: number;
  persisted: number;
  cnameResolutions: number;
  rcode: number;
}

export const newCounters = {
  stages: (): StageCounts => ({ preferred: 0, alternate: 0, fallback: 0 }),
  pool: (): PoolCounters => ({
    preferred: 0,
    alternate: 0,
    fallback: 0,
    dropped: 0,
    returnToDns: 0,
    returnFromDns: 0,
  }),
  wideIp: (): WideIpCounters => ({
    alternate: 0,
    cnameResolutions: 0,
    dropped: 0,
    fallback: 0,
    persisted: 0,
    preferred: 0,
    rcode: 0,
    requests: 0,
    resolutions: 0,
    returnFromDns: 0,
    returnToDns: 0,
  }),
} as const;

/** What is true of any device that can be asked: version, readiness, clock, the machine it runs on. */
import { bigipBuild, bigipDate, bigipVersion } from '../../catalogue/version.ts';
import type { AppliedTracker } from '../../config/applied.ts';
import type { StateRegistry, Statistics } from '../../config/runtime-state.ts';
import type { ConfigStore } from '../../config/types.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Machine } from '../../platform/host-facts.ts';

export interface SystemStateOptions {
  readonly state: StateRegistry;
  readonly store: ConfigStore;
  readonly clock: Clock;
  readonly machine: Machine;
  readonly applied: Pick<AppliedTracker, 'status'>;
}

/**
 * Once every engine has taken the configuration (or refused it), after a start. Whoever waits for a device waits for
 * this: before, it answers REST and carries no traffic yet.
 */
function readiness(applied: Pick<AppliedTracker, 'status'>): () => boolean {
  let isReady = false;
  return () => {
    isReady ||= Object.values(applied.status(0)).every(({ state }) => state !== 'pending');
    return isReady;
  };
}

export function provideSystemState(options: SystemStateOptions): void {
  const { state, clock } = options;
  const provide = (component: string, statistics: () => Statistics): void =>
    state.provideStatistics(component, undefined, statistics);
  provide('sys version', () => ({
    Build: bigipBuild,
    Date: bigipDate,
    Edition: 'Final',
    Product: 'BIG-IP',
    Title: 'Main Package',
    Version: bigipVersion,
  }));
  const isReady = readiness(options.applied);
  provide('sys ready', () => ({
    configReady: isReady() ? 'yes' : 'no',
    licenseReady: 'yes',
    provisionReady: isReady() ? 'yes' : 'no',
  }));
  provide('sys mcp-state', () => ({
    endPlatformIdReceived: 'true',
    lastLoad: isReady() ? 'full-config-load-succeed' : 'full-config-load-in-progress',
    phase: isReady() ? 'running' : 'platform',
  }));
  provide('sys clock', () => ({
    fullDate: new Date(clock.wallMilliseconds()).toISOString().replace(/\.\d+Z$/, 'Z'),
  }));
  provide('sys license', () => ({
    registrationKey: 'none',
    licensedOnDate: '-',
    licensedVersion: bigipVersion,
    platformId: 'Z100',
    serviceCheckDate: '-',
  }));
  state.provideAction('sys license', 'install', () =>
    Promise.resolve({
      ok: true,
      value: {
        commandResult:
          'This device is free software and needs no license; nothing was installed.\n',
      },
    }),
  );
  provide('cli version', () => ({
    active: bigipVersion,
    latest: bigipVersion,
    supported: `{ ${bigipVersion} }`,
  }));
  provide('sys hardware', () => hardware(options));
}

/** As `show sys hardware` of a virtual edition; the parts that a container has. */
function hardware({ machine, store }: SystemStateOptions): Statistics {
  const hostname = store.view().get('sys global-settings', '')?.properties['hostname'] ?? '';
  const { cpuModel, cpuFacts } = machine;
  return {
    'chassis-info': { '0': { maxMacCount: 1, regKey: '-' } },
    'hardware-version': {
      cpus: {
        tmName: 'cpus',
        type: 'base-board',
        model: cpuModel,
        versions: Object.fromEntries(
          Object.entries(cpuFacts).map(([tmName, text], index) => [
            String(index),
            { tmName, version: text },
          ]),
        ),
      },
    },
    platform: {
      '0': {
        baseMac: machine.mac,
        biosRev: ' ',
        cloudName: ' ',
        hypervisorName: ' ',
        marketingName: 'Evenkeel',
      },
    },
    'system-info': {
      '0': {
        bigipChassisSerialNum: machine.id === '' ? hostname : machine.id,
        hostBoardPartRevNum: ' ',
        hostBoardSerialNum: ' ',
        platform: 'Z100',
        project_200LevelBomNum: ' ',
        switchBoardPartRevNum: ' ',
        switchBoardSerialNum: ' ',
      },
    },
  };
}

import type { Action, Component, ComponentId } from '../types.ts';
import { effective, flags, list, reference, stored, text } from '../properties.ts';

interface Outline {
  readonly id: ComponentId;
  readonly noun: string;
  readonly help: string;
  readonly actions?: readonly Action[];
  readonly statistics?: true;
  readonly tables?: true;
}

function state(outline: Outline): Component {
  return {
    ...outline,
    naming: { kind: 'singleton' },
    scope: 'local',
    stateOnly: true,
    properties: [],
  };
}

export const sysVersion = state({
  id: 'sys version',
  noun: 'version',
  help: 'Software of this device.',
  statistics: true,
});

export const sysReady = state({
  id: 'sys ready',
  noun: 'ready',
  help: 'Is the device up?',
  statistics: true,
});

export const sysMcpState = state({
  id: 'sys mcp-state',
  noun: 'mcp-state',
  help: 'Is the configuration database up?',
  statistics: true,
});

export const sysHardware = state({
  id: 'sys hardware',
  noun: 'hardware',
  help: 'The machine that this device runs on.',
  statistics: true,
  tables: true,
});

export const sysClock = state({
  id: 'sys clock',
  noun: 'clock',
  help: 'Time of this device.',
  statistics: true,
});

export const sysLicense = state({
  id: 'sys license',
  noun: 'license',
  help: 'BIG-IP needs one; this is free software.',
  statistics: true,
});

export const cliVersion = state({
  id: 'cli version',
  noun: 'version',
  help: 'Version of the command language.',
  statistics: true,
});

export const sysFailover = state({
  id: 'sys failover',
  noun: 'failover',
  help: 'Role of this device, and orders to change it.',
  statistics: true,
  actions: [
    {
      command: 'run',
      help: 'Gives up traffic groups, goes offline, or comes back.',
      parameters: effective(
        flags('action', ['standby', 'offline', 'online'], undefined, 'What to do.', {
          required: true,
        }),
        reference('traffic-group', 'cm traffic-group', 'Only this one; all when not given.'),
        reference('device', 'cm device', 'Who takes over; the next active when not given.'),
      ),
    },
  ],
});

const options = list('options', { kind: 'struct', properties: [] }, 'Options, as name and value.');

export const sysConfig = state({
  id: 'sys config',
  noun: 'config',
  help: 'The configuration as a whole.',
  actions: [
    {
      command: 'save',
      help: 'Writes the configuration as text; it is durable already.',
      parameters: [
        ...effective(text('file', 'File name.')),
        ...stored(
          flags('partitions', ['all', 'current-partition', 'gtm-only'], undefined, 'Which part.'),
          options,
        ),
      ],
    },
    {
      command: 'load',
      help: 'Reads a configuration from text.',
      parameters: effective(
        text('file', 'File name.'),
        flags('merge', ['merge'], undefined, 'Keep what the text does not name.'),
        flags('verify', ['verify'], undefined, 'Check only.'),
        text('name', '`default`: the factory state.'),
        options,
      ),
    },
  ],
});

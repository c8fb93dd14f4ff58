import { effective, flags, list, reference, text } from '../properties.ts';
import { state } from '../state.ts';

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
  actions: [
    {
      command: 'install',
      help: 'Nothing to install: says so, and succeeds as the device is usable afterwards.',
      parameters: effective(
        text('registration-key', 'Key that BIG-IP would be licensed with.'),
        list('add-on-keys', { kind: 'string' }, 'Keys of modules.'),
        text('license-server', 'Where BIG-IP would ask.'),
        flags('verbose', ['verbose'], undefined, 'Tells more.'),
      ),
    },
  ],
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

import { runCommand } from '../command.ts';
import type { Component, Property } from '../types.ts';
import { effective, integer, reference, text } from '../properties.ts';

const view = reference(
  'view',
  'gtm zone-runner view',
  'View of the zone; external when not given.',
);
const zoneName = text('name', 'Name of the zone, "example.com."', { required: true });

function command(
  name: string,
  noun: string,
  help: string,
  parameters: readonly Property[],
  changes?: true,
): Component {
  const more = changes === true ? ({ dryRun: true } as const) : {};
  return { ...runCommand('gtm', `zone-runner ${name}`, help, parameters, more), noun };
}

export const gtmZoneRunnerCommands: readonly Component[] = [
  command(
    'import',
    'zone import',
    'Makes a primary zone, or replaces its records, from a zone file or by a transfer.',
    effective(
      zoneName,
      view,
      text('text', 'The zone file itself.'),
      text('file', 'An uploaded zone file: /var/config/rest/downloads/NAME.'),
      text('server', 'Address of a name server that lets us transfer the zone.'),
      integer('port', [1, 65_535], 53, 'Port of that server.'),
      reference('tsig-key', 'gtm zone-runner tsig-key', 'Signs the transfer.'),
    ),
    true,
  ),
  command(
    'import-config',
    'configuration import',
    'Takes over views and zones of a BIND: an uploaded tar archive with its named.conf and zone files.',
    effective(
      text('file', 'The archive: /var/config/rest/downloads/NAME.', { required: true }),
      text('config', 'Path of named.conf in the archive; the only one of that name if not given.'),
    ),
    true,
  ),
  command('export', 'zone export', 'Prints a zone as a zone file.', effective(zoneName, view)),
  command(
    'check',
    'zone check',
    'Judges zones by all rules: what is refused, and what is legal but hardly meant.',
    effective(text('name', 'Name of the zone; all zones when not given.'), view),
  ),
  {
    id: 'gtm zone-runner named',
    noun: 'named',
    help: 'The BIND that serves the zones: where, since when, which version.',
    naming: { kind: 'singleton' },
    scope: 'local',
    stateOnly: true,
    statistics: true,
    properties: [],
  },
];

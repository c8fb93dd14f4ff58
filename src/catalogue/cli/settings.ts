import type { Component } from '../types.ts';
import { choice, integer, text, texts, toggle, uint32 } from '../properties.ts';
import { foldered, singleton } from '../stored.ts';

/** Utilities of BIG-IP that are called by one word. */
const utilities: readonly (readonly [name: string, description: string])[] = [
  ['bash', 'Run the bash shell'],
  ['ccmode', 'Use Common Criteria mode settings'],
  ['dig', 'Interrogate DNS name servers'],
  ['domain-tool', 'Manage Kerberos Host identities'],
  ['establish-adfs-trust', 'Establish ADFS trust'],
  ['fips-card-sync', 'Synchronize FIPS hardware security modules of a redundant system'],
  ['fips-util', 'Configures and maintains a FIPS security domain on a redundant system'],
  ['gencert', 'Create self-signed certificate key pairs and certificate signing requests'],
  ['get-ccn-dossier', 'Display system information for CCN sites'],
  ['get-dossier', 'Display info about system dossier'],
  ['imish', 'Shell to configure dynamic routing'],
  [
    'netstat',
    'Display network connections, routing tables, interface statistics, masquerade connections, and multicast memberships',
  ],
  ['ping', 'Send ICMP echo requests to network hosts'],
  ['ping6', 'Send ICMPv6 echo requests to network hosts'],
  ['qkview', 'Gather diagnostic information from a BIG-IP system'],
  ['racoonctl', 'Racoon administrative control tool'],
  ['ssh-keyswap', 'Manage SSH keys'],
  ['ssldump', 'SSLv3/TLS network protocol analyzer'],
  ['tcpdump', 'Display network traffic'],
  ['telnet', 'Run the telnet utility.'],
  ['test-monitor', 'Test a user created external monitor'],
  ['tracepath', 'Trace a path to destination discovering MTU along this path'],
  ['tracepath6', 'Tracepath for IPv6'],
  ['traceroute', 'Trace a path to destination discovering delay along this path'],
  ['traceroute6', 'Traceroute for IPv6'],
  ['vconsole', 'Run vconsole utility'],
  ['zebos', 'Utility to manage ZebOS routing modules'],
];

/** Manners of tmsh. */
export const cliSettings: readonly Component[] = [
  singleton({
    id: 'cli global-settings',
    noun: 'command line settings',
    help: 'Manners of tmsh for everybody.',
    scope: 'group',
    properties: [
      choice('audit', ['enabled', 'disabled'], 'enabled', 'Log commands.'),
      integer('idle-timeout', [0, uint32], 'disabled', 'Log out after so many minutes.', {
        wire: 'string',
        words: ['disabled'],
      }),
      integer('scf-backup-number', [1, uint32], 2, 'Old configurations kept.'),
      choice('service', ['name', 'number'], 'name', 'Ports as names or numbers.'),
    ],
  }),
  singleton({
    id: 'cli preference',
    noun: 'command line preferences',
    help: 'Manners of tmsh for a user.',
    scope: 'local',
    acting: [
      texts('alias-path', 'Folders of shared aliases, in this order.', { default: ['/Common'] }),
      toggle('confirm-edit', 'enabled', 'Ask before an edit is taken.'),
      integer('display-threshold', [0, uint32], 100, 'Ask before showing more objects.'),
      choice('editor', ['vi', 'nano'], 'vi', 'Editor.'),
      toggle('history-date-time', 'disabled', 'Times in the history.'),
      integer('history-file-size', [0, uint32], 10000, 'Lines in the file of the history.'),
      integer('history-size', [0, uint32], 500, 'Lines in the history.'),
      choice('keymap', ['default', 'emacs', 'vi'], 'default', 'Keys.'),
      toggle('list-all-properties', 'disabled', 'List also defaults.'),
      toggle('pager', 'enabled', 'Show page by page.'),
      texts('prompt', 'What the prompt shows.', {
        default: ['host', 'user', 'status', 'current-folder', 'config-sync-status'],
      }),
      choice(
        'stat-units',
        ['default', 'exa', 'gig', 'kil', 'meg', 'peta', 'raw', 'tera', 'yotta', 'zetta'],
        'default',
        'Units of statistics.',
      ),
      toggle('show-aliases', 'enabled', 'Tab offers aliases, too.'),
      integer('table-indent-width', [0, uint32], 2, 'Blanks before tables below others.'),
      toggle('tcl-syntax-highlighting', 'disabled', 'Colours of Tcl in the editor.'),
      choice('video', ['enabled', 'disabled'], 'enabled', 'Colours, on a terminal.'),
      choice(
        'warn',
        ['bell', 'visual-bell', 'none'],
        'bell',
        'What a terminal does when Tab finds nothing.',
      ),
    ],
    properties: [toggle('show-imported-versions', 'disabled', 'Show imported versions.')],
  }),
  foldered({
    id: 'cli alias shared',
    noun: 'shared alias',
    help: 'A word of tmsh that stands for a command.',
    scope: 'group',
    properties: [
      text('command', 'Command that is sent.', { rest: 'tmCommand', default: 'run /util bash' }),
    ],
    stock: utilities.map(([name, description]) => ({
      name: `/Common/${name}`,
      properties: { command: `run /util ${name}`, description },
    })),
  }),
];

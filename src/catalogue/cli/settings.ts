import type { Component } from '../types.ts';
import { choice, integer, text, texts, toggle, uint32 } from '../properties.ts';
import { foldered, singleton } from '../stored.ts';

/** Manners of tmsh: kept, nothing follows them yet. */
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
    properties: [
      texts('alias-path', 'Folders of aliases.', { default: ['/Common'] }),
      toggle('confirm-edit', 'enabled', 'Ask before an edit is taken.'),
      integer('display-threshold', [0, uint32], 100, 'Ask before showing more objects.'),
      choice('editor', ['vi', 'nano'], 'vi', 'Editor.'),
      toggle('history-date-time', 'disabled', 'Times in the history.'),
      integer('history-file-size', [0, uint32], 10000, 'Lines in the file of the history.'),
      integer('history-size', [0, uint32], 500, 'Lines in the history.'),
      choice('keymap', ['default', 'emacs', 'vi'], 'default', 'Keys.'),
      toggle('list-all-properties', 'disabled', 'List also defaults.'),
      toggle('pager', 'disabled', 'Show page by page.'),
      texts('prompt', 'What the prompt shows.', {
        default: ['host', 'user', 'status', 'current-folder', 'config-sync-status'],
      }),
      toggle('show-aliases', 'enabled', 'Show aliases.'),
      toggle('show-imported-versions', 'disabled', 'Show imported versions.'),
      choice(
        'stat-units',
        ['default', 'exa', 'gig', 'kil', 'meg', 'peta', 'raw', 'tera', 'yotta', 'zetta'],
        'default',
        'Units of statistics.',
      ),
      integer('table-indent-width', [0, uint32], 2, 'Indent of tables.'),
      toggle('tcl-syntax-highlighting', 'disabled', 'Colours of Tcl.'),
      choice('video', ['enabled', 'disabled'], 'enabled', 'Colours and bold.'),
      choice('warn', ['bell', 'visual-bell', 'none'], 'bell', 'How it warns.'),
    ],
  }),
  foldered({
    id: 'cli alias shared',
    noun: 'shared alias',
    help: 'A word of tmsh that stands for a command.',
    scope: 'group',
    properties: [
      text('command', 'Command that is sent.', { rest: 'tmCommand', default: 'run /util bash' }),
    ],
    stock: [],
  }),
];

/** `cli preference`: manners of the shell for who types. Pure. */
import type { Json, JsonObject } from '../config/text/json.ts';
import { camelCase } from '../config/text/names.ts';

export interface Preference {
  readonly isPaged: boolean;
  /** More objects than that are shown after a question; 0: never asked. */
  readonly displayThreshold: number;
  readonly isAllListed: boolean;
  readonly isEditConfirmed: boolean;
  readonly editor: string;
  /** Lines that are remembered. */
  readonly historySize: number;
  /** Of these, lines that are kept for the next time. */
  readonly historyFileSize: number;
  /** Parts of the prompt, in BIG-IP's words. */
  readonly prompt: ReadonlySet<string>;
  /** Of statistics: "default", "raw", "kil", "meg", … */
  readonly units: string;
  /** Blanks before what `show` prints below something else. */
  readonly indent: number;
  /** How a line is edited. */
  readonly keymap: 'default' | 'emacs' | 'vi';
  /** `show cli history` says when. */
  readonly isHistoryDated: boolean;
  /** `edit` asks the editor for colours of Tcl. */
  readonly isTclColoured: boolean;
  readonly isColoured: boolean;
  /** When Tab finds nothing. */
  readonly warning: 'bell' | 'visual-bell' | 'none';
  /** Tab offers aliases, too. */
  readonly areAliasesShown: boolean;
  /** Folders that shared aliases are looked for in. */
  readonly aliasPath: readonly string[];
}

export const preferenceDefaults: Preference = {
  isPaged: true,
  displayThreshold: 0,
  isAllListed: false,
  isEditConfirmed: true,
  editor: 'vi',
  historySize: 500,
  historyFileSize: 10_000,
  prompt: new Set(['host', 'user', 'status', 'current-folder', 'config-sync-status']),
  units: 'default',
  indent: 2,
  keymap: 'default',
  isHistoryDated: false,
  isTclColoured: false,
  isColoured: true,
  warning: 'bell',
  areAliasesShown: true,
  aliasPath: ['/Common'],
};

/** More than that leaves no room on any terminal. */
const widestIndent = 40;

/** As REST has it; what is missing is as it is by default. */
export function preferenceOf(json: JsonObject): Preference {
  const of = (name: string): Json | undefined => json[camelCase(name)];
  const prompt = of('prompt');
  const aliasPath = of('alias-path');
  const warning = of('warn');
  const keymap = of('keymap');
  return {
    isPaged: of('pager') !== 'disabled',
    displayThreshold: Number(of('display-threshold') ?? preferenceDefaults.displayThreshold),
    isAllListed: of('list-all-properties') === 'enabled',
    isEditConfirmed: of('confirm-edit') !== 'disabled',
    editor: String(of('editor') ?? preferenceDefaults.editor),
    historySize: Number(of('history-size') ?? preferenceDefaults.historySize),
    historyFileSize: Number(of('history-file-size') ?? preferenceDefaults.historyFileSize),
    prompt: Array.isArray(prompt) ? new Set(prompt.map(String)) : preferenceDefaults.prompt,
    units: String(of('stat-units') ?? preferenceDefaults.units),
    indent: Math.min(Number(of('table-indent-width') ?? preferenceDefaults.indent), widestIndent),
    keymap: keymap === 'vi' || keymap === 'emacs' ? keymap : 'default',
    isHistoryDated: of('history-date-time') === 'enabled',
    isTclColoured: of('tcl-syntax-highlighting') === 'enabled',
    isColoured: of('video') !== 'disabled',
    warning: warning === 'visual-bell' || warning === 'none' ? warning : 'bell',
    areAliasesShown: of('show-aliases') !== 'disabled',
    aliasPath: Array.isArray(aliasPath) ? aliasPath.map(String) : preferenceDefaults.aliasPath,
  };
}

/** The editor, asked for colours of Tcl where that is preferred; a vi that has none says nothing of it. */
export function editorOf({ editor, isTclColoured }: Preference): readonly string[] {
  if (!isTclColoured) return [editor];
  return editor === 'nano'
    ? ['nano', '--syntax=tcl']
    : [editor, '-c', 'silent! set filetype=tcl | silent! syntax on'];
}

/**
 * Which role somebody has whom a login server knows and this device does not: `auth remote-role` by its
 * lines in order, else what `auth remote-user` says (F5, "Remotely stored user accounts"). Pure.
 */
import type { Properties } from '../../catalogue/types.ts';
import { isList, isProperties } from '../../config/text/changes.ts';
import type { ConfigView } from '../../config/types.ts';
import { type PartitionAccess, type Role, allPartitions, roles } from '../access/roles.ts';
import type { Attribute } from './answer.ts';

export interface RemoteAccount {
  readonly user: string;
  readonly partitionAccess: PartitionAccess;
  /** May it use tmsh? */
  readonly hasConsole: boolean;
}

interface Line {
  readonly name: string;
  readonly order: number;
  readonly wanted: Attribute | undefined;
  readonly isDenied: boolean;
  readonly role: string;
  readonly partition: string;
  readonly console: string;
}

export interface RoleRules {
  readonly lines: readonly Line[];
  readonly preset: Pick<Line, 'role' | 'partition' | 'console'>;
}

export function roleRules(view: ConfigView): RoleRules {
  const given = view.get('auth remote-role', '')?.properties['role-info'];
  const lines = (isList(given) ? given : []).filter(isProperties).map(lineOf);
  const preset: Properties = view.get('auth remote-user', '')?.properties ?? {};
  return {
    lines: lines.toSorted((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1)),
    preset: {
      role: String(preset['default-role'] ?? 'no-access'),
      partition: String(preset['default-partition'] ?? 'all'),
      console: String(preset['remote-console-access'] ?? 'disabled'),
    },
  };
}

function lineOf(item: Properties): Line {
  const order = item['line-order'];
  return {
    name: String(item['name']),
    order: typeof order === 'number' ? order : Number.MAX_SAFE_INTEGER,
    wanted: attributeOf(String(item['attribute'] ?? '')),
    isDenied: item['deny'] === 'enabled',
    role: String(item['role'] ?? 'no-access'),
    partition: String(item['user-partition'] ?? 'Common'),
    console: String(item['console'] ?? 'disable'),
  };
}

/** `memberOf=CN=admins,DC=example,DC=com`, `F5-LTM-User-Info-1=admins`; BIG-IP takes a colon, too. */
function attributeOf(text: string): Attribute | undefined {
  const match = /^\s*([^=:\s]+)\s*[=:]\s*([^]*?)\s*$/.exec(text);
  return match === null ? undefined : { name: match[1] ?? '', value: match[2] ?? '' };
}

/** What the lines are about: a directory is asked for these. */
export function wantedAttributes({ lines }: RoleRules): readonly Attribute[] {
  return lines.flatMap(({ wanted }) => (wanted === undefined ? [] : [wanted]));
}

/** Undefined: a line refuses this user. */
export function remoteAccount(
  rules: RoleRules,
  user: string,
  attributes: readonly Attribute[],
  sameCase: boolean,
): RemoteAccount | undefined {
  const given = new Map<string, Role>();
  let hasConsole = false;
  let isFirst = true;
  for (const line of rules.lines) {
    if (line.wanted === undefined || !isSaid(line.wanted, attributes, sameCase)) continue;
    if (line.isDenied && isFirst) return undefined;
    if (line.isDenied) break;
    const partition = partitionOf(filled(line.partition, attributes));
    if (isFirst) hasConsole = isConsole(filled(line.console, attributes));
    // Of several lines for one partition the first counts; whoever has all partitions needs no more.
    if (given.has(allPartitions)) break;
    if (!given.has(partition) && (isFirst || partition !== allPartitions)) {
      given.set(partition, roleOf(filled(line.role, attributes)));
    }
    isFirst = false;
  }
  if (isFirst) {
    const { role, partition, console } = rules.preset;
    given.set(partitionOf(partition), roleOf(role));
    hasConsole = isConsole(console);
  }
  return { user, partitionAccess: Object.fromEntries(given), hasConsole };
}

function isSaid(wanted: Attribute, said: readonly Attribute[], sameCase: boolean): boolean {
  const form = (value: string): string => (sameCase ? value : value.toLowerCase());
  return said.some(
    ({ name, value }) =>
      name.toLowerCase() === wanted.name.toLowerCase() && form(value) === form(wanted.value),
  );
}

/** `%F5-LTM-User-Role`: what the server says there. */
function filled(value: string, attributes: readonly Attribute[]): string {
  if (!value.startsWith('%')) return value;
  const wanted = value.slice(1).toLowerCase();
  return attributes.find(({ name }) => name.toLowerCase() === wanted)?.value ?? '';
}

function partitionOf(value: string): string {
  return /^(all|all-partitions|\[all\])$/i.test(value) ? allPartitions : value;
}

/** "disable", "disabled", "tmsh"; of the attribute F5-LTM-User-Console 0 and 1. */
function isConsole(value: string): boolean {
  return value === 'tmsh' || value === 'bash' || value === '1';
}

/** Of the attribute F5-LTM-User-Role (dictionary.f5). */
const numbers: Readonly<Record<string, Role>> = {
  0: 'admin',
  20: 'resource-admin',
  40: 'user-manager',
  80: 'auditor',
  100: 'manager',
  300: 'application-editor',
  400: 'operator',
  450: 'firewall-manager',
  500: 'certificate-manager',
  510: 'irule-manager',
  700: 'guest',
  800: 'web-application-security-administrator',
  810: 'web-application-security-editor',
  850: 'acceleration-policy-editor',
  900: 'no-access',
};

function roleOf(value: string): Role {
  const name = value.toLowerCase();
  if (name === 'administrator') return 'admin';
  if (name === 'app-editor') return 'application-editor';
  return numbers[name] ?? roles.find((role) => role === name) ?? 'no-access';
}

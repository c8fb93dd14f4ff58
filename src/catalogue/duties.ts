/**
 * Which roles, beside admin and resource-admin, have to do with which components (F5, BIG-IP user account
 * administration, "User roles"). Most of it is true of whole modules, so that it is said by module; data.
 * `icontrol/access/roles` decides with it, docs/howto/roles.md says it for people.
 */
import type { Component } from './types.ts';

export interface Duties {
  /** Roles that make, change and delete objects, as far as these lie in folders or have names. */
  readonly makers: readonly string[];
  /** Roles that change what exists. */
  readonly changers: readonly string[];
  /** What an operator switches: properties of the object (`items` is ''), or of its items. */
  readonly switches: { readonly items: string; readonly properties: readonly string[] } | undefined;
  /** `everybody`: clients of every role ask for it first. `history`: it tells of other users. */
  readonly readers: 'everybody' | 'history' | undefined;
  /** Roles that see little, and this. */
  readonly narrowReaders: readonly string[];
  /** Users and how they log in: not resource-admin's. */
  readonly isAccounts: boolean;
  /** Where its objects lie, when their names do not say it: they are partitions, or folders. */
  readonly are: 'partitions' | 'folders' | undefined;
}

type Rule = readonly [components: RegExp, duties: Partial<Duties>];

const securityEditors = [
  'web-application-security-administrator',
  'web-application-security-editor',
];

/** What several rules say of a component adds up. */
const rules: readonly Rule[] = [
  [/^(ltm|gtm|sys application) /, { makers: ['manager'] }],
  [/^sys folder$/, { makers: ['manager'], are: 'folders' }],
  [/^sys file (data-group|external-monitor|ifile)$/, { makers: ['manager'] }],
  [/^sys (crypto |file ssl-)/, { makers: ['certificate-manager'] }],
  [/^(ltm|gtm) rule$/, { makers: ['irule-manager'] }],
  [/^asm /, { makers: securityEditors }],
  [/^(security |net (address|port)-list$)/, { makers: ['firewall-manager'] }],
  [
    /^ltm profile web-acceleration$/,
    {
      makers: ['acceleration-policy-editor'],
      narrowReaders: ['acceleration-policy-editor'],
    },
  ],
  [/^ltm profile (http|ftp|smtp)$/, { narrowReaders: securityEditors }],
  [/^ltm (node$|pool$|monitor )|^gtm (pool|monitor) /, { changers: ['application-editor'] }],
  [/^ltm node$/, { switches: { items: '', properties: ['session', 'state'] } }],
  [/^ltm pool$/, { switches: { items: 'members', properties: ['session', 'state'] } }],
  [/^ltm virtual$/, { switches: { items: '', properties: ['enabled'] } }],
  [/^gtm pool /, { switches: { items: 'members', properties: ['enabled'] } }],
  [/^gtm server$/, { switches: { items: 'virtual-servers', properties: ['enabled'] } }],
  [/^auth (partition|user)$/, { readers: 'everybody' }],
  [/^cli version$/, { readers: 'everybody' }],
  [/^sys (clock|mcp-state|provision|ready|version)$/, { readers: 'everybody' }],
  [/^sys (commit|log)$/, { readers: 'history' }],
  [/^auth (?!partition$)/, { isAccounts: true }],
  [/^auth partition$/, { are: 'partitions' }],
];

const known = new Map<string, Duties>();

export function dutiesOf({ id }: Component): Duties {
  const held = known.get(id);
  if (held !== undefined) return held;
  const own = rules.filter(([components]) => components.test(id)).map(([, duties]) => duties);
  const duties: Duties = {
    makers: own.flatMap(({ makers }) => makers ?? []),
    changers: own.flatMap(({ changers }) => changers ?? []),
    narrowReaders: own.flatMap(({ narrowReaders }) => narrowReaders ?? []),
    switches: own.find(({ switches }) => switches !== undefined)?.switches,
    readers: own.find(({ readers }) => readers !== undefined)?.readers,
    isAccounts: own.some(({ isAccounts }) => isAccounts === true),
    are: own.find(({ are }) => are !== undefined)?.are,
  };
  known.set(id, duties);
  return duties;
}

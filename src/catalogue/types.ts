/**
 * The shape of the catalogue: one entry says everything about a component, as plain data. REST, tmsh,
 * bigip.conf, validation, defaults, sync filters, forms and reference docs are drawn from it. Entries
 * live in one folder a module (`catalogue/ltm/pool.ts`), and `catalogue/index.ts` lists them.
 *
 * Names in the catalogue are tmsh's (kebab-case); REST's camelCase follows by rule unless `rest` says
 * otherwise. Stored values use tmsh names as keys, everywhere.
 */

export type Value = string | number | boolean | readonly Value[] | Properties;
export interface Properties {
  readonly [property: string]: Value;
}

/** "ltm pool", "ltm monitor http", "gtm wideip a": the tmsh path, which is also REST's with slashes. */
export type ComponentId = string;

/**
 * Who shares an object of the component. `group`: the device group of its folder. `local`: nobody.
 * `trust`: the whole trust domain. `gtm`: the GTM synchronisation group.
 */
export type SyncScope = 'group' | 'local' | 'trust' | 'gtm';

export interface Component {
  readonly id: ComponentId;
  /** As in error texts: "The requested Pool (/Common/x) was not found." */
  readonly noun: string;
  readonly help: string;
  /** What REST's `kind` ends with (`modeltaskcollectionstate`) where it is not the last word of the path. */
  readonly kindWord?: string;
  readonly naming: Naming;
  readonly scope: SyncScope;
  /** Objects whose (effective) property has the value are shared otherwise: non-floating self IPs. */
  readonly scopeRules?: readonly ScopeRule[];
  readonly properties: readonly Property[];
  /** Profiles and persistence print every property, "none" included; the rest omit what is unset. */
  readonly output?: 'every-property' | 'when-set';
  /** Parent chain: `defaults-from` names another object of the same component. */
  readonly inherits?: true;
  /** Objects that exist from the start and cannot be deleted, by full path. */
  readonly stock?: readonly StockObject[];
  /** Cross-property and cross-object checks, by name; implemented in `config/model/checks`. */
  readonly checks?: readonly string[];
  /** The same, of an object that goes, as it was. */
  readonly removalChecks?: readonly string[];
  /** Objects with a lower number are created first and deleted last. Default 50. */
  readonly order?: number;
  /** Commands (`run`, `load`, `save`, …) that a registered action carries out. */
  readonly actions?: readonly Action[];
  /** Has `…/stats` and `show`. */
  readonly statistics?: true;
  /**
   * With `statistics`: beside its objects it shows what the device found out by itself (neighbours, routes),
   * as levels of the provider's answer for the name `''`.
   */
  readonly learns?: true;
  /** With `statistics`: what counts is parts of an object, each an entry of its own (events of rules). */
  readonly countsParts?: true;
  /** What is published is changed by way of a copy in the folder Drafts (`config/model/drafts`). */
  readonly drafts?: true;
  /** Objects come from the system, users can only modify them (sys db, net interface). */
  readonly fixed?: true;
  /**
   * Statistics of a singleton are tables with names of their own, not one row (sys hardware). `objects`:
   * each is an object that BIG-IP can be asked for by its name (sys cpu).
   */
  readonly tables?: true | 'objects';
  /** Nobody can make one here, for this reason: "no switch hardware". With `fixed`. */
  readonly absent?: string;
  /** No configuration: `show`, statistics and actions only (cm sync-status, sys version). */
  readonly stateOnly?: true;
  /**
   * With `stateOnly`: the objects are those of this component, shown by another id with other properties
   * (sys crypto key: sys file ssl-key). A delete deletes them; the action `create` makes them.
   */
  readonly shows?: ComponentId;
  /** With `stateOnly`: words that choose among its records, each with a value; `delete` takes them, too. */
  readonly filters?: readonly string[];
  /** With `stateOnly`: objects are files, which the device lists by their raw values (sys ucs). */
  readonly files?: true;
}

export interface ScopeRule {
  readonly property: string;
  readonly equals: string;
  readonly scope: SyncScope;
}

export type Naming =
  /** One object, no name: `sys global-settings`. */
  | { readonly kind: 'singleton' }
  /** `/Common/web`: lives in a folder. */
  | { readonly kind: 'foldered'; readonly nameCheck?: string }
  /** `admin`, `failover.nettimeoutsec`: no folder. */
  | { readonly kind: 'plain'; readonly nameCheck?: string; readonly ignoresCase?: true };

export interface StockObject {
  readonly name: string;
  readonly properties?: Properties;
}

export interface Action {
  /** REST command and tmsh verb: "run", "load", "save", "mv", "publish". */
  readonly command: string;
  readonly help: string;
  readonly parameters: readonly Property[];
  /** All it does is a change of configuration, which `?dryRun=true` shows without making it. */
  readonly dryRun?: true;
}

export interface Property {
  readonly name: string;
  /** REST name where kebab-case → camelCase does not hold. */
  readonly rest?: string;
  readonly help: string;
  readonly type: PropertyType;
  /** Value of a new object. Absent: unset, not printed. */
  readonly default?: Value;
  readonly required?: true;
  /** Of a command: tmsh takes it by its place after the name, without its own (`mv OLD NEW`). */
  readonly positional?: true;
  readonly access?: 'create-only' | 'read-only' | 'write-only';
  /** Value comes from a registered runtime provider (`StateRegistry.provideField`), never stored. */
  readonly runtime?: true;
  /** Computed from the rest of the configuration (`config/model/derive`): readable, never stored. */
  readonly derived?: true;
  /** `list` prints it even where it is as by default, or comes from the system (creation-time). */
  readonly listed?: true;
  /** Computed in the same way while it is not set: the netmask of one host, the folder's traffic group. */
  readonly filled?: true;
  /** REST prints it in `apiRawValues`. */
  readonly raw?: true;
  readonly secret?: true;
  /** With `secret`: becomes, or is, a one-way hash, which is kept as it is; other secrets are sealed. */
  readonly hashed?: true;
  /**
   * Set by operators rather than declared: survives a PUT, a deploy, a `replace-all-with`. A runtime
   * provider's value, where there is one, is what is shown; the stored one is what was ordered.
   */
  readonly operatorState?: true;
  /** Does it change what the device does, or is it only kept? Shown in docs/reference. */
  readonly effect: 'effective' | 'stored';
  /** Where it differs from the component's. */
  readonly scope?: SyncScope;
}

export type PropertyType =
  | {
      readonly kind: 'string';
      readonly maximumLength?: number;
      readonly check?: string;
      /** Words that are values although they mean "unset" elsewhere: `allow-service default`. */
      readonly words?: readonly string[];
      /** REST has "{ a b }" as one text, tmsh as a list of words. */
      readonly braced?: true;
      /** Names with values, one after the other; tmsh has a line for each: `user-defined NAME value`. */
      readonly pairs?: true;
    }
  /** Tcl, scripts: kept verbatim; `apiAnonymous` in REST. */
  | { readonly kind: 'blob' }
  | IntegerType
  | EnumType
  /**
   * Bare flags of which exactly one (or none) holds: `enabled | disabled`, `vlans-enabled |
   * vlans-disabled`. Stored as the chosen flag's name under the property's name; REST prints
   * `{"enabled": true}`, tmsh prints the bare word.
   */
  | {
      readonly kind: 'flags';
      readonly flags: readonly FlagChoice[];
      /** Its word leads the block, before what is sorted: `http-uri path …` in policies. */
      readonly leading?: true;
    }
  | { readonly kind: 'address'; readonly words?: readonly string[] }
  /** `withLength`: a bare address is not enough. */
  | { readonly kind: 'prefix'; readonly words?: readonly string[]; readonly withLength?: true }
  /** `/Common/10.0.0.1:80`, `*:*`; folder optional. */
  | { readonly kind: 'endpoint'; readonly folder: boolean; readonly wildcards: boolean }
  | { readonly kind: 'port'; readonly any: boolean }
  /** Full path of an object of one of these components. */
  | ReferenceType
  /** `/Common/a and /Common/b`, `min 1 of { … }`, `default`. */
  | { readonly kind: 'monitor-rule'; readonly to: readonly ComponentId[] }
  /** Values of one scalar type: `{ a b c }`. */
  | { readonly kind: 'list'; readonly of: PropertyType; readonly ordered: boolean }
  /** Named blocks. */
  | ItemsType
  /** One nested block: `source-address-translation { type automap }`. */
  | { readonly kind: 'struct'; readonly properties: readonly Property[] };

export interface IntegerType {
  readonly kind: 'integer';
  readonly minimum: number;
  readonly maximum: number;
  readonly unit?:
    | 'seconds'
    | 'milliseconds'
    | 'bytes'
    | 'kilobytes'
    /** "100mb" in texts, 100 in REST. */
    | 'megabytes'
    | 'percent'
    | 'bits-per-second';
  /** REST type: "180" for some timeouts, 180 elsewhere. */
  readonly wire: 'number' | 'string';
  /** Words accepted instead of a number: "indefinite", "disabled". */
  readonly words?: readonly string[];
}

export interface EnumType {
  readonly kind: 'enum';
  readonly values: readonly EnumValue[];
}

export interface EnumValue {
  readonly value: string;
  readonly help?: string;
  /** Other spellings accepted on input: "6" for tcp. */
  readonly aliases?: readonly string[];
  /** Only the system reports it; on input it is an echo and changes nothing: "monitor-enabled". */
  readonly echo?: true;
}

export interface FlagChoice {
  readonly flag: string;
  readonly help?: string;
}

export interface ReferenceType {
  readonly kind: 'reference';
  readonly to: readonly ComponentId[];
  /** Plain words accepted in place of a name: "any", "default". */
  readonly words?: readonly string[];
  /** `<name>Reference` is printed beside it in REST. Default true. */
  readonly companion?: boolean;
}

export interface ItemsType {
  readonly kind: 'items';
  /**
   * Stored as an array of objects, each with `name` first. Full path names (`/Common/10.0.0.1:80`) when
   * `foldered`.
   */
  readonly properties: readonly Property[];
  readonly foldered: boolean;
  /** The item's name refers to an object: profiles of a virtual, members' nodes. */
  readonly nameReference?: { readonly to: readonly ComponentId[] };
  /** Reached at `…/members` and printed as `membersReference`; otherwise inline array. */
  readonly subCollection: boolean;
  /** Noun of an item in error texts: "Pool Member". */
  readonly noun: string;
  readonly ordered: boolean;
  /** Create what the name needs: a pool member makes its node. By name of a rule in config/model. */
  readonly statistics?: true;
  readonly nameCheck?: string;
}

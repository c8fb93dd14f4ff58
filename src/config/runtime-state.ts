/**
 * What is shown but not configured: read-only fields, statistics and commands. Rooms register theirs
 * here; icontrol reads without knowing who they are.
 */
import type { ComponentId, Properties, Value } from '../catalogue/types.ts';
import type { Fault, Outcome } from '../base/fault.ts';
import type { Change, CommitOrigin, PreviewOutcome } from './types.ts';

/** A leaf is a number or a text; levels nest, keyed as the last part of REST's URL key. */
export interface Statistics {
  readonly [name: string]: number | string | Statistics;
}

/** Values of `runtime` properties of one object, or of one item of it (`item` given). */
export type FieldProvider = (name: string, item?: string) => Properties;

/** Statistics of one object; of one item when `item` is given. Names as in REST ("serverside.curConns"). */
export type StatisticsProvider = (name: string, item?: string) => Statistics | undefined;

export interface ActionRequest {
  readonly component: ComponentId;
  readonly command: string;
  /** By tmsh name, after the catalogue's checks. */
  readonly parameters: Properties;
  readonly user: string;
  /** The same, with address, interface and reason, for what the action commits. */
  readonly origin?: CommitOrigin;
  /** Why whoever asked may not make these changes; absent: he may make any (see action-commit.ts). */
  readonly authorize?: (changes: readonly Change[]) => Fault | undefined;
  /** In a dry run: told what would be committed, instead of a commit (see action-commit.ts). */
  readonly onPreview?: (outcome: PreviewOutcome) => void;
}

/** The answer echoes the request; these come on top ("commandResult", …). */
export type ActionHandler = (
  request: ActionRequest,
) => Promise<Outcome<Readonly<Record<string, Value>>>>;

/** What is looked up when it is asked for, by words behind the command, and may be deleted by the same words. */
export interface RecordBook {
  /** The text that BIG-IP's command prints. */
  show(words: string): Promise<Outcome<string>>;
  /** The same in figures, where iControl REST answers with those. */
  rows?(words: string): Promise<Outcome<Statistics>>;
  /** How many were deleted. */
  remove(words: string): Promise<Outcome<number>>;
}

export interface StateRegistry {
  provideFields(
    component: ComponentId,
    itemsProperty: string | undefined,
    provider: FieldProvider,
  ): void;
  provideStatistics(
    component: ComponentId,
    itemsProperty: string | undefined,
    provider: StatisticsProvider,
  ): void;
  provideAction(component: ComponentId, command: string, handler: ActionHandler): void;
  fields(
    component: ComponentId,
    itemsProperty: string | undefined,
    name: string,
    item?: string,
  ): Properties;
  statistics(
    component: ComponentId,
    itemsProperty: string | undefined,
    name: string,
    item?: string,
  ): Statistics | undefined;
  action(component: ComponentId, command: string): ActionHandler | undefined;
  provideRecords(component: ComponentId, book: RecordBook): void;
  records(component: ComponentId): RecordBook | undefined;
}

const noFields: Properties = {};

export function createStateRegistry(): StateRegistry {
  const fieldProviders = new Map<string, FieldProvider[]>();
  const statisticsProviders = new Map<string, StatisticsProvider>();
  const actions = new Map<string, ActionHandler>();
  const books = new Map<ComponentId, RecordBook>();
  const key = (component: ComponentId, part: string | undefined): string =>
    `${component}|${part ?? ''}`;
  return {
    provideFields(component, items, provider) {
      const list = fieldProviders.get(key(component, items)) ?? [];
      fieldProviders.set(key(component, items), [...list, provider]);
    },
    provideStatistics(component, items, provider) {
      statisticsProviders.set(key(component, items), provider);
    },
    provideAction(component, command, handler) {
      actions.set(key(component, command), handler);
    },
    fields(component, items, name, item) {
      const providers = fieldProviders.get(key(component, items));
      if (providers === undefined) return noFields;
      const [first, ...others] = providers;
      const fields = first?.(name, item) ?? noFields;
      // What each provides is of the type that is asked for.
      return others.length === 0
        ? fields
        : (Object.assign({}, fields, ...others.map((other) => other(name, item))) as Properties);
    },
    statistics: (component, items, name, item) =>
      statisticsProviders.get(key(component, items))?.(name, item),
    action: (component, command) => actions.get(key(component, command)),
    provideRecords: (component, book) => void books.set(component, book),
    records: (component) => books.get(component),
  };
}

/** For handlers: the action cannot be done. */
export function refuse(
  message: string,
  status: Fault['status'] = 400,
  code?: string,
): Outcome<never> {
  return {
    ok: false,
    faults: [code === undefined ? { status, message } : { status, message, code }],
  };
}

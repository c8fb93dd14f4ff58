/** Carries out what a text (or the files of an archive) says, as one commit, and tells what became of it. */
import { type Fault, type Outcome, faultText } from '../../base/fault.ts';
import type { Sliced } from '../../base/slices.ts';
import { opaqueId } from '../../catalogue/sys/opaque.ts';
import type { Component, Value } from '../../catalogue/types.ts';
import { committingFor } from '../../config/action-commit.ts';
import type { AppliedTracker } from '../../config/applied.ts';
import { withContents } from '../../config/load/file-contents.ts';
import {
  type LoadPlan,
  type LoadRequest,
  type PlacedStanza,
  planLoad,
} from '../../config/load/plan.ts';
import {
  type ReportedObject,
  headerOf as headerOfStanza,
  reportOn,
  reportText,
} from '../../config/load/report.ts';
import { type ActionRequest, refuse } from '../../config/runtime-state.ts';
import { type UnreadStanza, parsingConfig } from '../../config/text/parse-config.ts';
import type {
  Change,
  CommitOutcome,
  ConfigStore,
  ConfigView,
  Operation,
} from '../../config/types.ts';
import { finishInSlices, nextTurn } from '../../platform/turn.ts';
import type { Passwords } from '../access/accounts.ts';
import { sealSecrets } from '../access/secrets.ts';

export interface Loader {
  readonly store: ConfigStore;
  readonly applied: AppliedTracker;
  readonly passwords: Passwords;
  readonly components: readonly Component[];
  component(id: string): Component | undefined;
}

export interface Source {
  /** As messages call it: "/config/bigip.conf". */
  readonly path: string;
  readonly text: string;
}

export interface LoadOrder {
  readonly kind: LoadRequest['kind'];
  readonly sources: readonly Source[];
  /** Files of objects by their name in the file store. */
  readonly contents: ReadonlyMap<string, string>;
  readonly isVerify: boolean;
  readonly reason: string;
  /** Nothing is loaded: what would become of each object is the answer. */
  readonly isReport?: boolean;
}

/** A success answer waits so long for the engines to hold the commit. */
const appliedMilliseconds = 2000;

/** Passwords take their time to be hashed; what others commit meanwhile counts. */
const maximumAttempts = 5;

export type LoadAnswer = Outcome<Readonly<Record<string, Value>>>;

export async function loadConfig(
  loader: Loader,
  request: ActionRequest,
  order: LoadOrder,
): Promise<LoadAnswer> {
  if (order.isReport === true) return reportLoad(loader, request, order);
  const parsed = await finishInSlices(parseSources(loader, order.sources));
  if (!parsed.ok) return parsed;
  const asked = order.isVerify ? { ...request, onPreview: request.onPreview ?? ignored } : request;
  const worked = await carryOut(loader, asked, order, parsed.value);
  if (worked === undefined) return refuse('others change the configuration, try again', 503);
  const { stanzas, plan, outcome } = worked;
  if (!outcome.ok) return { ok: false, faults: placed(outcome.faults, stanzas) };
  if (asked.onPreview === undefined && outcome.commit !== undefined) {
    await loader.applied.settledOrDeferred(outcome.commit.sequence, appliedMilliseconds);
  }
  const commandResult = [heading(order), ...notes(plan)].join('\n');
  return {
    ok: true,
    value: { commandResult: `${commandResult}\n`, summary: summary(plan, outcome) },
  };
}

interface CarriedOut {
  readonly stanzas: readonly PlacedStanza[];
  readonly plan: LoadPlan;
  readonly outcome: CommitOutcome;
}

/** Planned and committed on one and the same view; undefined when others commit all the time. */
async function carryOut(
  loader: Loader,
  request: ActionRequest,
  order: LoadOrder,
  parsed: readonly PlacedStanza[],
): Promise<CarriedOut | undefined> {
  const { store, components } = loader;
  const told = { source: 'load', reason: order.reason } as const;
  for (let attempt = 0; attempt < maximumAttempts; attempt += 1) {
    const view = store.view();
    const stanzas = withContents(parsed, order.contents, view);
    const plan = await finishInSlices(planLoad({ kind: order.kind, stanzas, components, view }));
    const operations = await sealed(loader, withoutForeignHashes(plan.operations));
    if (store.view().sequence !== view.sequence) continue;
    const outcome = await finishInSlices(committingFor(store, request, operations, told));
    if (outcome !== undefined) return { stanzas, plan, outcome };
  }
  return undefined;
}

/** Only the faults count: what would change is nobody's question. */
const ignored = (): void => undefined;

/** Written by a device, and not by hand: what nobody knows in it is no slip. */
function isSaved(text: string): boolean {
  return /^\s*#TMSH-VERSION:/.test(text);
}

function* parseSources(
  loader: Loader,
  sources: readonly Source[],
  onUnread?: (unread: UnreadStanza, path: string) => void,
): Sliced<Outcome<readonly PlacedStanza[]>> {
  const stanzas: PlacedStanza[] = [];
  for (const { path, text } of sources) {
    const context = {
      folder: '/Common',
      components: loader.components,
      component: (id: string) => loader.component(id),
      keepUnknown: isSaved(text) || onUnread !== undefined,
      ...(onUnread && { onUnread: (unread: UnreadStanza) => onUnread(unread, path) }),
    };
    const parsed = yield* parsingConfig(text, context, path);
    if (!parsed.ok) return parsed;
    for (const stanza of parsed.value) stanzas.push({ ...stanza, file: path });
  }
  return { ok: true, value: stanzas };
}

/** BIG-IP's own hashes cannot be checked here: who had one keeps the password that he has here. */
function withoutForeignHashes(operations: readonly Operation[]): readonly Operation[] {
  return operations.map((operation) => {
    if (operation.component !== 'auth user' || !('properties' in operation)) return operation;
    const { 'encrypted-password': hash, ...rest } = operation.properties ?? {};
    if (hash === undefined || String(hash).startsWith('$scrypt$')) return operation;
    return { ...operation, properties: rest } as Operation; // The same kind with fewer properties.
  });
}

/** Looked through for secrets before others have their turn; some microseconds each. */
const operationsAtOnce = 100;

/** Passwords in clear become hashes; a load is sealed as a PUT would be. */
async function sealed(loader: Loader, operations: readonly Operation[]): Promise<Operation[]> {
  const result: Operation[] = [];
  for (const [index, operation] of operations.entries()) {
    // Promises that are kept at once give nobody else his turn.
    if (index % operationsAtOnce === operationsAtOnce - 1) await nextTurn();
    if (operation.kind !== 'load') {
      result.push(
        ...(await sealSecrets([operation], (id) => loader.component(id), loader.passwords)),
      );
      continue;
    }
    const asModify = { ...operation, kind: 'modify' } as const;
    const [one] = await sealSecrets([asModify], (id) => loader.component(id), loader.passwords);
    result.push(one?.kind === 'modify' ? { ...one, kind: 'load' } : operation);
  }
  return result;
}

/** Faults name objects; people look for them in the text. */
function placed(faults: readonly Fault[], stanzas: readonly PlacedStanza[]): readonly Fault[] {
  const places = new Map(
    stanzas.flatMap((stanza) =>
      stanza.kind === 'object'
        ? [[headerOf(stanza.component.id, stanza.name), stanza] as const]
        : [],
    ),
  );
  // What is missing is missing from the text: the request itself found what it asked for.
  return faults.map((given) => {
    const fault = given.status === 404 ? ({ ...given, status: 400 } as const) : given;
    const words = (fault.path ?? '').split(' ');
    for (let count = words.length; count > 0; count -= 1) {
      const stanza = places.get(words.slice(0, count).join(' '));
      if (stanza === undefined) continue;
      const where = `${stanza.file} at line: ${stanza.line} column: 1`;
      return {
        ...fault,
        message: `${fault.message} (${where}, "${words.slice(0, count).join(' ')}")`,
      };
    }
    return fault;
  });
}

function headerOf(id: string, name: string): string {
  return name === '' ? id : `${id} ${name}`;
}

/** Each refused object may be what others need: these are looked at again without it. */
const maximumRounds = 50;

/** Of a text that may hold anything: one object's fault is no other's. */
async function reportLoad(
  loader: Loader,
  request: ActionRequest,
  order: LoadOrder,
): Promise<LoadAnswer> {
  const unread: ReportedObject[] = [];
  const onUnread = ({ header, line, fault }: UnreadStanza, file: string): void => {
    unread.push({ object: header, file, line, verdict: 'refused', notes: [faultText(fault)] });
  };
  const parsed = await finishInSlices(parseSources(loader, order.sources, onUnread));
  if (!parsed.ok) return parsed;
  const { store, components } = loader;
  const view = store.view();
  const stanzas = withContents(parsed.value, order.contents, view);
  const refused = new Map<string, readonly string[]>();
  let skipped: readonly string[] = [];
  let after: ConfigView | undefined;
  for (let round = 0; after === undefined && round < maximumRounds; round += 1) {
    const rest = stanzas.filter((stanza) => !refused.has(headerOfStanza(stanza)));
    const plan = await finishInSlices(
      planLoad({ kind: order.kind, stanzas: rest, components, view }),
    );
    skipped = plan.skipped;
    const operations = await sealed(loader, withoutForeignHashes(plan.operations));
    const origin = request.origin ?? { user: request.user, source: 'load' };
    const preview = await finishInSlices(store.previewing({ origin, operations }));
    if (preview.ok) {
      after = preview.commit === undefined ? view : preview.after;
      break;
    }
    const before = refused.size;
    for (const fault of preview.faults) refuseObject(fault, rest, refused);
    if (refused.size === before) return { ok: false, faults: placed(preview.faults, rest) };
  }
  const report = reportOn({ stanzas, skipped: new Set(skipped), refused, unread, after });
  const lines = ['Checking compatibility...', ...order.sources.map(({ path }) => `  ${path}`)];
  return {
    ok: true,
    value: {
      commandResult: `${[...lines, reportText(report)].join('\n')}\n`,
      totals: { ...report.totals },
      objects: report.objects.map((one) => ({ ...one })),
    },
  };
}

/** The object that the fault's path begins with; whoever has several faults keeps them all. */
function refuseObject(
  fault: Fault,
  stanzas: readonly PlacedStanza[],
  refused: Map<string, readonly string[]>,
): void {
  const known = new Set(stanzas.map((stanza) => headerOfStanza(stanza)));
  const words = (fault.path ?? '').split(' ');
  for (let count = words.length; count > 0; count -= 1) {
    const header = words.slice(0, count).join(' ');
    if (!known.has(header)) continue;
    refused.set(header, [...(refused.get(header) ?? []), faultText(fault)]);
    return;
  }
}

/** The place that BIG-IP names for the factory state. */
const defaultsPath = '/defaults/defaults.scf';

/** How a text without a file is called. */
export const terminalPath = 'from-terminal';

function heading({ isVerify, sources }: LoadOrder): string {
  const named = sources.map(({ path }) => path).filter((path) => path !== terminalPath);
  const paths = sources.length === 0 ? [defaultsPath] : named;
  const first = isVerify ? 'Validating configuration...' : 'Loading configuration...';
  return [first, ...paths.map((path) => `  ${path}`)].join('\n');
}

/** More of a kind are counted; the REST answer has them all. */
const maximumNotes = 20;

function notes({ opaque, skipped }: LoadPlan): readonly string[] {
  return [
    ...shortened(opaque, 'kept without effect, not known here'),
    ...shortened(skipped, "left out, belongs to another device's trust"),
  ];
}

function shortened(names: readonly string[], why: string): readonly string[] {
  const shown = names.slice(0, maximumNotes).map((name) => `  ${why}: ${name}`);
  const more = names.length - shown.length;
  return more <= 0 ? shown : [...shown, `  ${why}: ${more} more`];
}

function summary(
  { opaque, skipped }: LoadPlan,
  outcome: Extract<CommitOutcome, { readonly ok: true }>,
): Readonly<Record<string, Value>> {
  // What nobody knows is told apart.
  const changes = (outcome.commit?.changes ?? []).filter(({ component }) => component !== opaqueId);
  const namesOf = (isOne: (change: Change) => boolean): readonly string[] =>
    changes.filter(isOne).map(({ component, name }) => headerOf(component, name));
  return {
    created: namesOf(({ before }) => before === undefined),
    changed: namesOf(({ before, after }) => before !== undefined && after !== undefined),
    deleted: namesOf(({ after }) => after === undefined),
    opaque,
    skipped,
  };
}

/** What HAProxy and nftables would do with a change that is not made. Pure; see `config/engine-previews.ts`. */
import { changedLines, changingLines } from '../base/changed-lines.ts';
import type { EnginePreview } from '../config/engine-previews.ts';
import type { Sliced } from '../base/slices.ts';
import type { Change, ConfigView } from '../config/types.ts';
import type { HealthTable } from '../monitor/health.ts';
import { plannedAtOnce } from './backlog.ts';
import { type Layout, changedTexts, layOut } from './haproxy/layout.ts';
import { contentsOf, entriesOf, keysOf, someSteps } from './haproxy/maps.ts';
import { type ActualServers, reconcile } from './haproxy/reconcile.ts';
import type { RenderPlaces } from './haproxy/render.ts';
import type { WantedServer, WantedServers } from './haproxy/servers.ts';
import { tableChange } from './nftables/render.ts';
import { proxySets } from './nftables/shared.ts';
import type { TouchedElements } from './nftables/table-state.ts';
import { concernsPlan } from './planner.ts';
import { type TouchedTraffic, type TrafficState, joined } from './traffic-state.ts';
import type { DeviceFacts } from './types.ts';
import { renderSnats } from './nftables/snat.ts';
import { planSnats, snatComponents } from './plan-snat.ts';

export interface PreviewContext {
  readonly facts: DeviceFacts;
  readonly places: RenderPlaces;
  readonly health: () => Pick<HealthTable, 'get'>;
  /** What the engines are to hold now; nothing of it is changed here. */
  readonly traffic: () => TrafficState;
  /** What HAProxy runs with; undefined: not known. */
  readonly layout: () => Layout | undefined;
}

interface Trial {
  readonly after: ConfigView;
  readonly held: TrafficState;
  /** Of what is held. */
  readonly version: number;
  readonly tried: TrafficState;
  readonly touched: TouchedTraffic;
}

/** What an engine would do, a line each, put together in slices: see `EnginePreview`. */
export type SlicedPreview = (
  before: ConfigView,
  after: ConfigView,
  changes: readonly Change[],
) => Sliced<readonly string[]>;

/** Where what is held changes again and again meanwhile, it is tried out in one turn. */
const mostTrials = 3;

/**
 * The change on top of what is held now, planned in parts as a commit is. It reads through to what is held, and lives no
 * longer than that stays as it is: whoever has one is done with it within the turn.
 */
function* trialOf(
  { facts, health, traffic }: PreviewContext,
  after: ConfigView,
  changes: readonly Change[],
): Sliced<Trial> {
  for (let count = 0; count < mostTrials; count += 1) {
    const held = traffic();
    const { version } = held;
    const tried = held.fork(after, facts, health());
    const parts = [tried.commit(after, changes, health(), plannedAtOnce)];
    while (tried.isBehind && held.version === version) {
      yield;
      if (held.version === version) parts.push(tried.goOn(health(), plannedAtOnce));
    }
    if (held.version === version) return { after, held, version, tried, touched: joined(parts) };
  }
  const held = traffic();
  const tried = held.fork(after, facts, health());
  const touched = tried.commit(after, changes, health());
  return { after, held, version: held.version, tried, touched };
}

/** Both engines' lines are of one trial, where nothing came between them. */
export function previewTraffic(context: PreviewContext): {
  readonly haproxy: SlicedPreview;
  readonly nftables: SlicedPreview;
} {
  let kept: Trial | undefined;
  return {
    *haproxy(_before, after, changes) {
      if (!concernsPlan(changes)) return [];
      const trial = yield* trialOf(context, after, changes);
      kept = trial;
      return yield* haproxyLines(context, trial);
    },
    *nftables(_before, after, changes) {
      if (!concernsPlan(changes)) return [];
      const held = kept;
      kept = undefined;
      const isGood = held?.after === after && held.held === context.traffic() && isAsItWas(held);
      return nftablesLines(isGood ? held : yield* trialOf(context, after, changes));
    },
  };
}

function isAsItWas({ held, version }: Trial): boolean {
  return held.version === version;
}

function* haproxyLines(context: PreviewContext, trial: Trial): Sliced<readonly string[]> {
  const { held, tried, touched } = trial;
  const refusals = tried.refusals.map(
    ({ virtual, reason }) => `${virtual} would carry no traffic: ${reason}`,
  );
  const running = context.layout() ?? layOut(held.structure, undefined);
  const layout = running.fork();
  if (layout.fit(tried.structure, touched.backends)) {
    return [...commandsOf(trial, running, layout, context.places), ...refusals];
  }
  const [old, next] = changedTexts(held, tried, touched.backends);
  // From here on only texts are looked at.
  const lines = yield* changingLines(undescribed(old), undescribed(next));
  return ['reload', ...lines, ...refusals];
}

/** Commands to the HAProxy that runs. */
function commandsOf(
  { held, tried, touched }: Trial,
  running: Layout,
  layout: Layout,
  places: RenderPlaces,
): readonly string[] {
  const wanted = new Map<string, readonly WantedServer[]>();
  const actual = new Map<string, readonly WantedServer[]>();
  for (const name of touched.backends) {
    const own = layout.nameOf(name) ?? running.nameOf(name);
    if (own === undefined) continue;
    wanted.set(own, tried.servers.get(name) ?? []);
    const user = running.isServing(own) ? running.servedBy(own) : undefined;
    if (user !== undefined) actual.set(own, held.servers.get(user) ?? []);
  }
  const steps = reconcile(actualOf(actual), wanted, () => false);
  const virtuals = layout.hasShared ? [...touched.virtuals] : [];
  const [before, after] = [held, tried].map(({ structure }) =>
    virtuals.flatMap((name) => structure.rows.get(name) ?? []),
  );
  const rows = someSteps(
    contentsOf(before ?? [], (name) => running.nameOf(name)),
    (before ?? []).flatMap(keysOf),
    (after ?? []).flatMap((row) => entriesOf(row, (name) => layout.nameOf(name))),
    places.mapFolder,
  );
  return [...steps, ...rows].map((step) => step.command);
}

function nftablesLines({ held, tried, touched }: Trial): readonly string[] {
  if (held.table.shape === tried.table.shape) {
    return linesOf(tableChange(held.table, tried.table, touchedSets(touched.elements)) ?? '');
  }
  const lines = changedLines(indented(held.table.shape), indented(tried.table.shape));
  return ['replace the table', ...lines];
}

/** Of what full proxies have in the table, nothing differs that was not touched. */
function touchedSets(touched: TouchedElements): TouchedElements {
  const none = new Set<string>();
  return new Map(proxySets.map((set) => [set, touched.get(set) ?? none]));
}

export function previewSnats(facts: DeviceFacts): EnginePreview['changes'] {
  const textFor = (view: ConfigView): string =>
    indented(renderSnats(planSnats(view, facts)).replace(/^(delete )?table .*\n/gm, ''));
  return (before, after, changes) =>
    changes.some(({ component }) => snatComponents.includes(component))
      ? changedLines(textFor(before), textFor(after))
      : [];
}

/** Of the head. */
function* undescribed(texts: Iterable<string>): Iterable<string> {
  // The fingerprint differs whenever anything does.
  for (const text of texts) yield text.replace(/^\s*description .*\n/m, '');
}

function actualOf(servers: WantedServers): ActualServers {
  return new Map(
    [...servers].map(([backend, held]) => [
      backend,
      new Map(held.map((server) => [server.name, server])),
    ]),
  );
}

/** Every line of a chain or map below its first. */
function indented(shape: string): string {
  let depth = 0;
  return linesOf(shape)
    .map((line) => {
      if (line.startsWith('}')) depth = 0;
      const text = `${'  '.repeat(depth)}${line}`;
      if (line.endsWith('{')) depth = 1;
      return text;
    })
    .join('\n');
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

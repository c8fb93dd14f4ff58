/** What HAProxy and nftables would do with a change that is not made. Pure; see `config/engine-previews.ts`. */
import { changedLines } from '../base/changed-lines.ts';
import type { EnginePreview } from '../config/engine-previews.ts';
import type { ConfigView } from '../config/types.ts';
import type { HealthTable } from '../monitor/health.ts';
import { type Layout, fileText, layOut } from './haproxy/layout.ts';
import { contentsOf, entriesOf, keysOf, someSteps } from './haproxy/maps.ts';
import { type ActualServers, reconcile } from './haproxy/reconcile.ts';
import type { RenderPlaces } from './haproxy/render.ts';
import type { WantedServer, WantedServers } from './haproxy/servers.ts';
import { heldOf, tableChange } from './nftables/render.ts';
import { concernsPlan } from './planner.ts';
import { TrafficState } from './traffic-state.ts';
import type { DeviceFacts } from './types.ts';
import { renderSnats } from './nftables/snat.ts';
import { planSnats, snatComponents } from './plan-snat.ts';

export interface PreviewContext {
  readonly facts: DeviceFacts;
  readonly places: RenderPlaces;
  readonly health: () => Pick<HealthTable, 'get'>;
  /** Whether full proxies share listeners. */
  readonly isSharing: () => boolean;
  /** What HAProxy runs with; undefined: not known. */
  readonly layout: () => Layout | undefined;
}

export function previewHaproxy(context: PreviewContext): EnginePreview['changes'] {
  return (before, after, changes) => {
    if (!concernsPlan(changes)) return [];
    const state = stateOf(context, before);
    const { structure } = state;
    const held = { servers: new Map(state.servers), rows: new Map(structure.rows) };
    const layout = context.layout()?.copy() ?? layOut(structure, undefined);
    layout.fit(structure, undefined);
    const names = new Map([...held.servers.keys()].map((name) => [name, layout.nameOf(name)]));
    const touched = state.commit(after, changes, context.health());
    const refusals = state.refusals.map(
      ({ virtual, reason }) => `${virtual} would carry no traffic: ${reason}`,
    );
    if (!layout.fit(structure, touched.backends)) {
      const old = stateOf(context, before);
      return ['reload', ...changedLines(textOf(old), textOf(state)), ...refusals];
    }
    const wanted = new Map<string, readonly WantedServer[]>();
    for (const name of touched.backends) {
      const actual = layout.nameOf(name) ?? names.get(name);
      if (actual !== undefined) wanted.set(actual, state.servers.get(name) ?? []);
    }
    const holding = [...names].flatMap(([name, actual]) =>
      actual === undefined || !wanted.has(actual)
        ? []
        : [[actual, held.servers.get(name) ?? []] as const],
    );
    const steps = reconcile(actualOf(new Map(holding)), wanted, () => false);
    const virtuals = layout.hasShared ? [...touched.virtuals] : [];
    const rows = someSteps(
      contentsOf(held.rows.values(), (name) => names.get(name)),
      virtuals.flatMap((name) => keysOf(held.rows.get(name))),
      virtuals.flatMap((name) => entriesOf(structure.rows.get(name), (one) => layout.nameOf(one))),
      context.places.mapFolder,
    );
    return [...[...steps, ...rows].map((step) => step.command), ...refusals];
  };
}

export function previewNftables(context: PreviewContext): EnginePreview['changes'] {
  return (before, after, changes) => {
    if (!concernsPlan(changes)) return [];
    const state = stateOf(context, before);
    const held = heldOf(state.table);
    state.commit(after, changes, context.health());
    const wanted = state.table;
    if (held.shape === wanted.shape) return linesOf(tableChange(held, wanted) ?? '');
    return ['replace the table', ...changedLines(indented(held.shape), indented(wanted.shape))];
  };
}

export function previewSnats(facts: DeviceFacts): EnginePreview['changes'] {
  const textFor = (view: ConfigView): string =>
    indented(renderSnats(planSnats(view, facts)).replace(/^(delete )?table .*\n/gm, ''));
  return (before, after, changes) =>
    changes.some(({ component }) => snatComponents.includes(component))
      ? changedLines(textFor(before), textFor(after))
      : [];
}

function stateOf(
  { facts, places, health, isSharing }: PreviewContext,
  view: ConfigView,
): TrafficState {
  return new TrafficState(view, facts, places, health(), isSharing());
}

function textOf({ structure, servers }: TrafficState): string {
  // The fingerprint differs whenever anything does.
  return fileText(structure, servers).replace(/^\s*description .*\n/m, '');
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

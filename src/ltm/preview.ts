/** What HAProxy and nftables would do with a change that is not made. Pure; see `config/engine-previews.ts`. */
import { changedLines } from '../base/changed-lines.ts';
import type { EnginePreview } from '../config/engine-previews.ts';
import type { ConfigView } from '../config/types.ts';
import { type Layout, fileText, layOut } from './haproxy/layout.ts';
import { type VirtualRow, contentsOf, entriesOf, keysOf, someSteps } from './haproxy/maps.ts';
import { type ActualServers, reconcile } from './haproxy/reconcile.ts';
import type { RenderPlaces } from './haproxy/render.ts';
import type { WantedServer, WantedServers } from './haproxy/servers.ts';
import { heldOf, tableChange } from './nftables/render.ts';
import { concernsPlan } from './planner.ts';
import type { Look, PreviewState } from './preview-state.ts';
import type { TouchedTraffic, TrafficState } from './traffic-state.ts';
import type { DeviceFacts } from './types.ts';
import { renderSnats } from './nftables/snat.ts';
import { planSnats, snatComponents } from './plan-snat.ts';

export interface PreviewContext {
  readonly places: RenderPlaces;
  readonly state: PreviewState;
  /** What HAProxy runs with; undefined: not known. */
  readonly layout: () => Layout | undefined;
}

export function previewHaproxy({
  places,
  state,
  layout,
}: PreviewContext): EnginePreview['changes'] {
  return async (before, after, changes) => {
    if (!concernsPlan(changes)) return [];
    const look: Look<HeldShape, { readonly lines: readonly string[]; readonly text?: string }> = {
      before: (present) => shapeOf(present, layout()),
      after(next, touched, held) {
        const refusals = next.refusals.map(
          ({ virtual, reason }) => `${virtual} would carry no traffic: ${reason}`,
        );
        return held.layout.fit(next.structure, touched.backends)
          ? { lines: [...commandsOf(next, touched, held, places), ...refusals] }
          : { lines: refusals, text: textOf(next) };
      },
    };
    const { lines, text } = await state.trying(before, after, changes, look);
    if (text === undefined) return lines;
    const old = await state.trying(before, before, [], { before: textOf, after: thatHeld });
    return ['reload', ...changedLines(old, text), ...lines];
  };
}

function thatHeld<H>(_state: TrafficState, _touched: TouchedTraffic, held: H): H {
  return held;
}

interface HeldShape {
  readonly layout: Layout;
  readonly servers: WantedServers;
  readonly rows: ReadonlyMap<string, VirtualRow>;
  /** HAProxy's names of the backends. */
  readonly names: ReadonlyMap<string, string | undefined>;
}

function shapeOf({ structure, servers }: TrafficState, running: Layout | undefined): HeldShape {
  const layout = running?.copy() ?? layOut(structure, undefined);
  layout.fit(structure, undefined);
  const names = new Map([...servers.keys()].map((name) => [name, layout.nameOf(name)]));
  return { layout, servers: new Map(servers), rows: new Map(structure.rows), names };
}

/** Commands to the HAProxy that runs. */
function commandsOf(
  { structure, servers }: TrafficState,
  touched: TouchedTraffic,
  { layout, names, ...held }: HeldShape,
  places: RenderPlaces,
): readonly string[] {
  const wanted = new Map<string, readonly WantedServer[]>();
  for (const name of touched.backends) {
    const actual = layout.nameOf(name) ?? names.get(name);
    if (actual !== undefined) wanted.set(actual, servers.get(name) ?? []);
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
    places.mapFolder,
  );
  return [...steps, ...rows].map((step) => step.command);
}

export function previewNftables({
  state,
}: Pick<PreviewContext, 'state'>): EnginePreview['changes'] {
  return async (before, after, changes) => {
    if (!concernsPlan(changes)) return [];
    return state.trying(before, after, changes, {
      before: ({ table }) => heldOf(table),
      after({ table: wanted }, _touched, held) {
        if (held.shape === wanted.shape) return linesOf(tableChange(held, wanted) ?? '');
        const lines = changedLines(indented(held.shape), indented(wanted.shape));
        return ['replace the table', ...lines];
      },
    });
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

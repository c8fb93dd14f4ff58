/** What HAProxy and nftables would do with a change that is not made. Pure; see `config/engine-previews.ts`. */
import { changedLines } from '../base/changed-lines.ts';
import type { EnginePreview } from '../config/engine-previews.ts';
import type { ConfigView } from '../config/types.ts';
import type { HealthTable } from '../monitor/health.ts';
import { type ActualServers, reconcile } from './haproxy/reconcile.ts';
import { type RenderPlaces, type Rendered, renderHaproxy, wholeText } from './haproxy/render.ts';
import { type WantedServers, wantedServers } from './haproxy/servers.ts';
import { type MemberStates, memberStates } from './member-state.ts';
import { renderTable, tableChange } from './nftables/render.ts';
import { concernsPlan, planTraffic } from './planner.ts';
import type { DeviceFacts, TrafficPlan } from './types.ts';

export interface PreviewContext {
  readonly facts: DeviceFacts;
  readonly places: RenderPlaces;
  readonly health: () => Pick<HealthTable, 'get'>;
}

interface Side {
  readonly plan: TrafficPlan;
  readonly states: MemberStates;
}

export function previewHaproxy(context: PreviewContext): EnginePreview['changes'] {
  return (before, after, changes) =>
    concernsPlan(changes)
      ? haproxyChanges(sideOf(context, before), sideOf(context, after), context.places)
      : [];
}

export function previewNftables(context: PreviewContext): EnginePreview['changes'] {
  return (before, after, changes) => {
    if (!concernsPlan(changes)) return [];
    const [held, wanted] = [before, after].map((view) => {
      const { plan, states } = sideOf(context, view);
      return renderTable(plan, states);
    });
    if (held === undefined || wanted === undefined) return [];
    if (held.shape === wanted.shape) return linesOf(tableChange(held, wanted) ?? '');
    return ['replace the table', ...changedLines(indented(held.shape), indented(wanted.shape))];
  };
}

function sideOf(context: PreviewContext, view: ConfigView): Side {
  const plan = planTraffic(view, context.facts);
  return { plan, states: memberStates(plan.pools, context.health()) };
}

function haproxyChanges(before: Side, after: Side, places: RenderPlaces): readonly string[] {
  const [old, next] = [before, after].map(({ plan, states }) => {
    const rendered = renderHaproxy(plan, places);
    return { rendered, servers: wantedServers(plan, states, rendered.serverTls) };
  });
  if (old === undefined || next === undefined) return [];
  const refusals = after.plan.refusals.map(
    ({ virtual, reason }) => `${virtual} would carry no traffic: ${reason}`,
  );
  if (old.rendered.fingerprint !== next.rendered.fingerprint) {
    return ['reload', ...changedLines(textOf(old), textOf(next)), ...refusals];
  }
  const steps = reconcile(actualOf(old.servers), next.servers, () => false);
  return [...steps.map((step) => step.command), ...refusals];
}

function textOf(side: { readonly rendered: Rendered; readonly servers: WantedServers }): string {
  // The fingerprint differs whenever anything does.
  return wholeText(side.rendered, side.servers).replace(/^\s*description .*\n/m, '');
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

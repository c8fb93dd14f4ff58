/** What leads where, in columns; a state is a colour, a shape and a word. Whatever is pointed at shows its ways. */
import { type ReactNode, useMemo, useState } from 'react';
import { follow, hrefOf } from '../shell/router.tsx';
import { stateText } from '../tables/rows.ts';
import {
  type Laid,
  type MapNode,
  type MapNodes,
  type Spot,
  type Way,
  layOut,
} from './map-model.ts';
import { mapPlace, shortName } from './TreeView.tsx';

const box = { width: 158, height: 42, across: 181, down: 52, margin: 10 };
const shapes = { available: '●', unavailable: '▲', offline: '◆', unknown: '■' };
const longestText = 19;

export function GraphView(props: {
  readonly nodes: MapNodes;
  readonly roots: readonly MapNode[];
}): ReactNode {
  const { nodes, roots } = props;
  const layout = useMemo(() => layOut(nodes, roots), [nodes, roots]);
  const [pointed, setPointed] = useState<string>();
  const lit = useMemo(
    () => (pointed === undefined ? undefined : waysThrough(nodes, layout.places, pointed)),
    [nodes, layout, pointed],
  );
  const width = layout.columns * box.across + box.margin;
  const height = layout.rows * box.down + box.margin;
  const places = [...layout.places.values()];
  return (
    <div className="graph" tabIndex={0} role="region" aria-label="Map">
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="group"
        aria-label="What leads where"
      >
        {layout.ways.map((way) => {
          const [from, to] = [way.from.node.id, way.to.node.id];
          const isLit = lit === undefined || (lit.has(from) && lit.has(to));
          return (
            <path key={`${from} ${to}`} d={lineOf(way)} className={isLit ? 'way' : 'way way-dim'} />
          );
        })}
        {places.map((laid) => (
          <Box
            key={laid.node.id}
            laid={laid}
            nodes={nodes}
            isDim={lit !== undefined && !lit.has(laid.node.id)}
            onPoint={setPointed}
          />
        ))}
      </svg>
    </div>
  );
}

function xOf({ column }: Spot): number {
  return box.margin + column * box.across;
}

function yOf({ row }: Spot): number {
  return box.margin + row * box.down;
}

/** From box to box in bends; straight through the spots on its way. */
function lineOf({ from, to, through }: Way): string {
  let [x, y] = [xOf(from) + box.width, yOf(from) + box.height / 2];
  let line = `M${x},${y}`;
  for (const spot of [...through, to]) {
    const [nextX, nextY] = [xOf(spot), yOf(spot) + box.height / 2];
    const bend = (nextX - x) / 2;
    line += ` C${x + bend},${y} ${nextX - bend},${nextY} ${nextX},${nextY}`;
    [x, y] = [nextX + box.width, nextY];
    if (spot !== to) line += ` L${x},${y}`;
  }
  return line;
}

/** "ltm pool · available". */
function kindOf({ component, state }: MapNode): string {
  return state === undefined ? component : `${component} · ${stateText(state)}`;
}

/** What its lines show to who sees them. */
function leadsTo({ next }: MapNode, nodes: MapNodes): readonly string[] {
  const names = next.flatMap((id) => nodes.get(id) ?? []).map(shortName);
  return names.length === 0 ? [] : [`leads to ${names.join(', ')}`];
}

function Box(props: {
  readonly laid: Laid;
  readonly nodes: MapNodes;
  readonly isDim: boolean;
  onPoint(id: string | undefined): void;
}): ReactNode {
  const { laid, nodes, isDim, onPoint } = props;
  const { node } = laid;
  const place = mapPlace(node);
  const word = node.state?.availability ?? 'unknown';
  const isOff = node.state === undefined || node.state.enabled !== 'enabled';
  const hasState = node.state !== undefined;
  const name = shortName(node);
  return (
    <a
      href={hrefOf(place)}
      className={isDim ? 'box box-dim' : 'box'}
      aria-label={[`${kindOf(node)} ${name}`, ...leadsTo(node, nodes)].join('; ')}
      onClick={(event) => follow(event, place)}
      onMouseEnter={() => onPoint(node.id)}
      onMouseLeave={() => onPoint(undefined)}
      onFocus={() => onPoint(node.id)}
      onBlur={() => onPoint(undefined)}
    >
      <title>{[name, node.state?.reason ?? ''].filter(Boolean).join(': ')}</title>
      <rect x={xOf(laid)} y={yOf(laid)} width={box.width} height={box.height} rx={6} />
      <text x={xOf(laid) + 10} y={yOf(laid) + 17} className="box-kind">
        {kindOf(node)}
      </text>{' '}
      <text x={xOf(laid) + 10} y={yOf(laid) + 34} className="box-name">
        {hasState && <tspan className={`state-${isOff ? 'off' : word}`}>{shapes[word]} </tspan>}
        {name.length > longestText ? `${name.slice(0, longestText - 1)}…` : name}
      </text>
    </a>
  );
}

/** Everything before and behind it. */
function waysThrough(
  nodes: MapNodes,
  places: ReadonlyMap<string, Laid>,
  id: string,
): ReadonlySet<string> {
  const found = new Set<string>([id]);
  const behind = (at: string): void => {
    for (const next of nodes.get(at)?.next ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      behind(next);
    }
  };
  behind(id);
  let grown = new Set([id]);
  while (grown.size > 0) {
    const more = new Set<string>();
    for (const { node } of places.values()) {
      if (!found.has(node.id) && node.next.some((next) => grown.has(next))) more.add(node.id);
    }
    for (const one of more) found.add(one);
    grown = more;
  }
  return found;
}

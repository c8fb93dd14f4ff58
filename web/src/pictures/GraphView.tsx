/** What leads where, in columns; a state is a colour, a shape and a word. Whatever is pointed at shows its ways. */
import { type ReactNode, useMemo, useState } from 'react';
import { follow, hrefOf } from '../shell/router.tsx';
import { stateText } from '../tables/rows.ts';
import { type Laid, type MapNode, type MapNodes, layOut } from './map-model.ts';
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
        {places.flatMap((from) =>
          from.node.next.flatMap((id) => {
            const to = layout.places.get(id);
            if (to === undefined) return [];
            const isLit = lit === undefined || (lit.has(from.node.id) && lit.has(id));
            return [
              <path
                key={`${from.node.id} ${id}`}
                d={wayOf(from, to)}
                className={isLit ? 'way' : 'way way-dim'}
              />,
            ];
          }),
        )}
        {places.map((laid) => (
          <Box
            key={laid.node.id}
            laid={laid}
            isDim={lit !== undefined && !lit.has(laid.node.id)}
            onPoint={setPointed}
          />
        ))}
      </svg>
    </div>
  );
}

function xOf({ column }: Laid): number {
  return box.margin + column * box.across;
}

function yOf({ row }: Laid): number {
  return box.margin + row * box.down;
}

function wayOf(from: Laid, to: Laid): string {
  const x = xOf(from) + box.width;
  const y = yOf(from) + box.height / 2;
  const toX = xOf(to);
  const toY = yOf(to) + box.height / 2;
  const bend = (toX - x) / 2;
  return `M${x},${y} C${x + bend},${y} ${toX - bend},${toY} ${toX},${toY}`;
}

function Box(props: {
  readonly laid: Laid;
  readonly isDim: boolean;
  onPoint(id: string | undefined): void;
}): ReactNode {
  const { laid, isDim, onPoint } = props;
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
      onClick={(event) => follow(event, place)}
      onMouseEnter={() => onPoint(node.id)}
      onMouseLeave={() => onPoint(undefined)}
      onFocus={() => onPoint(node.id)}
      onBlur={() => onPoint(undefined)}
    >
      <rect x={xOf(laid)} y={yOf(laid)} width={box.width} height={box.height} rx={6}>
        <title>{[name, node.state?.reason ?? ''].filter(Boolean).join(': ')}</title>
      </rect>
      <text x={xOf(laid) + 10} y={yOf(laid) + 17} className="box-kind">
        {hasState ? `${node.component} · ${stateText(node.state)}` : node.component}
      </text>
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

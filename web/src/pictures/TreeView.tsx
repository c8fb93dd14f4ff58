/** What leads where, as nested lists: for keyboards, screen readers, and whoever wants it in words. */
import type { ReactNode } from 'react';
import { objectPlace, Go } from '../shell/router.tsx';
import { StateMark } from '../tables/StateMark.tsx';
import { type MapNode, type MapNodes, maximumDepth, partsOf } from './map-model.ts';

export function TreeView(props: {
  readonly nodes: MapNodes;
  readonly roots: readonly MapNode[];
}): ReactNode {
  return (
    <ul className="tree">
      {props.roots.map((root) => (
        <Branch key={root.id} nodes={props.nodes} node={root} above={[]} />
      ))}
    </ul>
  );
}

function Branch(props: {
  readonly nodes: MapNodes;
  readonly node: MapNode;
  /** What led here. */
  readonly above: readonly string[];
}): ReactNode {
  const { nodes, node, above } = props;
  const isCircle = above.includes(node.id);
  const isEnd = isCircle || above.length >= maximumDepth;
  const next = isEnd ? [] : node.next.flatMap((id) => nodes.get(id) ?? []);
  return (
    <li>
      {node.state !== undefined && <StateMark state={node.state} isShort />}{' '}
      <span className="quiet">{node.component}</span> <MapLink node={node} />{' '}
      {node.state !== undefined && <span className="quiet">{node.state.reason}</span>}
      {isCircle && <span className="quiet">(leads back to itself)</span>}
      {next.length > 0 && (
        <ul>
          {next.map((one) => (
            <Branch key={one.id} nodes={nodes} node={one} above={[...above, node.id]} />
          ))}
        </ul>
      )}
    </li>
  );
}

/** To the object's page; a member is its pool's. */
export function mapPlace({ component, name }: MapNode): string {
  if (component.endsWith(' member'))
    return objectPlace(component.replace(/ member$/, ''), name.split(' ')[0] ?? '');
  if (component === 'gtm virtual server') return objectPlace('gtm server', partsOf(name)[0]);
  return objectPlace(component, name);
}

export function shortName({ component, name }: MapNode): string {
  const own = component.endsWith(' member') ? (name.split(' ')[1] ?? name) : name;
  return own.replace(/^\/Common\//, '');
}

function MapLink({ node }: { readonly node: MapNode }): ReactNode {
  return <Go to={mapPlace(node)}>{shortName(node)}</Go>;
}

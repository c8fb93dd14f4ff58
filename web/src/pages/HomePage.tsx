/** The first look: how is this device, and what needs somebody? */
import { PageSection } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type State, componentQuery, healthQuery } from '../api/queries.ts';
import { Charts } from '../pictures/Charts.tsx';
import { useShell } from '../shell/context.ts';
import { Go, listPlace, objectPlace } from '../shell/router.tsx';
import { StateMark } from '../tables/StateMark.tsx';
import { PageHead } from './PageHead.tsx';

const kinds = [
  ['virtual', 'Virtual servers', 'ltm virtual'],
  ['pool', 'Pools', 'ltm pool'],
  ['node', 'Nodes', 'ltm node'],
] as const;

const maximumTroubles = 50;

export function HomePage(): ReactNode {
  const { corner, problem } = useShell();
  return (
    <PageSection>
      <PageHead title="Overview" note={corner?.hostname ?? ''} />
      <div className="cards">
        {kinds.map(([kind, title, id]) => (
          <Counts key={kind} kind={kind} title={title} id={id} isOld={problem !== undefined} />
        ))}
      </div>
      <Troubles />
      <h2 className="section-title">Traffic</h2>
      <Charts object="" />
    </PageSection>
  );
}

const words = ['available', 'unavailable', 'offline', 'unknown'] as const;

function Counts(props: {
  readonly kind: string;
  readonly title: string;
  readonly id: string;
  readonly isOld: boolean;
}): ReactNode {
  const { kind, title, id, isOld } = props;
  const { data } = useQuery(healthQuery(kind));
  const described = useQuery(componentQuery(id));
  const states = Object.values(data ?? {});
  // Of some nobody has said anything.
  const all = Math.max(described.data?.count ?? 0, states.length);
  const isKnown = data !== undefined && described.data !== undefined;
  return (
    <section className="item" aria-label={title}>
      <h2>
        <Go to={listPlace(id)}>{title}</Go>
      </h2>
      <p className="big">{isKnown ? all : '…'}</p>
      <ul className="plain-list">
        {words.map((word) => {
          const said = states.filter(({ availability }) => availability === word).length;
          const count = word === 'unknown' && isKnown ? said + all - states.length : said;
          const sample: State = {
            availability: word,
            enabled: 'enabled',
            reason: '',
            since: 0,
            monitorStatus: '',
          };
          return count === 0 ? null : (
            <li key={word}>
              <StateMark state={sample} /> {count}
              {isOld ? ' (may be old)' : ''}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Troubles(): ReactNode {
  const virtuals = useQuery(healthQuery('virtual'));
  const pools = useQuery(healthQuery('pool'));
  const bad = [virtuals, pools].flatMap(({ data }) =>
    Object.entries(data ?? {}).filter(
      ([, { availability }]) => availability === 'offline' || availability === 'unavailable',
    ),
  );
  if (virtuals.data === undefined || pools.data === undefined) return null;
  return (
    <section aria-label="What needs somebody">
      <h2 className="section-title">What needs somebody</h2>
      {bad.length === 0 && <p className="quiet">Nothing is down that should be up.</p>}
      <ul className="plain-list field-list">
        {bad.slice(0, maximumTroubles).map(([key, state]) => {
          const [kind = '', name = ''] = key.split(' ');
          return (
            <li key={key}>
              <StateMark state={state} /> <Go to={objectPlace(`ltm ${kind}`, name)}>{name}</Go>{' '}
              <span className="quiet">{state.reason}</span>
            </li>
          );
        })}
      </ul>
      {bad.length > maximumTroubles && <p>…and {bad.length - maximumTroubles} more.</p>}
    </section>
  );
}

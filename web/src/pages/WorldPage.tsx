/** Global DNS at a glance: data centers and what stands in them, what answers where, and what if something were down. */
import { Button, PageSection, TextInput } from '@patternfly/react-core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { type States, listQuery } from '../api/queries.ts';
import { mergedStates, servedQuery, statesQuery } from '../api/states.ts';
import { AnswersTable } from '../pictures/AnswersTable.tsx';
import { WhatIf } from '../pictures/WhatIf.tsx';
import { type Site, type WorldServer, sitesOf } from '../pictures/world-model.ts';
import { Problem, Wait } from '../shell/Problem.tsx';
import { Go, newPlace, objectPlace } from '../shell/router.tsx';
import { StateMark } from '../tables/StateMark.tsx';
import { PageHead } from './PageHead.tsx';

/** More servers than that nobody looks at one by one; the filter finds the rest. */
const maximumServers = 60;

export function WorldPage(): ReactNode {
  const centers = useQuery(listQuery('gtm datacenter'));
  const servers = useQuery(listQuery('gtm server'));
  const [text, setText] = useState('');
  const [supposed, setSupposed] = useState('');
  const whatIf = useRef<HTMLElement>(null);
  const all = useMemo(
    () => sitesOf(centers.data ?? [], servers.data ?? []),
    [centers.data, servers.data],
  );
  const shown = useMemo(() => filtered(all, text), [all, text]);
  const states = useStanding(shown);
  const error = centers.error ?? servers.error;
  if (error !== null) return <Problem title="Global DNS cannot be shown" error={error} />;
  if (centers.data === undefined || servers.data === undefined) return <Wait />;
  const suppose = (name: string): void => {
    setSupposed(name);
    whatIf.current?.scrollIntoView();
    whatIf.current?.focus();
  };
  return (
    <PageSection>
      <PageHead
        title="Global DNS"
        note="Data centers, what answers where, and what if something were down."
        actions={<Go to={newPlace('gtm datacenter')}>New data center</Go>}
      />
      <div className="toolbar">
        <TextInput
          className="grow"
          type="search"
          aria-label="Find data centers and servers"
          placeholder="Data center, server, virtual server or address"
          value={text}
          onChange={(_, value) => setText(value)}
        />
        <span role="status" className="quiet">
          {shown.length} of {all.length} data centers
        </span>
      </div>
      {all.length === 0 && <p className="quiet">There are no data centers.</p>}
      <div className="cards">
        {shown.map((site) => (
          <SiteCard key={site.name} site={site} states={states} onSuppose={suppose} />
        ))}
      </div>
      <AnswersTable sites={all} />
      <section ref={whatIf} tabIndex={-1} aria-label="What if">
        <WhatIf key={supposed} supposed={supposed} />
      </section>
    </PageSection>
  );
}

function filtered(sites: readonly Site[], text: string): readonly Site[] {
  const wanted = text.trim().toLowerCase();
  let left = maximumServers;
  return sites.flatMap((site) => {
    const isWhole = site.name.toLowerCase().includes(wanted);
    const found = site.servers.filter(
      (server) => isWhole || JSON.stringify(server).toLowerCase().includes(wanted),
    );
    if (!isWhole && found.length === 0) return [];
    const servers = found.slice(0, left);
    left -= servers.length;
    return [{ ...site, servers }];
  });
}

/** States of data centers, of servers, and of what they serve, by component and name. */
function useStanding(sites: readonly Site[]): States {
  const told = useQueries({
    queries: ['gtm datacenter', 'gtm server'].map((id) => statesQuery(id)),
    combine: mergedStates,
  });
  const served = useQueries({
    queries: sites.flatMap(({ servers }) => servers.map(({ name }) => servedQuery(name))),
    combine: mergedStates,
  });
  return useMemo(() => ({ ...told, ...served }), [told, served]);
}

function SiteCard(props: {
  readonly site: Site;
  readonly states: States;
  onSuppose(name: string): void;
}): ReactNode {
  const { site, states, onSuppose } = props;
  return (
    <section className="item site" aria-label={site.name}>
      <header className="site-head">
        <h2>
          <Go to={objectPlace('gtm datacenter', site.name)}>{shortOf(site.name)}</Go>
        </h2>
        <StateMark state={states[`gtm datacenter ${site.name}`]} />
      </header>
      {site.servers.length === 0 && <p className="quiet">No server.</p>}
      <ul className="plain-list field-list">
        {site.servers.map((server) => (
          <ServerItem key={server.name} server={server} states={states} onSuppose={onSuppose} />
        ))}
      </ul>
      <Supposing name={site.name} onSuppose={onSuppose} />
    </section>
  );
}

function ServerItem(props: {
  readonly server: WorldServer;
  readonly states: States;
  onSuppose(name: string): void;
}): ReactNode {
  const { server, states, onSuppose } = props;
  const { name, product, virtualServers } = server;
  return (
    <li className="site-server">
      <div>
        <StateMark state={states[`gtm server ${name}`]} isShort />{' '}
        <Go to={objectPlace('gtm server', name)}>{shortOf(name)}</Go>{' '}
        <span className="quiet">{product}</span>{' '}
        <Supposing name={name} onSuppose={onSuppose} isInline />
      </div>
      <ul className="plain-list site-served">
        {virtualServers.map((one) => {
          const state = states[`served ${name} ${one.name}`];
          return (
            <li key={one.key}>
              <StateMark state={state} isShort /> {shortOf(one.name)}{' '}
              <span className="mono quiet">{one.destination}</span>
              {state !== undefined && state.availability !== 'available' && (
                <span className="site-reason">{state.reason}</span>
              )}
            </li>
          );
        })}
      </ul>
    </li>
  );
}

function Supposing(props: {
  readonly name: string;
  readonly isInline?: boolean;
  onSuppose(name: string): void;
}): ReactNode {
  const { name, isInline, onSuppose } = props;
  const text = isInline === true ? 'What if?' : 'What if it were down?';
  return (
    <Button
      variant="link"
      isInline
      size="sm"
      className="site-button"
      onClick={() => onSuppose(name)}
      aria-label={`${text} ${name}`}
    >
      {text}
    </Button>
  );
}

function shortOf(name: string): string {
  return name.replace(/^\/Common\//, '');
}

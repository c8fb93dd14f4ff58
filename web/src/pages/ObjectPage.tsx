/** One object: its form, its state, where it is used, what happened to it. */
import { Button, PageSection, Tab, TabTitleText, Tabs } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import type { Component, ItemsType } from '../../../src/catalogue/types.ts';
import type { JsonObject } from '../../../src/config/text/json.ts';
import { objectPath } from '../../../src/config/text/urls.ts';
import { type Described, componentQuery, objectQuery, statisticsQuery } from '../api/queries.ts';
import { get, itemsOf } from '../api/rest.ts';
import { stateKind, useStates } from '../api/states.ts';
import { Review } from '../change/Review.tsx';
import { commit } from '../change/send.ts';
import type { Change } from '../change/words.ts';
import { ObjectForm } from '../forms/ObjectForm.tsx';
import { Charts } from '../pictures/Charts.tsx';
import { useShell } from '../shell/context.ts';
import { Problem, Stale, Wait, messageOf } from '../shell/Problem.tsx';
import { Go, listPlace, navigate, objectPlace } from '../shell/router.tsx';
import type { PageProps } from '../shell/page-props.ts';
import { StateMark } from '../tables/StateMark.tsx';
import { Commands } from './Commands.tsx';
import { MembersPanel } from './MembersPanel.tsx';
import { PageHead } from './PageHead.tsx';
import { StatisticsView } from './StatisticsView.tsx';

export function ObjectPage({ rest, query }: PageProps): ReactNode {
  const name = query.get('name') ?? '';
  const found = useQuery(componentQuery(rest, name));
  if (found.data === undefined) {
    if (found.error === null) return <Wait />;
    return <Problem title={`No component "${rest}"`} error={found.error} />;
  }
  return <Loaded described={found.data} name={name} />;
}

function Loaded({
  described,
  name,
}: {
  readonly described: Described;
  readonly name: string;
}): ReactNode {
  const { component, rights, own } = described;
  const found = useQuery(objectQuery(component, name));
  const [tab, setTab] = useState<string | number>('form');
  const parent = String(found.data?.json['defaultsFrom'] ?? '');
  const origin = useMemo(
    () => ({ own: new Set(own), parent: parent === 'none' ? '' : parent }),
    [own, parent],
  );
  if (found.data === undefined) {
    if (found.error === null) return <Wait />;
    return <Problem title={`${component.id} ${name} cannot be shown`} error={found.error} />;
  }
  const isSingleton = component.naming.kind === 'singleton';
  const members = component.id === 'ltm pool' ? membersOf(component) : undefined;
  return (
    <PageSection>
      <PageHead
        title={isSingleton ? component.id : name}
        note={
          <>
            {isSingleton ? component.help : <Go to={listPlace(component.id)}>{component.id}</Go>}{' '}
            <ObjectState id={component.id} name={name} />{' '}
            <Go to={`/history?object=${encodeURIComponent(`${component.id} ${name}`.trim())}`}>
              History
            </Go>
          </>
        }
        actions={
          !isSingleton &&
          component.fixed !== true && <DeleteButton described={described} name={name} />
        }
      />
      <Stale error={found.error} />
      <Commands component={component} name={name} right={rights.modify} />
      <Tabs
        activeKey={tab}
        onSelect={(_, key) => setTab(key)}
        aria-label="About this object"
        mountOnEnter
        unmountOnExit
      >
        <Tab eventKey="form" title={<TabTitleText>Properties</TabTitleText>}>
          <div className="tab-body">
            <ObjectForm
              component={component}
              right={rights.modify}
              present={{ ...found.data, name, origin }}
            />
          </div>
        </Tab>
        {component.statistics === true && (
          <Tab eventKey="statistics" title={<TabTitleText>Statistics</TabTitleText>}>
            <Statistics component={component} name={name} />
          </Tab>
        )}
        {members !== undefined && (
          <Tab eventKey="members" title={<TabTitleText>Members</TabTitleText>}>
            <MembersPanel component={component} pool={name} items={members} rights={rights} />
          </Tab>
        )}
        {isCharted(component.id) && (
          <Tab eventKey="charts" title={<TabTitleText>Charts</TabTitleText>}>
            <div className="tab-body">
              <Charts object={`${component.id} ${name}`} />
              {poolOf(component.id, found.data.json) !== '' && (
                <>
                  <h2 className="section-title">
                    Its pool {poolOf(component.id, found.data.json)}
                  </h2>
                  <Charts object={`ltm pool ${poolOf(component.id, found.data.json)}`} />
                </>
              )}
            </div>
          </Tab>
        )}
        <Tab eventKey="used" title={<TabTitleText>Where used</TabTitleText>}>
          <WhereUsed id={component.id} name={name} />
        </Tab>
      </Tabs>
    </PageSection>
  );
}

/** The device remembers these (src/observe/charts). */
function isCharted(id: string): boolean {
  return id === 'ltm virtual' || id === 'ltm pool';
}

/** Where the servers are whose latency a virtual server's clients see. */
function poolOf(id: string, json: JsonObject): string {
  const { pool } = json;
  return id === 'ltm virtual' && typeof pool === 'string' && pool !== 'none' ? pool : '';
}

function membersOf({ properties }: Component): ItemsType | undefined {
  const type = properties.find(({ name }) => name === 'members')?.type;
  return type?.kind === 'items' ? type : undefined;
}

function ObjectState({ id, name }: { readonly id: string; readonly name: string }): ReactNode {
  const kind = stateKind(id);
  const states = useStates(id);
  if (kind === undefined) return null;
  const state = states?.[`${kind} ${name}`];
  return (
    <>
      <StateMark state={state} /> <span className="quiet">{state?.reason}</span>
    </>
  );
}

function DeleteButton({
  described,
  name,
}: {
  readonly described: Described;
  readonly name: string;
}): ReactNode {
  const { component, rights } = described;
  const { notify, tray, setTray } = useShell();
  const [reviewed, setReviewed] = useState<Change>();
  const [isBusy, setBusy] = useState(false);
  const path = objectPath(component, name);
  const apply = (change: Change, reason: string): void => {
    setBusy(true);
    commit([change], reason)
      .then(() => {
        notify({ kind: 'success', title: `${name} deleted` });
        navigate(listPlace(component.id), 'replace');
      })
      .catch((error: unknown) =>
        notify({ kind: 'danger', title: 'Not deleted', text: messageOf(error) }),
      )
      .finally(() => setBusy(false));
  };
  return (
    <>
      <Button
        variant="danger"
        isDisabled={rights.delete !== true}
        onClick={() => setReviewed({ method: 'DELETE', path, body: {}, component, name })}
      >
        Delete…
      </Button>
      {rights.delete !== true && <span className="quiet">Not allowed: {rights.delete}</span>}
      {reviewed !== undefined && (
        <Review
          changes={[reviewed]}
          title={`Delete ${name}`}
          isBusy={isBusy}
          onCommit={(reason) => apply(reviewed, reason)}
          onClose={() => setReviewed(undefined)}
          onPutAside={() => {
            setTray([...tray, reviewed]);
            setReviewed(undefined);
          }}
        />
      )}
    </>
  );
}

function Statistics({
  component,
  name,
}: {
  readonly component: Component;
  readonly name: string;
}): ReactNode {
  const found = useQuery(statisticsQuery(component, name));
  if (found.error !== null) return <Problem title="No statistics" error={found.error} />;
  if (found.data === undefined) return <Wait />;
  return <StatisticsView json={found.data} />;
}

function WhereUsed({ id, name }: { readonly id: string; readonly name: string }): ReactNode {
  const object = encodeURIComponent(`${id} ${name}`.trim());
  const found = useQuery({
    queryKey: ['references', id, name],
    queryFn: ({ signal }) => get(`/mgmt/shared/evenkeel/references?object=${object}`, signal),
    staleTime: 0,
  });
  if (found.error !== null) return <Problem title="Not known" error={found.error} />;
  if (found.data === undefined) return <Wait />;
  const items = itemsOf(found.data);
  if (items.length === 0) return <p className="quiet tab-body">Nothing refers to it.</p>;
  return (
    <ul className="tab-body">
      {items.map((item) => {
        const component = String(item['component']);
        const user = String(item['name']);
        return (
          <li key={`${component} ${user} ${String(item['property'])}`}>
            {component} <Go to={objectPlace(component, user)}>{user}</Go>{' '}
            <span className="quiet">{String(item['property'])}</span>
          </li>
        );
      })}
    </ul>
  );
}

/** What is shown but not configured, as `show` has it. */
import { PageSection } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Component } from '../../../src/catalogue/types.ts';
import { componentPath } from '../../../src/config/text/urls.ts';
import type { Right } from '../api/queries.ts';
import { get } from '../api/rest.ts';
import { Problem, Wait } from '../shell/Problem.tsx';
import { Commands } from './Commands.tsx';
import { PageHead } from './PageHead.tsx';
import { StatisticsView } from './StatisticsView.tsx';

const refreshMilliseconds = 5000;

export function StatePage(props: {
  readonly component: Component;
  readonly right: Right;
}): ReactNode {
  const { component, right } = props;
  const found = useQuery({
    queryKey: ['statistics', component.id, ''],
    queryFn: ({ signal }) => get(componentPath(component.id), signal),
    refetchInterval: component.statistics === true ? refreshMilliseconds : false,
  });
  if (found.error !== null)
    return <Problem title={`${component.id} cannot be shown`} error={found.error} />;
  if (found.data === undefined) return <Wait />;
  return (
    <PageSection>
      <PageHead title={component.id} note={component.help} />
      <Commands component={component} name="" right={right} />
      <StatisticsView json={found.data} />
    </PageSection>
  );
}

/** A new object of any component. */
import { PageSection } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { componentQuery } from '../api/queries.ts';
import { ObjectForm } from '../forms/ObjectForm.tsx';
import { Problem, Stale, Wait } from '../shell/Problem.tsx';
import { Go, listPlace } from '../shell/router.tsx';
import type { PageProps } from '../shell/page-props.ts';
import { PageHead } from './PageHead.tsx';

export function NewPage({ rest }: PageProps): ReactNode {
  const found = useQuery(componentQuery(rest));
  if (found.data === undefined) {
    if (found.error === null) return <Wait />;
    return <Problem title={`No component "${rest}"`} error={found.error} />;
  }
  const { component, rights } = found.data;
  const absent =
    component.absent === undefined ? true : `none can be made here: ${component.absent}`;
  return (
    <PageSection>
      <PageHead
        title={`New ${component.id}`}
        note={<Go to={listPlace(component.id)}>All of {component.id}</Go>}
      />
      <Stale error={found.error} />
      <ObjectForm
        component={component}
        present={undefined}
        right={absent === true ? rights.create : absent}
      />
    </PageSection>
  );
}

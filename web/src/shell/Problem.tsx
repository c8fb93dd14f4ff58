/** What the device said, where a page cannot show what it should; and waiting for it. */
import { Alert, PageSection, Spinner } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { RestError } from '../api/rest.ts';

export function Problem(props: { readonly error: unknown; readonly title: string }): ReactNode {
  return (
    <PageSection>
      <Alert component="h2" isInline variant="danger" title={props.title}>
        {messageOf(props.error)}
      </Alert>
    </PageSection>
  );
}

/** What stands below it came before the device said this; what was typed there stays. */
export function Stale({ error }: { readonly error: unknown }): ReactNode {
  if (error === null) return null;
  return (
    <Alert
      component="h2"
      isInline
      isLiveRegion
      variant="warning"
      title="What stands here may be old"
    >
      {messageOf(error)}
    </Alert>
  );
}

export function messageOf(error: unknown): string {
  return error instanceof RestError || error instanceof Error ? error.message : String(error);
}

export function Wait(): ReactNode {
  return (
    <PageSection>
      <Spinner aria-label="Loading" />
    </PageSection>
  );
}

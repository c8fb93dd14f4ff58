/** What the device said, where a page cannot show what it should; and waiting for it. */
import { Alert, PageSection, Spinner } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { RestError } from '../api/rest.ts';

export function Problem(props: { readonly error: unknown; readonly title: string }): ReactNode {
  return (
    <PageSection>
      <Alert isInline variant="danger" title={props.title}>
        {messageOf(props.error)}
      </Alert>
    </PageSection>
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

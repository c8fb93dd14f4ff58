/** A page that broke says so, and the rest of the GUI goes on. */
import { Alert, Button, PageSection } from '@patternfly/react-core';
import { Component, type ReactNode } from 'react';

interface Props {
  readonly children: ReactNode;
}
interface Broken {
  readonly error: string | undefined;
}

export class Failure extends Component<Props, Broken> {
  override state: Broken = { error: undefined };

  static getDerivedStateFromError(error: unknown): Broken {
    return { error: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return (
      <PageSection>
        <Alert component="h2" variant="danger" title="This page cannot be shown" isInline>
          <p>{this.state.error}</p>
          <Button variant="link" onClick={() => this.setState({ error: undefined })}>
            Try again
          </Button>
        </Alert>
      </PageSection>
    );
  }
}

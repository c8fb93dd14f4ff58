/** Title of a page, what it is about, and what can be done here. */
import { Content, Title } from '@patternfly/react-core';
import { type ReactNode, useEffect } from 'react';
import { useShell } from '../shell/context.ts';

export function PageHead(props: {
  readonly title: string;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
}): ReactNode {
  const { title, note, actions } = props;
  const { corner } = useShell();
  const device = corner?.hostname;
  useEffect(() => {
    document.title = `${title} – ${device ?? 'Evenkeel'}`;
  }, [title, device]);
  return (
    <header className="page-head">
      <div>
        <Title headingLevel="h1">{title}</Title>
        {note !== undefined && <Content component="p">{note}</Content>}
      </div>
      {actions !== undefined && <div className="page-actions">{actions}</div>}
    </header>
  );
}

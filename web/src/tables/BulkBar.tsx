/** What can be done with all that is selected: as one transaction, seen before. */
import { Button } from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';
import { objectPath } from '../../../src/config/text/urls.ts';
import type { Described } from '../api/queries.ts';
import { Review } from '../change/Review.tsx';
import { commit } from '../change/send.ts';
import type { Change } from '../change/words.ts';
import { useShell } from '../shell/context.ts';
import { messageOf } from '../shell/Problem.tsx';
import { switchesOf } from './switches.ts';

/** A transaction of the device takes so many commands (src/icontrol/tm/transactions). */
const maximumAtOnce = 500;

export function BulkBar(props: {
  readonly described: Described;
  readonly selected: ReadonlySet<string>;
  onClear(): void;
}): ReactNode {
  const { described, selected, onClear } = props;
  const { component, rights } = described;
  const { notify, tray, setTray } = useShell();
  const [reviewed, setReviewed] = useState<{
    readonly title: string;
    readonly changes: readonly Change[];
  }>();
  const [isBusy, setBusy] = useState(false);
  const isTooMany = selected.size > maximumAtOnce;
  const start = (title: string, method: 'PATCH' | 'DELETE', body: Change['body']): void => {
    const changes = [...selected].map((name): Change => ({
      method,
      path: objectPath(component, name),
      body,
      component,
      name,
    }));
    setReviewed({ title: `${title} ${changes.length} of ${component.id}`, changes });
  };
  const apply = (changes: readonly Change[], reason: string): void => {
    setBusy(true);
    commit(changes, reason)
      .then(() => {
        notify({ kind: 'success', title: `${changes.length} of ${component.id} changed` });
        setReviewed(undefined);
        onClear();
      })
      .catch((error: unknown) =>
        notify({ kind: 'danger', title: 'Nothing was changed', text: messageOf(error) }),
      )
      .finally(() => setBusy(false));
  };
  return (
    <div className="toolbar bulk" role="group" aria-label="With what is selected">
      <strong>{selected.size} selected</strong>
      {switchesOf(component).map(({ title, body }) => (
        <Button
          key={title}
          variant="secondary"
          size="sm"
          isDisabled={rights.switch !== true || isTooMany}
          onClick={() => start(title, 'PATCH', body)}
        >
          {title}…
        </Button>
      ))}
      <Button
        variant="danger"
        size="sm"
        isDisabled={rights.delete !== true || isTooMany}
        onClick={() => start('Delete', 'DELETE', {})}
      >
        Delete…
      </Button>
      <Button variant="link" size="sm" onClick={onClear}>
        Select none
      </Button>
      {isTooMany && <span className="quiet">At most {maximumAtOnce} at once.</span>}
      {rights.delete !== true && <span className="quiet">{rights.delete}</span>}
      {reviewed !== undefined && (
        <Review
          changes={reviewed.changes}
          title={reviewed.title}
          isBusy={isBusy}
          onCommit={(reason) => apply(reviewed.changes, reason)}
          onClose={() => setReviewed(undefined)}
          onPutAside={() => {
            setTray([...tray, ...reviewed.changes]);
            setReviewed(undefined);
            onClear();
          }}
        />
      )}
    </div>
  );
}

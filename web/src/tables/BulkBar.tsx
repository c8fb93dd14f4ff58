/** What can be done with all that is selected: as one transaction, of very many as several, seen before. */
import { Button } from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';
import type { Rights } from '../api/queries.ts';
import { Review } from '../change/Review.tsx';
import { SlicesError, commitInSlices } from '../change/send.ts';
import type { Change } from '../change/words.ts';
import { useShell } from '../shell/context.ts';
import { messageOf } from '../shell/Problem.tsx';
import type { Switch } from './switches.ts';

/** Of each transaction: more would keep the device busy for long, and could not be looked at. */
const sliceSize = 500;

interface Reviewed {
  readonly title: string;
  readonly changes: readonly Change[];
  readonly isDraining: boolean;
}

export interface BulkBarProps {
  /** What they are: "ltm pool". */
  readonly noun: string;
  readonly switches: readonly Switch[];
  readonly rights: Pick<Rights, 'switch' | 'delete'>;
  readonly selected: ReadonlySet<string>;
  changeOf(name: string, method: 'PATCH' | 'DELETE', body: Change['body']): Change;
  onClear(): void;
  /** Taken out of service: their connections are counted down. */
  onDrain(names: readonly string[]): void;
}

export function BulkBar(props: BulkBarProps): ReactNode {
  const { noun, switches, rights, selected, onClear } = props;
  const { tray, setTray } = useShell();
  const [reviewed, setReviewed] = useState<Reviewed>();
  const [done, setDone] = useState<number>();
  const apply = useApply(props, setReviewed, setDone);
  const start = (
    title: string,
    method: 'PATCH' | 'DELETE',
    body: Change['body'],
    isDraining = false,
  ): void => {
    const changes = [...selected].map((name) => props.changeOf(name, method, body));
    setReviewed({ title: `${title} ${changes.length} of ${noun}`, changes, isDraining });
  };
  return (
    <div className="toolbar bulk" role="group" aria-label="With what is selected">
      <strong>{selected.size} selected</strong>
      {switches.map(({ title, body, isDraining }) => (
        <Button
          key={title}
          variant="secondary"
          size="sm"
          isDisabled={rights.switch !== true}
          onClick={() => start(title, 'PATCH', body, isDraining)}
        >
          {title}…
        </Button>
      ))}
      <Button
        variant="danger"
        size="sm"
        isDisabled={rights.delete !== true}
        onClick={() => start('Delete', 'DELETE', {})}
      >
        Delete…
      </Button>
      <Button variant="link" size="sm" onClick={onClear}>
        Select none
      </Button>
      {rights.delete !== true && <span className="quiet">{rights.delete}</span>}
      {reviewed !== undefined && (
        <Review
          changes={reviewed.changes.slice(0, sliceSize)}
          title={reviewed.title}
          isBusy={done !== undefined}
          {...noteOf(reviewed.changes.length, done)}
          onCommit={(reason) => apply(reviewed, reason)}
          onClose={() => setReviewed(undefined)}
          {...(reviewed.changes.length <= sliceSize && {
            onPutAside: () => {
              setTray([...tray, ...reviewed.changes]);
              setReviewed(undefined);
              onClear();
            },
          })}
        />
      )}
    </div>
  );
}

function noteOf(count: number, done: number | undefined): { readonly note?: string } {
  if (count <= sliceSize) return {};
  const slices = Math.ceil(count / sliceSize);
  return {
    note:
      done === undefined
        ? `The first ${sliceSize} are shown. It is done in ${slices} transactions, each all or none.`
        : `${done} of ${count} done…`,
  };
}

function useApply(
  { noun, selected, onClear, onDrain }: BulkBarProps,
  setReviewed: (reviewed: undefined) => void,
  setDone: (done: number | undefined) => void,
): (reviewed: Reviewed, reason: string) => void {
  const { notify } = useShell();
  return ({ changes, isDraining }, reason) => {
    setDone(0);
    commitInSlices(changes, reason, sliceSize, setDone)
      .then(() => {
        notify({ kind: 'success', title: `${changes.length} of ${noun} changed` });
        setReviewed(undefined);
        onClear();
        if (isDraining) onDrain([...selected]);
      })
      .catch((error: unknown) => {
        const count = error instanceof SlicesError ? error.done : 0;
        const title = count === 0 ? 'Nothing was changed' : `Only the first ${count} were changed`;
        notify({ kind: 'danger', title, text: messageOf(error) });
      })
      .finally(() => setDone(undefined));
  };
}

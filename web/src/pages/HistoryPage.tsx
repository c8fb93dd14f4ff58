/** What was changed, by whom, why; one commit as a difference; and back to how it was. */
import { Button, PageSection, TextInput } from '@patternfly/react-core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { JsonObject } from '../../../src/config/text/json.ts';
import { get, itemsOf } from '../api/rest.ts';
import { CommitView } from '../change/CommitView.tsx';
import { Problem, Wait } from '../shell/Problem.tsx';
import { Go, objectPlace } from '../shell/router.tsx';
import type { PageProps } from '../shell/page-props.ts';
import { PageHead } from './PageHead.tsx';

const pageSize = 50;
const shownObjects = 4;

export function HistoryPage({ query }: PageProps): ReactNode {
  const [object, setObject] = useState(query.get('object') ?? '');
  const [asked, setAsked] = useState(object);
  const [open, setOpen] = useState<number>();
  const found = useInfiniteQuery({
    queryKey: ['commits', asked],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => {
      const only = asked === '' ? '' : `&object=${encodeURIComponent(asked)}`;
      return get(`/mgmt/shared/evenkeel/commits?$top=${pageSize}${only}${pageParam}`, signal);
    },
    getNextPageParam: (last) => nextOf(last),
  });
  const commits = found.data?.pages.flatMap(itemsOf) ?? [];
  return (
    <PageSection>
      <PageHead title="History" note="Every change of the configuration, newest first." />
      <form
        className="toolbar"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(object.trim());
        }}
      >
        <TextInput
          className="grow"
          aria-label="Only of an object"
          placeholder="Only of one object: ltm pool /Common/web"
          value={object}
          onChange={(_, value) => setObject(value)}
        />
        <Button type="submit" variant="secondary">
          Show
        </Button>
      </form>
      {found.error !== null && <Problem title="The history cannot be shown" error={found.error} />}
      {found.isPending && <Wait />}
      <ol className="plain-list field-list" aria-label="Commits">
        {commits.map((commit) => {
          const sequence = Number(commit['sequence']);
          return (
            <li key={sequence} className="item">
              <CommitLine
                commit={commit}
                isOpen={open === sequence}
                onToggle={() => setOpen(open === sequence ? undefined : sequence)}
              />
              {open === sequence && <CommitView sequence={sequence} />}
            </li>
          );
        })}
      </ol>
      {found.hasNextPage && (
        <Button
          variant="link"
          isLoading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          Older
        </Button>
      )}
    </PageSection>
  );
}

function nextOf({ nextLink }: JsonObject): string | undefined {
  const before = /[?&]before=(\d+)/.exec(String(nextLink ?? ''))?.[1];
  return before === undefined ? undefined : `&before=${before}`;
}

function CommitLine(props: {
  readonly commit: JsonObject;
  readonly isOpen: boolean;
  onToggle(): void;
}): ReactNode {
  const { commit, isOpen, onToggle } = props;
  const { sequence, time, user, source, reason, device, changeCount } = commit;
  const changes = Array.isArray(commit['changes']) ? (commit['changes'] as JsonObject[]) : [];
  return (
    <div className="field-row commit-line">
      <span className="mono commit-number">{String(sequence)}</span>
      <span className="grow">
        <strong>{String(user)}</strong>{' '}
        <span className="quiet">
          by {String(source)} on {String(device)}, {new Date(String(time)).toLocaleString()}
        </span>
        {reason !== undefined && <em> “{String(reason)}”</em>}
        <br />
        {changes.slice(0, shownObjects).map(({ action, component, name }) => (
          <span key={`${String(component)} ${String(name)}`} className="commit-change">
            {String(action)} {name !== '' && `${String(component)} `}
            <Go to={objectPlace(String(component), String(name))}>
              {String(name === '' ? component : name)}
            </Go>
          </span>
        ))}
        {Number(changeCount) > shownObjects && (
          <span className="quiet">and {Number(changeCount) - shownObjects} more</span>
        )}
      </span>
      <Button
        variant="secondary"
        size="sm"
        aria-expanded={isOpen}
        onClick={onToggle}
        aria-label={`Difference of commit ${String(sequence)}`}
      >
        {isOpen ? 'Close' : 'Difference'}
      </Button>
    </div>
  );
}

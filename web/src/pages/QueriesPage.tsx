/** Queries that this device answers, as they come: for some seconds, or again and again while somebody looks. */
import { Alert, Button, Form, PageSection, Switch } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { Action } from '../../../src/catalogue/types.ts';
import type { JsonObject } from '../../../src/config/text/json.ts';
import { componentQuery } from '../api/queries.ts';
import { call } from '../api/rest.ts';
import { type Draft, bodyOf, draftOf } from '../forms/draft.ts';
import { Fields } from '../forms/Fields.tsx';
import { type Seen, readTap } from '../pictures/world-model.ts';
import { Problem, Wait, messageOf } from '../shell/Problem.tsx';
import { Go } from '../shell/router.tsx';
import { PageHead } from './PageHead.tsx';

const path = '/mgmt/tm/gtm/tap';
const maximumShown = 500;

export function QueriesPage(): ReactNode {
  const found = useQuery(componentQuery('gtm tap'));
  if (found.error !== null) return <Problem title="Cannot be watched" error={found.error} />;
  const action = found.data?.component.actions?.[0];
  if (action === undefined) return <Wait />;
  return (
    <PageSection>
      <PageHead title="Live queries" note={action.help} />
      <Watching action={action} />
    </PageSection>
  );
}

function Watching({ action }: { readonly action: Action }): ReactNode {
  const [draft, setDraft] = useState<Draft>(() => draftOf(action.parameters, {}));
  const [isKept, setKept] = useState(false);
  const { seen, isWatching, problem, watch, stop } = useTap(isKept);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    watch({ command: action.command, ...bodyOf(action.parameters, draft) });
  };
  return (
    <>
      <Form onSubmit={submit} className="form-grid form-columns" aria-label="What is watched">
        <Fields
          id="parameter"
          properties={action.parameters}
          draft={draft}
          isDisabled={isWatching}
          places={[]}
          onChange={setDraft}
        />
      </Form>
      <div className="toolbar">
        {isWatching ? (
          <Button variant="secondary" onClick={stop}>
            Stop
          </Button>
        ) : (
          <Button
            onClick={() => watch({ command: action.command, ...bodyOf(action.parameters, draft) })}
          >
            Watch
          </Button>
        )}
        <Switch
          id="keep-watching"
          label="Again and again"
          isChecked={isKept}
          onChange={(_, checked) => setKept(checked)}
        />
        <span role="status" className="quiet">
          {isWatching ? 'Watching…' : ''} {seen.length} queries
        </span>
      </div>
      {problem !== undefined && (
        <Alert component="h2" isInline isLiveRegion variant="danger" title={problem} />
      )}
      <SeenTable seen={seen} />
    </>
  );
}

interface Tap {
  /** Newest first. */
  readonly seen: readonly Seen[];
  readonly isWatching: boolean;
  readonly problem: string | undefined;
  watch(body: JsonObject): void;
  stop(): void;
}

function useTap(isKept: boolean): Tap {
  const [seen, setSeen] = useState<readonly Seen[]>([]);
  const [isWatching, setWatching] = useState(false);
  const [problem, setProblem] = useState<string>();
  const kept = useRef(isKept);
  const stopping = useRef<AbortController>(undefined);
  useEffect(() => {
    kept.current = isKept;
  }, [isKept]);
  useEffect(() => () => stopping.current?.abort(), []);
  const follow = async (body: JsonObject, signal: AbortSignal): Promise<void> => {
    do {
      const { json } = await call(path, { method: 'POST', body, signal });
      const text = String(json['commandResult'] ?? '');
      const found = readTap(text).toReversed();
      // Words instead of queries say why there are none.
      if (found.length === 0 && text !== '') throw new Error(text);
      setSeen((before) => [...found, ...before].slice(0, maximumShown));
    } while (kept.current && !signal.aborted);
  };
  const watch = (body: JsonObject): void => {
    const controller = new AbortController();
    stopping.current = controller;
    setProblem(undefined);
    setSeen([]);
    setWatching(true);
    follow(body, controller.signal)
      .catch((error: unknown) => {
        if (!controller.signal.aborted) setProblem(messageOf(error));
      })
      .finally(() => setWatching(false));
  };
  return { seen, isWatching, problem, watch, stop: () => stopping.current?.abort() };
}

function SeenTable({ seen }: { readonly seen: readonly Seen[] }): ReactNode {
  return (
    <div className="wide" tabIndex={0} role="region" aria-label="Queries, the newest first">
      <table className="facts-table" aria-label="Queries">
        <thead>
          <tr>
            <th scope="col">Client</th>
            <th scope="col">Name</th>
            <th scope="col">Type</th>
            <th scope="col">Response</th>
            <th scope="col">Answers</th>
            <th scope="col">ms</th>
          </tr>
        </thead>
        <tbody>
          {seen.map((one, index) => (
            // Alike queries come again and again; counted from the oldest they keep their place.
            <tr key={seen.length - index}>
              <td className="mono">
                {one.client} <span className="quiet">{one.transport}</span>
              </td>
              <td>
                <Go to={explainPlace(one)} label={`Why ${one.name} ${one.type} for ${one.client}`}>
                  {one.name}
                </Go>
              </td>
              <td>{one.type}</td>
              <td className={one.response === 'noerror' ? undefined : 'field-problem'}>
                {one.response}
              </td>
              <td className="number">{one.answers}</td>
              <td className="number">{one.milliseconds}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function explainPlace({ name, type, client }: Seen): string {
  return `/explain?${new URLSearchParams({ name, type, client })}`;
}

/** Why a client gets the answer that it gets, step by step; and what it would get from elsewhere. */
import { Alert, Button, Form, PageSection } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Action } from '../../../src/catalogue/types.ts';
import { componentQuery, namesQuery } from '../api/queries.ts';
import { call } from '../api/rest.ts';
import { type Draft, bodyOf, draftOf } from '../forms/draft.ts';
import { Fields } from '../forms/Fields.tsx';
import { Problem, Wait, messageOf } from '../shell/Problem.tsx';
import type { PageProps } from '../shell/page-props.ts';
import { PageHead } from './PageHead.tsx';

const path = '/mgmt/tm/gtm/explain';

export function ExplainPage({ query }: PageProps): ReactNode {
  const found = useQuery(componentQuery('gtm explain'));
  if (found.error !== null) return <Problem title="Cannot be explained" error={found.error} />;
  const action = found.data?.component.actions?.[0];
  if (action === undefined) return <Wait />;
  return (
    <PageSection>
      <PageHead
        title="Explain an answer"
        note="What this device would answer just now, and why. Nothing is sent, nothing is counted."
      />
      <Question key={query.toString()} action={action} query={query} />
    </PageSection>
  );
}

interface Answered {
  readonly asked: string;
  readonly isOk: boolean;
  readonly text: string;
}

function Question(props: { readonly action: Action; readonly query: URLSearchParams }): ReactNode {
  const { action, query } = props;
  const { data: wideIps = [] } = useQuery(namesQuery('gtm wideip a'));
  const first = (wideIps[0] ?? '').replace(/^.*\//, '');
  const [draft, setDraft] = useState<Draft>(() => ({
    ...draftOf(action.parameters, {}),
    ...Object.fromEntries(
      action.parameters.flatMap(({ name }) => {
        const given = query.get(name);
        return given === null ? [] : [[name, given]];
      }),
    ),
  }));
  const [answers, setAnswers] = useState<readonly Answered[]>([]);
  const shown = draft['name'] === '' && first !== '' ? { ...draft, name: first } : draft;
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    const body = { command: action.command, ...bodyOf(action.parameters, shown) };
    const { name = '', type = '', client = '' } = body as Readonly<Record<string, string>>;
    const asked = [name, type, client === '' ? '' : `for ${client}`].filter(Boolean).join(' ');
    call(path, { method: 'POST', body })
      .then(({ json }) => ({ asked, isOk: true, text: String(json['commandResult'] ?? '') }))
      .catch((error: unknown) => ({ asked, isOk: false, text: messageOf(error) }))
      .then((answer) => setAnswers((before) => [answer, ...before].slice(0, 10)))
      .catch(() => undefined);
  };
  return (
    <>
      <Form onSubmit={ask} className="form-grid" aria-label="Question">
        <Fields
          id="parameter"
          properties={action.parameters}
          draft={shown}
          isDisabled={false}
          places={[]}
          onChange={setDraft}
        />
        <div>
          <Button type="submit">Explain</Button>
        </div>
      </Form>
      <div className="field-list tab-body" aria-live="polite">
        {answers.map(({ asked, isOk, text }, index) => (
          <section
            key={`${answers.length - index} ${asked}`}
            className="item"
            aria-label={`Answer to ${asked}`}
          >
            <h2>{asked}</h2>
            {isOk ? (
              <Steps text={text} />
            ) : (
              <Alert component="h2" isInline variant="danger" title={text} />
            )}
          </section>
        ))}
      </div>
    </>
  );
}

/** The lines of the trace: what was taken, what was not. */
function Steps({ text }: { readonly text: string }): ReactNode {
  return (
    <pre className="diff" tabIndex={0} aria-label="Why">
      {text.split('\n').map((line, index) => (
        // A line has no other identity than its place.
        // oxlint-disable-next-line react/no-array-index-key -- see above
        <span
          key={index}
          className={
            /^\s*=>|^Answer/.test(line) ? 'diff-add' : /^\s*-/.test(line) ? 'diff-gone' : undefined
          }
        >
          {line}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

/** What each wide IP would answer to some clients just now: the answer, and the data center that it leads to. */
import { Button, TextInput } from '@patternfly/react-core';
import { useQueries } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { type States, namesQuery } from '../api/queries.ts';
import { call } from '../api/rest.ts';
import { statesQuery } from '../api/states.ts';
import { messageOf } from '../shell/Problem.tsx';
import { Go, objectPlace } from '../shell/router.tsx';
import { StateMark } from '../tables/StateMark.tsx';
import { type Site, answerIn, clientsIn } from './world-model.ts';

const types = ['a', 'aaaa', 'cname', 'mx', 'naptr', 'srv'] as const;
const maximumShown = 50;
const maximumClients = 4;
/** The device answers others as well. */
const atOnce = 4;

interface WideIp {
  readonly name: string;
  readonly type: string;
}

/** By client, then by wide IP; the text of the explanation, or why there is none. */
type Told = Readonly<Record<string, string>>;

export function AnswersTable({ sites }: { readonly sites: readonly Site[] }): ReactNode {
  const [text, setText] = useState('');
  const wideIps = useWideIps();
  const states = useWideIpStates();
  const { clients, setClients, asked, told, isBusy, ask } = useAnswers();
  const wanted = text.trim().toLowerCase();
  const found = wideIps.filter(({ name }) => name.toLowerCase().includes(wanted));
  const shown = found.slice(0, maximumShown);
  return (
    <section aria-label="What answers where">
      <h2 className="section-title">What answers where</h2>
      <form
        className="toolbar"
        aria-label="Clients"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          ask(shown);
        }}
      >
        <TextInput
          className="grow"
          type="search"
          aria-label="Find wide IPs"
          placeholder="Wide IP"
          value={text}
          onChange={(_, value) => setText(value)}
        />
        <TextInput
          className="grow"
          aria-label="Clients that ask"
          placeholder={`Addresses of up to ${maximumClients} clients`}
          value={clients}
          onChange={(_, value) => setClients(value)}
        />
        <Button type="submit" variant="secondary" isLoading={isBusy} isDisabled={isBusy}>
          What do they get?
        </Button>
        <span role="status" className="quiet">
          {found.length > shown.length
            ? `the first ${shown.length} of ${found.length}`
            : `${found.length} wide ${found.length === 1 ? 'IP' : 'IPs'}`}
        </span>
      </form>
      <div className="wide" tabIndex={0} role="region" aria-label="Wide IPs and their answers">
        <table className="facts-table" aria-label="What answers where">
          <thead>
            <tr>
              <th scope="col">Wide IP</th>
              <th scope="col">State</th>
              {asked.map((client) => (
                <th scope="col" key={client}>
                  {client === '' ? 'Answer' : `To ${client}`}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((wideIp) => (
              <tr key={keyOf(wideIp)}>
                <td>
                  <Go to={objectPlace(`gtm wideip ${wideIp.type}`, wideIp.name)}>
                    {domainOf(wideIp)}
                  </Go>{' '}
                  <span className="quiet">{wideIp.type.toUpperCase()}</span>
                </td>
                <td>
                  <StateMark state={states[`gtm wideip ${wideIp.type} ${wideIp.name}`]} />
                </td>
                {asked.map((client) => (
                  <td key={client}>
                    <Cell
                      wideIp={wideIp}
                      client={client}
                      text={told[`${client} ${keyOf(wideIp)}`]}
                      sites={sites}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Cell(props: {
  readonly wideIp: WideIp;
  readonly client: string;
  readonly text: string | undefined;
  readonly sites: readonly Site[];
}): ReactNode {
  const { wideIp, client, text, sites } = props;
  if (text === undefined) return <span className="quiet">not asked</span>;
  const answer = answerIn(text, sites);
  const query = new URLSearchParams({ name: domainOf(wideIp), type: wideIp.type, client });
  return (
    <>
      <span className="mono">{answer?.text ?? text}</span>{' '}
      {answer?.site !== undefined && <strong>{answer.site.replace(/^\/Common\//, '')}</strong>}{' '}
      <Go
        to={`/explain?${query}`}
        label={`why? ${domainOf(wideIp)} ${wideIp.type} for ${client || 'anybody'}`}
      >
        why?
      </Go>
    </>
  );
}

interface Answers {
  readonly clients: string;
  setClients(text: string): void;
  /** Columns: who asked, when it was asked last. */
  readonly asked: readonly string[];
  readonly told: Told;
  readonly isBusy: boolean;
  ask(wideIps: readonly WideIp[]): void;
}

/** Asked only when somebody wants it: each question is a command that the device notes. */
function useAnswers(): Answers {
  const [clients, setClients] = useState('');
  const [asked, setAsked] = useState<readonly string[]>([]);
  const [told, setTold] = useState<Told>({});
  const [isBusy, setBusy] = useState(false);
  const ask = (wideIps: readonly WideIp[]): void => {
    const found = clientsIn(clients, maximumClients);
    const columns = found.length === 0 ? [''] : found;
    const questions = columns.flatMap((client) => wideIps.map((wideIp) => ({ client, wideIp })));
    setAsked(columns);
    setTold({});
    setBusy(true);
    const work = async (): Promise<void> => {
      for (let next = questions.shift(); next !== undefined; next = questions.shift()) {
        const { client, wideIp } = next;
        const text = await explained(wideIp, client);
        setTold((before) => ({ ...before, [`${client} ${keyOf(wideIp)}`]: text }));
      }
    };
    void Promise.all(Array.from({ length: atOnce }, work)).finally(() => setBusy(false));
  };
  return { clients, setClients, asked, told, isBusy, ask };
}

async function explained(wideIp: WideIp, client: string): Promise<string> {
  const body = {
    command: 'run',
    name: domainOf(wideIp),
    type: wideIp.type,
    ...(client !== '' && { client }),
  };
  try {
    const { json } = await call('/mgmt/tm/gtm/explain', { method: 'POST', body });
    return String(json['commandResult'] ?? '');
  } catch (error) {
    return messageOf(error);
  }
}

function useWideIps(): readonly WideIp[] {
  return useQueries({
    queries: types.map((type) => namesQuery(`gtm wideip ${type}`)),
    combine: ofAllTypes,
  });
}

function ofAllTypes(
  results: readonly { readonly data?: readonly string[] | undefined }[],
): readonly WideIp[] {
  return results
    .flatMap(({ data = [] }, index) =>
      data.map((name) => ({ name, type: types[index] ?? types[0] })),
    )
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

function useWideIpStates(): States {
  return useQueries({
    queries: types.map((type) => statesQuery(`gtm wideip ${type}`)),
    combine: mergedStates,
  });
}

function mergedStates(results: readonly { readonly data?: States | undefined }[]): States {
  return Object.assign({}, ...results.map(({ data }) => data)) as States;
}

function keyOf({ name, type }: WideIp): string {
  return `${type} ${name}`;
}

/** What is asked for: a pattern of a wide IP is asked with something in its place. */
function domainOf({ name }: WideIp): string {
  return name.slice(name.lastIndexOf('/') + 1).replaceAll(/[*?]/g, 'x');
}

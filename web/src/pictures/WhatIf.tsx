/** If something were down: which answers would change, and what load would move. */
import { Alert, Button, TextInput } from '@patternfly/react-core';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { call } from '../api/rest.ts';
import { CopiedCode } from '../change/CopiedCode.tsx';
import { curlText } from '../change/words.ts';
import { Picker } from '../forms/Picker.tsx';
import { messageOf } from '../shell/Problem.tsx';
import { type Share, type Supposed, readSupposition } from './world-model.ts';

const path = '/mgmt/tm/gtm/what-if';
const components = [
  'gtm datacenter',
  'gtm server',
  ...['a', 'aaaa', 'cname', 'mx', 'naptr', 'srv'].map((type) => `gtm pool ${type}`),
];

type Told =
  | { readonly isOk: true; readonly supposed: Supposed; readonly curl: string }
  | { readonly isOk: false; readonly message: string };

/** `supposed`: what the form begins with. */
export function WhatIf({ supposed }: { readonly supposed: string }): ReactNode {
  const [down, setDown] = useState(supposed);
  const [client, setClient] = useState('');
  const [told, setTold] = useState<Told>();
  const [isBusy, setBusy] = useState(false);
  const below = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (told !== undefined) below.current?.scrollIntoView({ block: 'nearest' });
  }, [told]);
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    const who = client.trim();
    const body = { command: 'run', down: down.trim(), ...(who !== '' && { client: who }) };
    setBusy(true);
    call(path, { method: 'POST', body })
      .then(({ json }): Told => {
        const text = String(json['commandResult'] ?? '');
        const curl = curlText({ method: 'POST', path, body }, window.location.host);
        return { isOk: true, supposed: readSupposition(text), curl };
      })
      .catch((error: unknown): Told => ({ isOk: false, message: messageOf(error) }))
      .then(setTold)
      .finally(() => setBusy(false))
      .catch(() => undefined);
  };
  return (
    <>
      <h2 className="section-title">What if…</h2>
      <form className="toolbar" aria-label="Supposition" onSubmit={ask}>
        <Picker
          id="what-if-down"
          label="What is supposed to be down"
          placeholder="Data center, server, server:virtual-server or pool"
          value={down}
          to={components}
          onChange={setDown}
        />
        <TextInput
          className="grow"
          aria-label="Client of the supposition"
          placeholder="Client; many when not given"
          value={client}
          onChange={(_, value) => setClient(value)}
        />
        <Button
          type="submit"
          variant="secondary"
          isLoading={isBusy}
          isDisabled={isBusy || down.trim() === ''}
        >
          Suppose it is down
        </Button>
      </form>
      <p id="what-if-down-note" className="quiet">
        Nothing is changed: only the decision is made once more, without it.
      </p>
      <div aria-live="polite" ref={below}>
        {told?.isOk === false && (
          <Alert component="h2" isInline variant="danger" title={told.message} />
        )}
        {told?.isOk === true && <Consequences supposed={told.supposed} curl={told.curl} />}
      </div>
    </>
  );
}

function Consequences(props: { readonly supposed: Supposed; readonly curl: string }): ReactNode {
  const { headline, changes, rest } = props.supposed;
  return (
    <div className="item" role="group" aria-label="What would change">
      <strong>{headline.replace(/:$/, '.')}</strong>
      {changes.length > 0 && (
        <div className="wide" tabIndex={0} role="region" aria-label="Answers that would change">
          <table className="facts-table" aria-label="Answers that would change">
            <thead>
              <tr>
                <th scope="col">Wide IP</th>
                <th scope="col">Answer</th>
                <th scope="col">Now</th>
                <th scope="col">Then</th>
              </tr>
            </thead>
            <tbody>
              {changes.flatMap(({ wideIp, type, shares }) =>
                shares.map((share, index) => (
                  <tr key={`${wideIp} ${type} ${share.answer}`}>
                    {index === 0 && (
                      <th scope="rowgroup" rowSpan={shares.length}>
                        {wideIp.replace(/^\/Common\//, '')} <span className="quiet">{type}</span>
                      </th>
                    )}
                    <ShareCells share={share} />
                  </tr>
                )),
              )}
            </tbody>
          </table>
        </div>
      )}
      {rest.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <CopiedCode id="what-if-curl" text={props.curl} />
    </div>
  );
}

function ShareCells({ share }: { readonly share: Share }): ReactNode {
  return (
    <>
      <td className="mono">{share.answer}</td>
      <td>
        <Bar percent={share.before} />
      </td>
      <td>
        <Bar percent={share.after} />
      </td>
    </>
  );
}

/** The number says it; the bar is for eyes. */
function Bar({ percent }: { readonly percent: number }): ReactNode {
  return (
    <span className="share">
      <svg width="80" height="10" aria-hidden="true">
        <rect width="80" height="10" className="share-all" />
        <rect width={(80 * percent) / 100} height="10" className="share-own" />
      </svg>{' '}
      {percent} %
    </span>
  );
}

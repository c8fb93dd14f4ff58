/** One commit: what it changed, which engines hold it, and the way back. */
import { Button, TextInput } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { changesText } from '../../../src/config/text/changes-text.ts';
import type { Json } from '../../../src/config/text/json.ts';
import { call, get } from '../api/rest.ts';
import { isObject } from '../catalogue/shape.ts';
import { useShell } from '../shell/context.ts';
import { Problem, Wait, messageOf } from '../shell/Problem.tsx';
import { DiffView } from './DiffView.tsx';

export function CommitView({ sequence }: { readonly sequence: number }): ReactNode {
  const found = useQuery({
    queryKey: ['commit', sequence],
    queryFn: ({ signal }) => get(`/mgmt/shared/evenkeel/commits/${sequence}`, signal),
    staleTime: Infinity,
  });
  if (found.error !== null) return <Problem title="Not known" error={found.error} />;
  if (found.data === undefined) return <Wait />;
  const { changes, applied } = found.data;
  return (
    <div className="field-list">
      <DiffView text={changesText(Array.isArray(changes) ? (changes as readonly Json[]) : [])} />
      {isObject(applied) && (
        <p className="quiet">
          {Object.entries(applied)
            .map(
              ([engine, state]) => `${engine}: ${isObject(state) ? String(state['state']) : '?'}`,
            )
            .join(', ')}
        </p>
      )}
      <RollBack to={sequence - 1} label={`Back to before commit ${sequence}…`} />
      <RollBack to={sequence} label={`Back to how it was after commit ${sequence}…`} />
    </div>
  );
}

/** Tried first; made when somebody has seen it. */
function RollBack({ to, label }: { readonly to: number; readonly label: string }): ReactNode {
  const { notify } = useShell();
  const [tried, setTried] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [reason, setReason] = useState('');
  const body = { command: 'run', action: 'rollback', to: String(to) };
  const send = (isDryRun: boolean): void => {
    setBusy(true);
    call(`/mgmt/tm/sys/commit${isDryRun ? '?dryRun=true' : ''}`, { method: 'POST', body, reason })
      .then(({ json }) => {
        const { changes } = json;
        setTried(
          isDryRun ? changesText(Array.isArray(changes) ? (changes as Json[]) : []) : undefined,
        );
        if (!isDryRun)
          notify({ kind: 'success', title: `The configuration is that of commit ${to}` });
      })
      .catch((error: unknown) =>
        notify({ kind: 'danger', title: 'Not rolled back', text: messageOf(error) }),
      )
      .finally(() => setBusy(false));
  };
  if (tried === undefined) {
    return (
      <div>
        <Button variant="link" isInline isDisabled={isBusy || to < 0} onClick={() => send(true)}>
          {label}
        </Button>
      </div>
    );
  }
  return (
    <div className="item">
      {tried === '' ? <p>Nothing would change.</p> : <DiffView text={tried} />}
      <div className="field-row">
        <TextInput
          aria-label="Reason, for the history"
          placeholder="Reason, for the history"
          maxLength={500}
          value={reason}
          onChange={(_, value) => setReason(value)}
        />
        <Button variant="danger" isDisabled={isBusy || tried === ''} onClick={() => send(false)}>
          Roll back
        </Button>
        <Button variant="link" onClick={() => setTried(undefined)}>
          Cancel
        </Button>
      </div>
    </div>
  );
}

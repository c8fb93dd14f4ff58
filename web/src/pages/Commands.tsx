/** What a component can be told to do (`run`, `load`, …): each command with its parameters. */
import { Alert, Button, Form, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Dialog } from '../shell/Dialog.tsx';
import type { Action, Component } from '../../../src/catalogue/types.ts';
import { componentPath } from '../../../src/config/text/urls.ts';
import type { Right } from '../api/queries.ts';
import { call } from '../api/rest.ts';
import { CopiedCode } from '../change/CopiedCode.tsx';
import { curlText } from '../change/words.ts';
import { type Draft, bodyOf, draftOf } from '../forms/draft.ts';
import { Fields } from '../forms/Fields.tsx';
import { messageOf } from '../shell/Problem.tsx';

export function Commands(props: {
  readonly component: Component;
  readonly name: string;
  /** May the object be changed? Else why not. */
  readonly right: Right;
}): ReactNode {
  const { component, name, right } = props;
  const [open, setOpen] = useState<Action>();
  const { actions = [] } = component;
  if (actions.length === 0) return null;
  return (
    <div className="toolbar" role="group" aria-label="Commands">
      {actions.map((action) => (
        <Button
          key={action.command}
          variant="secondary"
          size="sm"
          isDisabled={right !== true && changesOnly(action)}
          onClick={() => setOpen(action)}
        >
          {action.command}…
        </Button>
      ))}
      {right !== true && actions.some(changesOnly) && (
        <span className="quiet">
          {actions
            .filter(changesOnly)
            .map(({ command }) => command)
            .join(', ')}
          : {right}
        </span>
      )}
      {open !== undefined && (
        <CommandDialog
          component={component}
          action={open}
          name={name}
          onClose={() => setOpen(undefined)}
        />
      )}
    </div>
  );
}

/** All it does is a change, which the role has to allow; of others the device itself says no. */
function changesOnly({ dryRun }: Action): boolean {
  return dryRun === true;
}

function CommandDialog(props: {
  readonly component: Component;
  readonly action: Action;
  readonly name: string;
  onClose(): void;
}): ReactNode {
  const { component, action, name, onClose } = props;
  const queries = useQueryClient();
  const empty = draftOf(action.parameters, {});
  const [draft, setDraft] = useState<Draft>(() => ({
    ...empty,
    ...('name' in empty && name !== '' && { name }),
  }));
  const [result, setResult] = useState<{ readonly isOk: boolean; readonly text: string }>();
  const [isBusy, setBusy] = useState(false);
  const body = { command: action.command, ...bodyOf(action.parameters, draft) };
  const path = componentPath(component.id);
  const run = (): void => {
    setBusy(true);
    call(path, { method: 'POST', body })
      .then(({ json }) => setResult({ isOk: true, text: String(json['commandResult'] ?? 'Done.') }))
      .catch((error: unknown) => setResult({ isOk: false, text: messageOf(error) }))
      .finally(() => {
        setBusy(false);
        void queries.invalidateQueries();
      });
  };
  return (
    <Dialog onClose={onClose} variant="medium" aria-labelledby="command-title">
      <ModalHeader
        title={`${action.command} ${component.id}`}
        labelId="command-title"
        description={action.help}
      />
      <ModalBody>
        <Form onSubmit={(event) => event.preventDefault()}>
          <Fields
            id="parameter"
            properties={action.parameters}
            draft={draft}
            isDisabled={isBusy}
            places={[]}
            onChange={setDraft}
          />
        </Form>
        <CopiedCode
          id="command-curl"
          text={curlText({ method: 'POST', path, body }, window.location.host)}
        />
        {result !== undefined && (
          <Alert
            component="h2"
            isInline
            isLiveRegion
            variant={result.isOk ? 'success' : 'danger'}
            title={result.isOk ? 'Done' : 'Refused'}
          >
            <pre className="mono">{result.text}</pre>
          </Alert>
        )}
      </ModalBody>
      <ModalFooter>
        <Button isLoading={isBusy} isDisabled={isBusy} onClick={run}>
          Run
        </Button>
        <Button variant="link" onClick={onClose}>
          Close
        </Button>
      </ModalFooter>
    </Dialog>
  );
}

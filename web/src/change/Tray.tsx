/** Changes that wait: one transaction in the end, or nothing. */
import { Alert, Badge, Button, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { Dialog } from '../shell/Dialog.tsx';
import { useShell } from '../shell/context.ts';
import { messageOf } from '../shell/Problem.tsx';
import { Review } from './Review.tsx';
import { commit } from './send.ts';
import type { Change } from './words.ts';

const verbs = { POST: 'Create', PATCH: 'Change', DELETE: 'Delete' };

export function TrayButton(): ReactNode {
  const { tray } = useShell();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (tray.length === 0) return undefined;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [tray.length]);
  if (tray.length === 0) return null;
  return (
    <>
      <Button variant="secondary" size="sm" onClick={() => setOpen(true)}>
        Pending changes <Badge>{tray.length}</Badge>
      </Button>
      {isOpen && <TrayDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function TrayDialog({ onClose }: { onClose(): void }): ReactNode {
  const { tray, trayDevice, setTray, notify, session } = useShell();
  const [isReviewed, setReviewed] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const isElsewhere = trayDevice !== undefined && trayDevice !== session.device;
  // What another device calls its version of an object is none of this one.
  const sent = useMemo(() => (isElsewhere ? tray.map(unconditional) : tray), [tray, isElsewhere]);
  const apply = (reason: string): void => {
    setBusy(true);
    commit(sent, reason)
      .then(() => {
        notify({ kind: 'success', title: `${tray.length} changes applied as one` });
        setTray([]);
        onClose();
      })
      .catch((error: unknown) => {
        notify({ kind: 'danger', title: 'Nothing was changed', text: messageOf(error) });
        // Tried anew, it is said what stands in the way.
        setReviewed(false);
      })
      .finally(() => setBusy(false));
  };
  if (isReviewed) {
    return (
      <Review
        changes={sent}
        title={`${tray.length} changes as one transaction`}
        isBusy={isBusy}
        onCommit={apply}
        onInsist={() => setTray(tray.map(unconditional))}
        onClose={() => setReviewed(false)}
      />
    );
  }
  return (
    <Dialog onClose={onClose} variant="medium" aria-labelledby="tray-title">
      <ModalHeader
        title="Pending changes"
        labelId="tray-title"
        description="In this order, all or none."
      />
      <ModalBody>
        {isElsewhere && (
          <Alert
            component="h2"
            isInline
            variant="warning"
            title={`These were begun on ${trayDevice}, and ${session.device} answers now.`}
          >
            Look at the difference before they are applied here.
          </Alert>
        )}
        <ol className="field-list plain-list">
          {tray.map((change, index) => (
            <li key={keyOf(change, index)} className="field-row">
              <span className="grow">
                {verbs[change.method]} {change.component.id} <strong>{change.name}</strong>
              </span>
              <Button
                variant="link"
                aria-label={`Take out ${change.name}`}
                onClick={() => setTray(tray.filter((one) => one !== change))}
              >
                Take out
              </Button>
            </li>
          ))}
        </ol>
      </ModalBody>
      <ModalFooter>
        <Button isDisabled={tray.length === 0} onClick={() => setReviewed(true)}>
          Review and apply
        </Button>
        <Button
          variant="danger"
          onClick={() => {
            setTray([]);
            onClose();
          }}
        >
          Throw all away
        </Button>
        <Button variant="link" onClick={onClose}>
          Close
        </Button>
      </ModalFooter>
    </Dialog>
  );
}

/** On top of whatever the object is by now. */
function unconditional({ ifMatch: _version, ...change }: Change): Change {
  return change;
}

function keyOf({ method, component, name }: Change, index: number): string {
  return `${index} ${method} ${component.id} ${name}`;
}

/**
 * Before it is done: exactly what it would change, and how curl and tmsh would do the same. Then it is done, or put
 * with others into the tray.
 */
import {
  Alert,
  Button,
  FormGroup,
  ModalBody,
  ModalFooter,
  ModalHeader,
  Spinner,
  Tab,
  TabTitleText,
  Tabs,
  TextInput,
} from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Dialog } from '../shell/Dialog.tsx';
import { messageOf } from '../shell/Problem.tsx';
import { hasAs3 } from './as3.ts';
import { As3View } from './As3View.tsx';
import { CopiedCode } from './CopiedCode.tsx';
import { DiffView } from './DiffView.tsx';
import { type Preview, isConflict, preview } from './send.ts';
import { type Change, curlText, tmshText } from './words.ts';

export interface ReviewProps {
  readonly changes: readonly Change[];
  readonly title: string;
  readonly isBusy: boolean;
  /** What else goes with it: of many only the first are shown. */
  readonly note?: string;
  onCommit(reason: string): void;
  /** Absent: it is the tray already. */
  onPutAside?(): void;
  /** After somebody else was quicker: over what he did. Absent: the form asks. */
  onInsist?(): void;
  onClose(): void;
}

export function Review(props: ReviewProps): ReactNode {
  const { changes, title, isBusy, note, onCommit, onPutAside, onInsist, onClose } = props;
  const [reason, setReason] = useState('');
  const tried = useQuery({
    queryKey: ['preview', changes],
    queryFn: () => preview(changes),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  return (
    <Dialog onClose={onClose} variant="large" aria-labelledby="review-title">
      <ModalHeader title={title} labelId="review-title" />
      <ModalBody>
        {note !== undefined && <p role="status">{note}</p>}
        <ReviewTabs changes={changes} tried={tried.data} error={tried.error} />
        {onInsist !== undefined && isConflict(tried.error) && (
          <p>
            Somebody else changed one of these objects meanwhile.{' '}
            <Button variant="link" isInline onClick={onInsist}>
              Show the difference to what it is now
            </Button>
          </p>
        )}
        <FormGroup label="Reason, for the history" fieldId="review-reason">
          <TextInput
            id="review-reason"
            value={reason}
            onChange={(_, value) => setReason(value)}
            maxLength={500}
          />
        </FormGroup>
      </ModalBody>
      <ModalFooter>
        <Button
          isLoading={isBusy}
          isDisabled={isBusy || tried.isPending || tried.error !== null}
          onClick={() => onCommit(reason)}
        >
          Apply
        </Button>
        {onPutAside !== undefined && (
          <Button variant="secondary" onClick={onPutAside}>
            Add to pending changes
          </Button>
        )}
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Dialog>
  );
}

function ReviewTabs(props: {
  readonly changes: readonly Change[];
  readonly tried: Preview | undefined;
  readonly error: unknown;
}): ReactNode {
  const { changes, tried, error } = props;
  const [tab, setTab] = useState<string | number>('diff');
  const curl = changes.map((change) => curlText(change, window.location.host)).join('\n');
  const tmsh = changes.map(tmshText).join('\n');
  return (
    <Tabs activeKey={tab} onSelect={(_, key) => setTab(key)} aria-label="The change">
      <Tab eventKey="diff" title={<TabTitleText>Difference</TabTitleText>}>
        <div className="tab-body">
          <Difference tried={tried} error={error} />
        </div>
      </Tab>
      <Tab eventKey="curl" title={<TabTitleText>curl</TabTitleText>}>
        <CopiedCode id="curl" text={curl} />
      </Tab>
      <Tab eventKey="tmsh" title={<TabTitleText>tmsh</TabTitleText>}>
        <CopiedCode id="tmsh" text={tmsh} />
      </Tab>
      {changes.every(hasAs3) && (
        <Tab eventKey="as3" title={<TabTitleText>AS3</TabTitleText>}>
          {tab === 'as3' && <As3View changes={changes} />}
        </Tab>
      )}
    </Tabs>
  );
}

function Difference(props: {
  readonly tried: Preview | undefined;
  readonly error: unknown;
}): ReactNode {
  const { tried, error } = props;
  if (error !== null && error !== undefined) {
    return (
      <Alert component="h2" isInline variant="danger" title="The device would refuse this">
        {messageOf(error)}
      </Alert>
    );
  }
  if (tried === undefined) return <Spinner aria-label="Trying" size="md" />;
  return (
    <>
      {tried.diff === '' ? <p>Nothing would change.</p> : <DiffView text={tried.diff} />}
      {tried.engines !== '' && (
        <>
          <h3>In the engines</h3>
          <DiffView text={tried.engines} />
        </>
      )}
    </>
  );
}

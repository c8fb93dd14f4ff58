/** Zones, and the records of one: tried against the device while they are typed, made as one change. */
import { Alert, Button, PageSection, TextArea, TextInput } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import type { Component } from '../../../src/catalogue/types.ts';
import { objectPath } from '../../../src/config/text/urls.ts';
import { type Read, componentQuery, namesQuery, objectQuery } from '../api/queries.ts';
import { type Place, RestError } from '../api/rest.ts';
import { Review } from '../change/Review.tsx';
import { commit, preview } from '../change/send.ts';
import type { Change } from '../change/words.ts';
import { type Draft, type Item, bodyOf, changedNames, draftOf, isItem } from '../forms/draft.ts';
import { messageOfPlaces, placesAt, placesElsewhere, placesOfObject } from '../forms/places.ts';
import { useShell } from '../shell/context.ts';
import { Problem, Wait, messageOf } from '../shell/Problem.tsx';
import { Go, newPlace, objectPlace, useLeaveGuard } from '../shell/router.tsx';
import type { PageProps } from '../shell/page-props.ts';
import { PageHead } from './PageHead.tsx';

const id = 'gtm zone-runner zone';
/** After the last key. */
const trialMilliseconds = 400;

export function ZonesPage({ query }: PageProps): ReactNode {
  const name = query.get('name') ?? '';
  const names = useQuery(namesQuery(id));
  const found = useQuery(componentQuery(id));
  if (names.error !== null || found.error !== null) {
    return <Problem title="Zones cannot be shown" error={names.error ?? found.error} />;
  }
  if (names.data === undefined || found.data === undefined) return <Wait />;
  if (name !== '') return <Zone component={found.data.component} name={name} />;
  return (
    <PageSection>
      <PageHead
        title="Zones"
        note="What this device’s own name server answers."
        actions={<Go to={newPlace(id)}>New zone</Go>}
      />
      {names.data.length === 0 && <p className="quiet">There are none.</p>}
      <ul className="plain-list field-list">
        {names.data.map((zone) => (
          <li key={zone}>
            <Go to={`/zones?name=${encodeURIComponent(zone)}`}>{zone}</Go>{' '}
            <Go to={objectPlace(id, zone)} className="quiet" label={`Properties of ${zone}`}>
              properties
            </Go>
          </li>
        ))}
      </ul>
    </PageSection>
  );
}

function Zone({
  component,
  name,
}: {
  readonly component: Component;
  readonly name: string;
}): ReactNode {
  const found = useQuery(objectQuery(component, name));
  if (found.error !== null)
    return <Problem title={`${name} cannot be shown`} error={found.error} />;
  if (found.data === undefined) return <Wait />;
  return (
    <Records key={found.data.etag ?? ''} component={component} name={name} read={found.data} />
  );
}

function Records(props: {
  readonly component: Component;
  readonly name: string;
  readonly read: Read;
}): ReactNode {
  const { component, name, read } = props;
  const { notify, tray, setTray } = useShell();
  const properties = useMemo(
    () => component.properties.filter((one) => one.name === 'records'),
    [component],
  );
  const before = useMemo(() => draftOf(properties, read.json), [properties, read.json]);
  const [draft, setDraft] = useState<Draft>(before);
  const [text, setText] = useState('');
  const [reviewed, setReviewed] = useState<Change>();
  const [isBusy, setBusy] = useState(false);
  const isChanged = changedNames(before, draft).length > 0;
  const change = useMemo((): Change => {
    const expected = read.etag === undefined ? {} : { ifMatch: read.etag };
    const body = bodyOf(properties, draft, before);
    return {
      method: 'PATCH',
      path: objectPath(component, name),
      body,
      component,
      name,
      ...expected,
    };
  }, [properties, draft, before, component, name, read.etag]);
  const trial = useTrial(isChanged ? change : undefined);
  useLeaveGuard(isChanged ? 'Records that you changed are not applied. Leave them?' : undefined);
  const held = draft['records'];
  const records = (Array.isArray(held) ? (held as readonly unknown[]) : []).filter(isItem);
  const set = (next: readonly Item[]): void => setDraft({ ...draft, records: next });
  const places = placesAt(placesOfObject(trial.places, id).map(withoutName(name)), 'records');
  const apply = (reason: string): void => {
    setBusy(true);
    commit([change], reason)
      .then(() => notify({ kind: 'success', title: `${name} changed` }))
      .catch((error: unknown) =>
        notify({ kind: 'danger', title: 'Not changed', text: messageOf(error) }),
      )
      .finally(() => {
        setReviewed(undefined);
        setBusy(false);
      });
  };
  return (
    <PageSection>
      <PageHead
        title={name}
        note={
          <>
            <Go to="/zones">Zones</Go> <Go to={objectPlace(id, name)}>Properties and history</Go>
          </>
        }
      />
      <div className="toolbar">
        <TextInput
          className="grow"
          type="search"
          aria-label="Filter records"
          placeholder="Filter records"
          value={text}
          onChange={(_, value) => setText(value)}
        />
        <NewRecord zone={name} onAdd={(record) => set([...records, record])} />
      </div>
      <Verdict
        trial={trial}
        places={placesElsewhere(
          places,
          records.map(({ itemName }) => itemName),
        )}
      />
      <RecordList records={records} text={text} places={places} onChange={set} />
      <div className="form-actions">
        <Button
          isDisabled={!isChanged || trial.isBusy || trial.message !== undefined}
          onClick={() => setReviewed(change)}
        >
          Apply…
        </Button>
        {isChanged && (
          <Button variant="link" onClick={() => setDraft(before)}>
            Undo changes
          </Button>
        )}
      </div>
      {reviewed !== undefined && (
        <Review
          changes={[reviewed]}
          title={`Change ${name}`}
          isBusy={isBusy}
          onCommit={apply}
          onClose={() => setReviewed(undefined)}
          onPutAside={() => {
            setTray([...tray, reviewed]);
            setReviewed(undefined);
            setDraft(before);
          }}
        />
      )}
    </PageSection>
  );
}

/** Zones have no folders: the name is the first word. */
function withoutName(name: string): (place: Place) => Place {
  return ({ message, path }) => ({
    message,
    path: path.startsWith(`${name} `) ? path.slice(name.length + 1) : path,
  });
}

interface Trial {
  readonly isBusy: boolean;
  /** Undefined: the device would take it. */
  readonly message: string | undefined;
  readonly places: readonly Place[];
}

const untried: Trial = { isBusy: false, message: undefined, places: [] };

async function tried(change: Change): Promise<Trial> {
  try {
    await preview([change]);
    return untried;
  } catch (error) {
    const places = error instanceof RestError ? error.places : [];
    return { isBusy: false, message: messageOf(error), places };
  }
}

/** Asks the device, a moment after the last key, what it would say. */
function useTrial(change: Change | undefined): Trial {
  const [trial, setTrial] = useState<Trial>(untried);
  useEffect(() => {
    if (change === undefined) {
      setTrial(untried);
      return undefined;
    }
    let isOver = false;
    setTrial((last) => ({ ...last, isBusy: true }));
    const ask = async (): Promise<void> => {
      const next = await tried(change);
      if (!isOver) setTrial(next);
    };
    const timer = window.setTimeout(() => void ask(), trialMilliseconds);
    return () => {
      isOver = true;
      window.clearTimeout(timer);
    };
  }, [change]);
  return trial;
}

function Verdict({
  trial,
  places,
}: {
  readonly trial: Trial;
  readonly places: readonly Place[];
}): ReactNode {
  if (trial.message === undefined)
    return (
      <p role="status" className="quiet">
        {trial.isBusy ? 'Asking the device…' : ''}
      </p>
    );
  return (
    <Alert isInline isLiveRegion variant="danger" title="The device would refuse this">
      {places.length === 0 ? trial.message : messageOfPlaces(places)}
    </Alert>
  );
}

/** As many as anybody scrolls through; the filter finds the others. */
const maximumShown = 300;

function RecordList(props: {
  readonly records: readonly Item[];
  readonly text: string;
  readonly places: readonly Place[];
  onChange(records: readonly Item[]): void;
}): ReactNode {
  const { records, text, places, onChange } = props;
  const words = text.toLowerCase();
  const found = records.filter((record) => JSON.stringify(record).toLowerCase().includes(words));
  return (
    <>
      <p role="status" className="quiet">
        {found.length} of {records.length} record sets
        {found.length > maximumShown && `, the first ${maximumShown} of them here`}
      </p>
      <ul className="plain-list field-list" aria-label="Records">
        {found.slice(0, maximumShown).map((record) => (
          <RecordRow
            key={record.itemName}
            record={record}
            places={placesAt(places, record.itemName)}
            onChange={(next) => onChange(records.map((one) => (one === record ? next : one)))}
            onRemove={() => onChange(records.filter((one) => one !== record))}
          />
        ))}
      </ul>
    </>
  );
}

function RecordRow(props: {
  readonly record: Item;
  readonly places: readonly Place[];
  onChange(record: Item): void;
  onRemove(): void;
}): ReactNode {
  const { record, places, onChange, onRemove } = props;
  const { itemName, values } = record;
  const data = (Array.isArray(values['data']) ? (values['data'] as readonly unknown[]) : []).map(
    String,
  );
  const problem = messageOfPlaces(places);
  const set = (name: string, value: string | readonly string[]): void =>
    onChange({ itemName, values: { ...values, [name]: value } });
  return (
    <li className="item record" aria-label={itemName}>
      <span className="mono record-name">{itemName}</span>
      <TextInput
        aria-label={`TTL of ${itemName}`}
        placeholder="TTL"
        value={String(values['ttl'] ?? '')}
        inputMode="numeric"
        className="record-ttl"
        onChange={(_, value) => set('ttl', value)}
      />
      <TextArea
        aria-label={`Data of ${itemName}`}
        className="mono record-data"
        rows={Math.max(1, data.length)}
        autoResize
        value={data.join('\n')}
        validated={problem === '' ? 'default' : 'error'}
        spellCheck={false}
        onChange={(_, value) => set('data', value.split('\n'))}
      />
      <Button
        variant="link"
        className="record-remove"
        onClick={onRemove}
        aria-label={`Remove ${itemName}`}
      >
        Remove
      </Button>
      {problem !== '' && (
        <p className="field-problem record-problem" role="alert">
          {problem}
        </p>
      )}
    </li>
  );
}

function NewRecord({
  zone,
  onAdd,
}: {
  readonly zone: string;
  onAdd(record: Item): void;
}): ReactNode {
  const [owner, setOwner] = useState('');
  const [type, setType] = useState('A');
  const origin = zone.slice(zone.indexOf(':') + 1);
  const add = (): void => {
    const trimmed = owner.trim();
    const full =
      trimmed === '' || trimmed === '@'
        ? origin
        : trimmed.endsWith('.')
          ? trimmed
          : `${trimmed}.${origin}`;
    onAdd({ itemName: `${full}:${type.trim().toUpperCase()}`, values: { data: [''] } });
    setOwner('');
  };
  return (
    <>
      <TextInput
        aria-label="Owner of a new record"
        placeholder={`Owner, in ${origin}`}
        value={owner}
        className="record-owner"
        onChange={(_, value) => setOwner(value)}
      />
      <TextInput
        aria-label="Type of a new record"
        value={type}
        className="record-ttl"
        onChange={(_, value) => setType(value)}
      />
      <Button variant="secondary" isDisabled={type.trim() === ''} onClick={add}>
        Add record
      </Button>
    </>
  );
}

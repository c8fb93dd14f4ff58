/** Zones, and the records of one: tried against the device while they are typed, made as one change. */
import { Alert, Button, PageSection, TextArea, TextInput } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useState } from 'react';
import type { Property } from '../../../src/catalogue/types.ts';
import { type Described, componentQuery, namesQuery, objectQuery } from '../api/queries.ts';
import { type Place, RestError } from '../api/rest.ts';
import { Review } from '../change/Review.tsx';
import { preview } from '../change/send.ts';
import type { Change } from '../change/words.ts';
import { type Item, isItem } from '../forms/draft.ts';
import type { Origin } from '../forms/field-props.ts';
import { FormProblem } from '../forms/FormProblem.tsx';
import { withoutEnter } from '../forms/keys.ts';
import { messageOfPlaces, placesAt, placesElsewhere, placesOfObject } from '../forms/places.ts';
import { type ObjectFormProps, useObjectForm } from '../forms/use-object-form.ts';
import { Problem, Stale, Wait, messageOf } from '../shell/Problem.tsx';
import { Go, newPlace, objectPlace } from '../shell/router.tsx';
import type { PageProps } from '../shell/page-props.ts';
import { PageHead } from './PageHead.tsx';

const id = 'gtm zone-runner zone';
/** After the last key. */
const trialMilliseconds = 400;

export function ZonesPage({ query }: PageProps): ReactNode {
  const name = query.get('name') ?? '';
  const names = useQuery(namesQuery(id));
  const found = useQuery(componentQuery(id));
  if (names.data === undefined || found.data === undefined) {
    if (names.error === null && found.error === null) return <Wait />;
    return <Problem title="Zones cannot be shown" error={names.error ?? found.error} />;
  }
  if (name !== '') return <Zone described={found.data} name={name} />;
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
  described,
  name,
}: {
  readonly described: Described;
  readonly name: string;
}): ReactNode {
  const { component, rights } = described;
  const found = useQuery(objectQuery(component, name));
  const records = useMemo(
    () => ({ ...component, properties: component.properties.filter(isRecords) }),
    [component],
  );
  if (found.data === undefined) {
    if (found.error === null) return <Wait />;
    return <Problem title={`${name} cannot be shown`} error={found.error} />;
  }
  const present = { ...found.data, name, origin: noOrigin };
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
      <Stale error={found.error} />
      <Records component={records} present={present} right={rights.modify} />
    </PageSection>
  );
}

function isRecords({ name }: Property): boolean {
  return name === 'records';
}

/** Records inherit nothing. */
const noOrigin: Origin = { own: new Set(), parent: '' };

function Records(
  props: ObjectFormProps & { readonly present: NonNullable<ObjectFormProps['present']> },
): ReactNode {
  const { present, right } = props;
  const { name } = present;
  const form = useObjectForm(props);
  const { draft, changedCount, failure, reviewed } = form;
  const [text, setText] = useState('');
  const isChanged = changedCount > 0;
  const trial = useTrial(isChanged ? form.change : undefined);
  const held = draft['records'];
  const records = (Array.isArray(held) ? (held as readonly unknown[]) : []).filter(isItem);
  const set = (next: readonly Item[]): void => form.setDraft({ ...draft, records: next });
  const places = placesAt(placesOfObject(trial.places, id).map(withoutName(name)), 'records');
  const names = records.map(({ itemName }) => itemName);
  return (
    <form onSubmit={form.submit} aria-label={`Records of ${name}`}>
      <div className="toolbar">
        <TextInput
          className="grow"
          type="search"
          aria-label="Filter records"
          placeholder="Filter records"
          value={text}
          onChange={(_, value) => setText(value)}
          onKeyDown={withoutEnter}
        />
        <NewRecord
          zone={name}
          names={names}
          isDisabled={right !== true}
          onAdd={(record) => set([...records, record])}
        />
      </div>
      {failure !== undefined && <FormProblem failure={failure} places={[]} />}
      <Verdict trial={trial} places={placesElsewhere(places, names)} />
      <RecordList
        records={records}
        text={text}
        places={places}
        isDisabled={right !== true}
        onChange={set}
      />
      <div className="form-actions">
        <Button
          type="submit"
          isLoading={form.isBusy}
          isDisabled={
            right !== true ||
            !isChanged ||
            form.isBusy ||
            trial.isBusy ||
            trial.message !== undefined
          }
        >
          Apply…
        </Button>
        {isChanged && (
          <Button variant="link" onClick={() => form.setDraft(undefined)}>
            Undo changes
          </Button>
        )}
        <span className="quiet" role="status">
          {right === true ? '' : `Not allowed: ${right}`}
        </span>
      </div>
      {reviewed !== undefined && (
        <Review
          changes={[reviewed]}
          title={`Change ${name}`}
          isBusy={form.isBusy}
          onCommit={form.apply}
          onClose={form.back}
          onPutAside={form.putAside}
        />
      )}
    </form>
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

/** What somebody else did meanwhile is said when it is to be applied. */
async function tried({ ifMatch: _meanwhile, ...change }: Change): Promise<Trial> {
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
    <Alert
      component="h2"
      isInline
      isLiveRegion
      variant="danger"
      title="The device would refuse this"
    >
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
  readonly isDisabled: boolean;
  onChange(records: readonly Item[]): void;
}): ReactNode {
  const { records, text, places, isDisabled, onChange } = props;
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
            isDisabled={isDisabled}
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
  readonly isDisabled: boolean;
  onChange(record: Item): void;
  onRemove(): void;
}): ReactNode {
  const { record, places, isDisabled, onChange, onRemove } = props;
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
        isDisabled={isDisabled}
        className="record-ttl"
        onChange={(_, value) => set('ttl', value)}
      />
      <TextArea
        aria-label={`Data of ${itemName}`}
        className="mono record-data"
        rows={Math.max(1, data.length)}
        autoResize
        isDisabled={isDisabled}
        value={data.join('\n')}
        validated={problem === '' ? 'default' : 'error'}
        spellCheck={false}
        onChange={(_, value) => set('data', value.split('\n'))}
      />
      <Button
        variant="link"
        className="record-remove"
        isDisabled={isDisabled}
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

function NewRecord(props: {
  readonly zone: string;
  /** Of the records that there are. */
  readonly names: readonly string[];
  readonly isDisabled: boolean;
  onAdd(record: Item): void;
}): ReactNode {
  const { zone, names, isDisabled, onAdd } = props;
  const [owner, setOwner] = useState('');
  const [type, setType] = useState('A');
  const origin = zone.slice(zone.indexOf(':') + 1);
  const itemName = `${fullOwner(owner.trim(), origin)}:${type.trim().toUpperCase()}`;
  const isThere = names.includes(itemName);
  const add = (): void => {
    onAdd({ itemName, values: { data: [''] } });
    setOwner('');
  };
  /** Enter adds the record, and applies nothing. */
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    if (type.trim() !== '' && !isThere) add();
  };
  return (
    <>
      <TextInput
        aria-label="Owner of a new record"
        placeholder={`Owner, in ${origin}`}
        value={owner}
        className="record-owner"
        isDisabled={isDisabled}
        onChange={(_, value) => setOwner(value)}
        onKeyDown={onKey}
      />
      <TextInput
        aria-label="Type of a new record"
        value={type}
        className="record-ttl"
        isDisabled={isDisabled}
        onChange={(_, value) => setType(value)}
        onKeyDown={onKey}
      />
      <Button
        variant="secondary"
        isDisabled={isDisabled || type.trim() === '' || isThere}
        onClick={add}
      >
        Add record
      </Button>
      {isThere && owner !== '' && (
        <span className="quiet" role="status">
          {itemName} is there already: each line of its data is a record.
        </span>
      )}
    </>
  );
}

function fullOwner(owner: string, origin: string): string {
  if (owner === '' || owner === '@') return origin;
  return owner.endsWith('.') ? owner : `${owner}.${origin}`;
}

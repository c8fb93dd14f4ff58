/** What a form of one object remembers, and how it gets from typed to tried to done. */
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';
import type { Component } from '../../../src/catalogue/types.ts';
import { componentPath, objectPath } from '../../../src/config/text/urls.ts';
import { type Read, type Right, nameOf } from '../api/queries.ts';
import { type Answer, RestError } from '../api/rest.ts';
import { commit, isConflict, preview } from '../change/send.ts';
import type { Change } from '../change/words.ts';
import { useShell } from '../shell/context.ts';
import { guardLeaving, navigate, objectPlace, useLeaveGuard } from '../shell/router.tsx';
import { type Draft, bodyOf, changedNames, draftOf } from './draft.ts';
import type { Origin } from './field-props.ts';

export interface ObjectFormProps {
  readonly component: Component;
  /** Undefined: a new object. */
  readonly present: (Read & { readonly name: string; readonly origin: Origin }) | undefined;
  /** May it be done? Else why not. */
  readonly right: Right;
}

export interface ObjectFormState {
  readonly before: Draft;
  readonly draft: Draft;
  readonly name: string;
  readonly isBusy: boolean;
  readonly changedCount: number;
  readonly failure: RestError | undefined;
  /** What would be sent. */
  readonly change: Change;
  /** Tried, and waiting for a yes. */
  readonly reviewed: Change | undefined;
  setName(name: string): void;
  setDraft(draft: Draft | undefined): void;
  submit(event: FormEvent): void;
  apply(reason: string): void;
  putAside(): void;
  back(): void;
}

interface Started {
  readonly before: Draft;
  readonly draft: Draft;
  /** Of the object as it was when somebody began. */
  readonly etag: string | undefined;
  /** Whose object it was: another device may have the same ETag for another one. */
  readonly device: string;
}

export function useObjectForm(props: ObjectFormProps): ObjectFormState {
  const { component, present } = props;
  const { notify, tray, setTray, session } = useShell();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [started, setStarted] = useState<Started>();
  const [reviewed, setReviewed] = useState<Change>();
  const [failure, setFailure] = useState<RestError>();
  const [isBusy, setBusy] = useState(false);
  const json = present?.json;
  const now = useMemo(() => draftOf(component.properties, json ?? {}), [component, json]);
  // What somebody edits stays as it was when he began, whatever happens to the object meanwhile.
  const before = started?.before ?? now;
  const draft = started?.draft ?? now;
  const changedCount = changedNames(before, draft).length;
  const isDirty = changedCount > 0 || (present === undefined && name !== '');
  useLeaveGuard(isDirty ? 'What you changed on this page is not applied. Leave it?' : undefined);

  const send = async <T>(work: Promise<T>): Promise<T | undefined> => {
    setBusy(true);
    try {
      return await work;
    } catch (error) {
      setReviewed(undefined);
      // Once it was said, it may be set on top of what the other one did.
      if (isConflict(error)) setStarted((held) => held && { ...held, etag: undefined });
      if (isConflict(error))
        await queries.invalidateQueries({ queryKey: ['object', component.id] });
      setFailure(error instanceof RestError ? error : new RestError(0, String(error)));
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  const done = (seen: Change, { json: answer, stored }: Answer): void => {
    const made = present?.name ?? (nameOf(answer) === '' ? seen.name : nameOf(answer));
    setStarted(undefined);
    setReviewed(undefined);
    guardLeaving(undefined);
    const title = `${made === '' ? component.id : made} ${present === undefined ? 'created' : 'changed'}`;
    const text = `Kept, but without effect here: ${stored.join(', ')}`;
    notify({ kind: 'success', title, ...(stored.length > 0 && { text }) });
    void queries.invalidateQueries({ queryKey: ['object', component.id] });
    void queries.invalidateQueries({ queryKey: ['component', component.id] });
    if (present === undefined) navigate(objectPlace(component.id, made), 'replace');
  };
  /** Begun on one device, sent to another: only after it was said. */
  const isElsewhere = (): boolean => {
    if (started === undefined || started.device === session.device) return false;
    const message = `This was begun on ${started.device}, and ${session.device} answers now.`;
    setStarted({ ...started, etag: undefined, device: session.device });
    setReviewed(undefined);
    setFailure(new RestError(412, message));
    return true;
  };
  const etag = started?.etag ?? present?.etag;
  const fullName = present?.name ?? newName(component, name);
  const isNew = present === undefined;
  const change = useMemo(
    () => changeOf(component, isNew, fullName, draft, before, etag),
    [component, isNew, fullName, draft, before, etag],
  );
  const tryIt = async (): Promise<void> => {
    setFailure(undefined);
    if (isElsewhere()) return;
    // A refusal belongs beside the fields, not into the dialog.
    if ((await send(preview([change]))) !== undefined) setReviewed(change);
  };
  const makeIt = async (seen: Change, reason: string): Promise<void> => {
    if (isElsewhere()) return;
    const answer = await send(commit([seen], reason));
    if (answer !== undefined) done(seen, answer);
  };
  return {
    before,
    draft,
    name,
    isBusy,
    changedCount,
    failure,
    change,
    reviewed,
    setName,
    setDraft(next) {
      // What was wrong with what is taken back is nothing any more.
      if (next === undefined) setFailure(undefined);
      setStarted(
        next === undefined
          ? undefined
          : {
              before,
              draft: next,
              etag: started === undefined ? present?.etag : started.etag,
              device: started?.device ?? session.device,
            },
      );
    },
    submit(event) {
      event.preventDefault();
      void tryIt();
    },
    apply: (reason) => void (reviewed !== undefined && makeIt(reviewed, reason)),
    putAside() {
      if (reviewed !== undefined) setTray([...tray, reviewed]);
      setReviewed(undefined);
      setStarted(undefined);
      notify({ kind: 'info', title: 'Added to the pending changes' });
    },
    back: () => setReviewed(undefined),
  };
}

function newName({ naming }: Component, given: string): string {
  const trimmed = given.trim();
  return naming.kind === 'foldered' && !trimmed.startsWith('/') ? `/Common/${trimmed}` : trimmed;
}

function changeOf(
  component: Component,
  isNew: boolean,
  name: string,
  draft: Draft,
  before: Draft,
  etag: string | undefined,
): Change {
  const body = bodyOf(component.properties, draft, isNew ? {} : before);
  if (isNew) {
    const path = componentPath(component.id);
    return { method: 'POST', path, body: { name, ...body }, component, name };
  }
  const path = objectPath(component, name);
  const expected = etag === undefined ? {} : { ifMatch: etag };
  return { method: 'PATCH', path, body, component, name, ...expected };
}

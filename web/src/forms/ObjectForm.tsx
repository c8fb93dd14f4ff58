/** A whole object as a form, new or not: fields, what is wrong, the review, and what happened. */
import {
  Button,
  Form,
  FormGroup,
  HelperText,
  HelperTextItem,
  Switch,
  TextInput,
} from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';
import type { Component, Property } from '../../../src/catalogue/types.ts';
import { isSettable } from '../catalogue/shape.ts';
import { Review } from '../change/Review.tsx';
import type { Field } from './draft.ts';
import { Fields } from './Fields.tsx';
import { FormProblem } from './FormProblem.tsx';
import { withoutEnter } from './keys.ts';
import { placesElsewhere, placesOfObject } from './places.ts';
import { type ObjectFormProps, useObjectForm } from './use-object-form.ts';

/** Forms of more properties start with those that are set. */
const longForm = 25;

export function ObjectForm(props: ObjectFormProps): ReactNode {
  const { component, present, right } = props;
  const form = useObjectForm(props);
  const { draft, changedCount, failure, isBusy, reviewed } = form;
  const isNew = present === undefined;
  const [isShort, setShort] = useState(!isNew && component.properties.length > longForm);
  const [filter, setFilter] = useState('');
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const places = placesOfObject(failure?.places ?? [], component.id);
  const shown = component.properties.filter(isSettable).filter((property) => {
    if (words.length > 0) return isFound(property, words);
    return !isShort || !isEmpty(draft[property.name]) || property.required === true;
  });
  const names = shown.map(({ name }) => name);
  return (
    <Form onSubmit={form.submit} className="form-grid" aria-label={component.noun}>
      {failure !== undefined && (
        <FormProblem failure={failure} places={placesElsewhere(places, names)} />
      )}
      {isNew && component.naming.kind !== 'singleton' && (
        <NameField component={component} value={form.name} onChange={form.setName} />
      )}
      <div className="toolbar">
        <TextInput
          className="grow"
          type="search"
          aria-label="Find a property"
          placeholder="Find a property"
          value={filter}
          onChange={(_, text) => setFilter(text)}
          onKeyDown={withoutEnter}
        />
        <Switch
          id="only-set"
          label="Only what is set"
          isChecked={isShort}
          onChange={(_, checked) => setShort(checked)}
        />
      </div>
      <Fields
        id="field"
        properties={shown}
        draft={draft}
        isDisabled={right !== true}
        places={places}
        {...(present !== undefined && { origin: present.origin })}
        onChange={form.setDraft}
      />
      <div className="form-actions">
        <Button
          type="submit"
          isLoading={isBusy}
          isDisabled={right !== true || isBusy || (!isNew && changedCount === 0)}
        >
          {isNew ? 'Create…' : 'Apply…'}
        </Button>
        {changedCount > 0 && (
          <Button variant="link" onClick={() => form.setDraft(undefined)}>
            Undo changes
          </Button>
        )}
        <span className="quiet" role="status">
          {right !== true
            ? `Not allowed: ${right}`
            : changedCount > 0
              ? `${changedCount} changed`
              : ''}
        </span>
      </div>
      {reviewed !== undefined && (
        <Review
          changes={[reviewed]}
          title={`${isNew ? 'Create' : 'Change'} ${component.noun}`}
          isBusy={isBusy}
          onCommit={form.apply}
          onClose={form.back}
          onPutAside={form.putAside}
        />
      )}
    </Form>
  );
}

function isFound({ name, help }: Property, words: readonly string[]): boolean {
  const text = `${name} ${name.replaceAll('-', ' ')} ${help}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Nothing in it, at any depth. */
function isEmpty(value: Field | undefined): boolean {
  if (value === undefined || value === '') return true;
  if (typeof value === 'string') return false;
  return Array.isArray(value) ? value.length === 0 : Object.values(value).every(isEmpty);
}

function NameField(props: {
  readonly component: Component;
  readonly value: string;
  onChange(value: string): void;
}): ReactNode {
  const isFoldered = props.component.naming.kind === 'foldered';
  return (
    <FormGroup label="Name" fieldId="name" isRequired>
      <TextInput
        id="name"
        isRequired
        value={props.value}
        onChange={(_, text) => props.onChange(text)}
        aria-describedby="name-note"
        spellCheck={false}
      />
      <HelperText id="name-note">
        <HelperTextItem>
          {isFoldered
            ? 'In /Common unless you name a folder: /Common/app/web'
            : 'As it is to be called'}
        </HelperTextItem>
      </HelperText>
    </FormGroup>
  );
}

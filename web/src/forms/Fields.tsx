/** The fields of some properties, drawn from the catalogue: what a field is, the catalogue says; nobody else does. */
import {
  Button,
  FormGroup,
  FormHelperText,
  HelperText,
  HelperTextItem,
  Label,
} from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { Property } from '../../../src/catalogue/types.ts';
import type { Place } from '../api/rest.ts';
import { isSettable, rangeText, titleOf } from '../catalogue/shape.ts';
import { type Field, emptyField, isDraft, isItem, isSame } from './draft.ts';
import type { FieldsProps, Origin } from './field-props.ts';
import { BlocksField, ItemsField } from './ItemsField.tsx';
import { ListField } from './ListField.tsx';
import { messageOfPlaces, placesAt } from './places.ts';
import { ScalarField } from './ScalarField.tsx';

export function Fields(props: FieldsProps): ReactNode {
  const { id, properties, draft, places, isDisabled, origin, onChange } = props;
  return properties
    .filter(isSettable)
    .map((property) => (
      <OneField
        key={property.name}
        id={`${id}-${property.name}`}
        property={property}
        value={draft[property.name] ?? emptyField(property.type)}
        isDisabled={isDisabled || (origin !== undefined && property.access === 'create-only')}
        places={placesAt(places, property.name)}
        origin={origin}
        onChange={(value) => onChange({ ...draft, [property.name]: value })}
      />
    ));
}

interface OneFieldProps {
  readonly id: string;
  readonly property: Property;
  readonly value: Field;
  readonly isDisabled: boolean;
  readonly places: readonly Place[];
  readonly origin: Origin | undefined;
  onChange(value: Field): void;
}

function OneField(props: OneFieldProps): ReactNode {
  const { id, property, value, isDisabled, origin, onChange } = props;
  const problem = messageOfPlaces(props.places);
  const isOwn = origin?.own.has(property.name) === true;
  const empty = emptyField(property.type);
  const marks = marksOf(property, origin);
  return (
    <FormGroup
      label={titleOf(property)}
      fieldId={id}
      isRequired={property.required === true}
      labelInfo={<Marks marks={marks} />}
    >
      <Input {...props} isWrong={problem !== ''} />
      <FormHelperText>
        <HelperText id={`${id}-note`} isLiveRegion={problem !== ''}>
          {problem !== '' && <HelperTextItem variant="error">{problem}</HelperTextItem>}
          <HelperTextItem>
            {helpOf(property)}{' '}
            {/* Beside the label nobody hears them who goes from field to field. */}
            {marks.map(({ text }) => (
              <span key={text} className="pf-v6-screen-reader">
                {text}.{' '}
              </span>
            ))}
            {isOwn && !isDisabled && !isSame(value, empty) && origin.parent !== '' && (
              <Button
                variant="link"
                isInline
                size="sm"
                onClick={() => onChange(empty)}
                aria-label={`${titleOf(property)}: take that of ${origin.parent}`}
              >
                Take that of {origin.parent}
              </Button>
            )}
          </HelperTextItem>
        </HelperText>
      </FormHelperText>
    </FormGroup>
  );
}

function helpOf({ help, type }: Property): string {
  return type.kind === 'integer' ? `${help} (${rangeText(type)})` : help;
}

interface Mark {
  readonly text: string;
  readonly color?: 'blue' | 'grey' | 'purple';
}

function marksOf(property: Property, origin: Origin | undefined): readonly Mark[] {
  const marks: Mark[] = [];
  if (origin !== undefined && origin.parent !== '' && !origin.own.has(property.name))
    marks.push({ text: `inherited from ${origin.parent}`, color: 'blue' });
  if (property.access === 'create-only') marks.push({ text: 'only when created' });
  if (property.effect === 'stored') marks.push({ text: 'kept, without effect', color: 'grey' });
  if (property.secret === true) marks.push({ text: 'secret', color: 'purple' });
  return marks;
}

function Marks({ marks }: { readonly marks: readonly Mark[] }): ReactNode {
  return (
    <span className="marks">
      {marks.map(({ text, ...color }) => (
        <Label key={text} isCompact {...color}>
          {text}
        </Label>
      ))}
    </span>
  );
}

function Input(props: OneFieldProps & { readonly isWrong: boolean }): ReactNode {
  const { id, property, value, isDisabled, isWrong, places, onChange } = props;
  const { type } = property;
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  if (type.kind === 'items') {
    return (
      <ItemsField
        Below={Fields}
        id={id}
        property={property}
        type={type}
        value={entries.filter(isItem)}
        isDisabled={isDisabled}
        places={places}
        onChange={onChange}
      />
    );
  }
  if (type.kind === 'list' && type.of.kind === 'struct') {
    return (
      <BlocksField
        Below={Fields}
        id={id}
        properties={type.of.properties}
        title={titleOf(property)}
        value={entries.filter(isDraft)}
        isDisabled={isDisabled}
        onChange={onChange}
      />
    );
  }
  if (type.kind === 'list') {
    const texts = entries.filter((entry) => typeof entry === 'string');
    return (
      <ListField
        id={id}
        property={property}
        of={type.of}
        isOrdered={type.ordered}
        value={texts}
        isDisabled={isDisabled}
        isWrong={isWrong}
        onChange={onChange}
      />
    );
  }
  if (type.kind === 'struct') {
    return (
      <div className="item" role="group" aria-label={titleOf(property)} id={id}>
        <Fields
          id={id}
          properties={type.properties}
          draft={isDraft(value) ? value : {}}
          isDisabled={isDisabled}
          places={places}
          onChange={onChange}
        />
      </div>
    );
  }
  return (
    <ScalarField
      id={id}
      property={property}
      type={type}
      value={typeof value === 'string' ? value : ''}
      isDisabled={isDisabled}
      isWrong={isWrong}
      onChange={onChange}
    />
  );
}

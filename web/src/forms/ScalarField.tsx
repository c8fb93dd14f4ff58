/** One value: a text, a number, a choice, a name. */
import { FormSelect, FormSelectOption, TextArea, TextInput } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { Property, PropertyType } from '../../../src/catalogue/types.ts';
import { defaultText, isLong } from '../catalogue/shape.ts';
import { Picker } from './Picker.tsx';

export interface ScalarProps {
  readonly id: string;
  readonly property: Property;
  readonly type: PropertyType;
  readonly value: string;
  readonly isDisabled: boolean;
  readonly isWrong: boolean;
  /** For a screen reader, where no label stands beside it. */
  readonly label?: string;
  onChange(value: string): void;
}

export function ScalarField(props: ScalarProps): ReactNode {
  const { id, property, type, value, isDisabled, isWrong, label, onChange } = props;
  const named = label === undefined ? {} : { 'aria-label': label };
  const choices = choicesOf(type);
  if (choices !== undefined) return <Choice {...props} choices={choices} />;
  if (type.kind === 'reference') {
    const { to, words = [] } = type;
    const help = placeholderOf(property);
    return (
      <Picker
        id={id}
        value={value}
        to={to}
        words={words}
        placeholder={help}
        isDisabled={isDisabled}
        isWrong={isWrong}
        onChange={onChange}
        {...(label !== undefined && { label })}
      />
    );
  }
  if (type.kind === 'monitor-rule') {
    return (
      <Picker
        id={id}
        value={value}
        to={type.to}
        placeholder="/Common/http and /Common/tcp, or: min 1 of { … }"
        isDisabled={isDisabled}
        isWrong={isWrong}
        onChange={onChange}
        {...(label !== undefined && { label })}
      />
    );
  }
  const common = {
    id,
    value,
    isDisabled,
    ...named,
    'aria-describedby': `${id}-note`,
    validated: isWrong ? ('error' as const) : ('default' as const),
    placeholder: placeholderOf(property),
  };
  if (isLong(property)) {
    return (
      <TextArea
        {...common}
        className="mono"
        rows={14}
        spellCheck={false}
        resizeOrientation="vertical"
        onChange={(_, text) => onChange(text)}
      />
    );
  }
  return (
    <TextInput
      {...common}
      type={property.secret === true ? 'password' : 'text'}
      {...(property.secret === true && { autoComplete: 'new-password' })}
      {...(type.kind === 'integer' && { inputMode: 'numeric' as const })}
      onChange={(_, text) => onChange(text)}
    />
  );
}

interface OneChoice {
  readonly value: string;
  readonly help: string | undefined;
}

function choicesOf(type: PropertyType): readonly OneChoice[] | undefined {
  if (type.kind === 'enum') {
    return type.values
      .filter(({ echo }) => echo !== true)
      .map(({ value, help }) => ({ value, help }));
  }
  return type.kind === 'flags'
    ? type.flags.map(({ flag, help }) => ({ value: flag, help }))
    : undefined;
}

function Choice(props: ScalarProps & { readonly choices: readonly OneChoice[] }): ReactNode {
  const { id, property, value, isDisabled, isWrong, label, choices, onChange } = props;
  const usual = defaultText(property);
  // What the device has set, although nobody may: it is shown as it is.
  const isKnown = value === '' || choices.some((choice) => choice.value === value);
  return (
    <FormSelect
      id={id}
      value={value}
      isDisabled={isDisabled}
      aria-label={label}
      aria-describedby={`${id}-note`}
      validated={isWrong ? 'error' : 'default'}
      onChange={(_, chosen) => onChange(chosen)}
    >
      <FormSelectOption value="" label={usual === '' ? 'Not set' : `Not set (${usual})`} />
      {!isKnown && <FormSelectOption value={value} label={value} />}
      {choices.map((choice) => (
        <FormSelectOption
          key={choice.value}
          value={choice.value}
          label={choice.help === undefined ? choice.value : `${choice.value} – ${choice.help}`}
        />
      ))}
    </FormSelect>
  );
}

function placeholderOf(property: Property): string {
  const usual = defaultText(property);
  return usual === '' ? '' : `Default: ${usual}`;
}

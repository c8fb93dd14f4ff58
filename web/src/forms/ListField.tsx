/** Several values in their order: each can be moved and taken away, by keyboard as well. */
import { Button } from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';
import type { Property, PropertyType } from '../../../src/catalogue/types.ts';
import { targetsOf, titleOf } from '../catalogue/shape.ts';
import { DualList } from './DualList.tsx';
import { Picker } from './Picker.tsx';

export function ListField(props: {
  readonly id: string;
  readonly property: Property;
  readonly of: PropertyType;
  readonly isOrdered: boolean;
  readonly value: readonly string[];
  readonly isDisabled: boolean;
  readonly isWrong: boolean;
  onChange(value: readonly string[]): void;
}): ReactNode {
  const { id, property, of, isOrdered, value, isDisabled, isWrong, onChange } = props;
  const [text, setText] = useState('');
  const title = titleOf(property);
  const add = (entry: string): void => {
    const wanted = entry.trim();
    if (wanted !== '' && !value.includes(wanted)) onChange([...value, wanted]);
    setText('');
  };
  const chosen = value.length > 0 && (
    <ol className="plain-list field-list" aria-label={title}>
      {value.map((entry, index) => (
        <li key={entry} className="field-row">
          <span className="grow mono">{entry}</span>
          {isOrdered && (
            <MoveButtons
              label={entry}
              index={index}
              count={value.length}
              isDisabled={isDisabled}
              onMove={(to) => onChange(moved(value, index, to))}
            />
          )}
          <Button
            variant="link"
            size="sm"
            isDisabled={isDisabled}
            aria-label={`Remove ${entry} from ${title}`}
            onClick={() => onChange(value.filter((one) => one !== entry))}
          >
            Remove
          </Button>
        </li>
      ))}
    </ol>
  );
  const to = targetsOf(of);
  if (isOrdered && to.length > 0) {
    return (
      <DualList
        {...props}
        title={title}
        to={to}
        words={wordsOf(of)}
        chosen={value}
        text={text}
        onText={setText}
        onAdd={add}
      >
        {chosen === false ? <p className="quiet">None is chosen.</p> : chosen}
      </DualList>
    );
  }
  return (
    <div className="field-list">
      {chosen}
      <div className="field-row">
        <Picker
          id={id}
          value={text}
          to={to}
          words={wordsOf(of)}
          placeholder="Add…"
          isDisabled={isDisabled}
          isWrong={isWrong}
          onChange={setText}
          onPick={add}
        />
        <Button
          variant="secondary"
          isDisabled={isDisabled || text.trim() === ''}
          onClick={() => add(text)}
          aria-label={`Add to ${title}`}
        >
          Add
        </Button>
      </div>
    </div>
  );
}

function wordsOf(type: PropertyType): readonly string[] {
  if (type.kind === 'enum') return type.values.map(({ value }) => value);
  return 'words' in type ? (type.words ?? []) : [];
}

export function MoveButtons(props: {
  readonly label: string;
  readonly index: number;
  readonly count: number;
  readonly isDisabled: boolean;
  onMove(to: number): void;
}): ReactNode {
  const { label, index, count, isDisabled, onMove } = props;
  return (
    <>
      <Button
        variant="plain"
        size="sm"
        isDisabled={isDisabled || index === 0}
        aria-label={`Move ${label} up`}
        onClick={() => onMove(index - 1)}
      >
        ↑
      </Button>
      <Button
        variant="plain"
        size="sm"
        isDisabled={isDisabled || index === count - 1}
        aria-label={`Move ${label} down`}
        onClick={() => onMove(index + 1)}
      >
        ↓
      </Button>
    </>
  );
}

export function moved<T>(values: readonly T[], from: number, to: number): readonly T[] {
  const taken = values.slice(from, from + 1);
  return values.toSpliced(from, 1).toSpliced(to, 0, ...taken);
}

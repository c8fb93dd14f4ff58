/** A text with suggestions: objects that may be named here, found by any part of their name. */
import { TextInput } from '@patternfly/react-core';
import { useQueries } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { namesQuery } from '../api/queries.ts';

const maximumShown = 50;

export function Picker(props: {
  readonly id: string;
  readonly label?: string;
  readonly value: string;
  /** Components whose objects are offered. */
  readonly to: readonly string[];
  readonly words?: readonly string[];
  readonly placeholder?: string;
  readonly isDisabled?: boolean;
  readonly isWrong?: boolean;
  onChange(value: string): void;
  /** Chosen or entered, rather than typed. */
  onPick?(value: string): void;
}): ReactNode {
  const { id, label, value, to, words = [], onChange, onPick } = props;
  const [isOpen, setOpen] = useState(false);
  const [here, setHere] = useState(-1);
  const names = useNames(to, isOpen);
  const found = isOpen ? matching([...words, ...names], value) : [];
  const pick = (name: string): void => {
    (onPick ?? onChange)(name);
    setOpen(false);
    setHere(-1);
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setOpen(true);
      setHere((now) => Math.max(-1, Math.min(found.length - 1, now + step)));
    } else if (event.key === 'Enter' && isOpen) {
      const chosen = found[here] ?? (onPick === undefined ? undefined : value);
      if (chosen === undefined || chosen === '') return;
      event.preventDefault();
      pick(chosen);
    } else if (event.key === 'Escape' && isOpen) {
      event.stopPropagation();
      setOpen(false);
    }
  };
  return (
    <div className="picker grow">
      <TextInput
        id={id}
        {...(label !== undefined && { 'aria-label': label })}
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        {...(here >= 0 && { 'aria-activedescendant': `${id}-${here}` })}
        aria-describedby={`${id}-note`}
        autoComplete="off"
        value={value}
        placeholder={props.placeholder ?? ''}
        isDisabled={props.isDisabled ?? false}
        validated={props.isWrong === true ? 'error' : 'default'}
        onChange={(_, text) => {
          onChange(text);
          setOpen(true);
          setHere(-1);
        }}
        onClick={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKey}
      />
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label="Suggestions"
        className="picker-list"
        hidden={found.length === 0}
      >
        {found.map((name, index) => (
          <li
            key={name}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === here}
            onMouseDown={(event) => {
              event.preventDefault();
              pick(name);
            }}
          >
            {name}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Of all objects that may be named; none until they are wanted and known. */
export function useNames(to: readonly string[], isWanted: boolean): readonly string[] {
  return useQueries({
    queries: to.map((id) => ({ ...namesQuery(id), enabled: isWanted })),
    combine: (results) => results.flatMap(({ data }) => data ?? []),
  });
}

/** Those in which the text stands; all when it is one of them. */
export function matching(names: readonly string[], text: string): readonly string[] {
  const wanted = text.trim().toLowerCase();
  if (names.includes(text) || wanted === '') return names.slice(0, maximumShown);
  return names.filter((name) => name.toLowerCase().includes(wanted)).slice(0, maximumShown);
}

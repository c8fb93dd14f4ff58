/** What may be chosen beside what is chosen, in its order: by mouse, or by arrow keys and Enter. */
import { TextInput } from '@patternfly/react-core';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { matching, useNames } from './Picker.tsx';

export interface DualListProps {
  readonly id: string;
  readonly title: string;
  /** Components whose objects are offered. */
  readonly to: readonly string[];
  readonly words: readonly string[];
  readonly chosen: readonly string[];
  readonly isDisabled: boolean;
  readonly isWrong: boolean;
  readonly text: string;
  onText(text: string): void;
  onAdd(name: string): void;
  /** The chosen ones. */
  readonly children: ReactNode;
}

export function DualList(props: DualListProps): ReactNode {
  const { id, title, to, words, chosen, isDisabled, text, onText, onAdd, children } = props;
  const [here, setHere] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const names = useNames(to, true).filter((name) => !chosen.includes(name));
  const found = matching([...words, ...names], text);
  const at = Math.min(here, found.length - 1);
  const onListKey = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const name = found[at];
    if (step === 0 && event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    if (step !== 0) setHere(Math.max(0, Math.min(found.length - 1, at + step)));
    else if (name !== undefined && !isDisabled) onAdd(name);
  };
  const onTextKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') list.current?.focus();
    else if (event.key !== 'Enter' || text.trim() === '') return;
    else onAdd(text);
    event.preventDefault();
  };
  return (
    <div className="dual">
      <div className="field-list">
        <TextInput
          id={id}
          aria-describedby={`${id}-note`}
          autoComplete="off"
          value={text}
          placeholder="Find, or name one…"
          isDisabled={isDisabled}
          validated={props.isWrong ? 'error' : 'default'}
          onChange={(_, value) => onText(value)}
          onKeyDown={onTextKey}
        />
        {found.length === 0 ? (
          <p className="quiet">None is left to choose.</p>
        ) : (
          <ul
            ref={list}
            role="listbox"
            aria-label={`Available ${title}`}
            aria-activedescendant={`${id}-${at}`}
            aria-disabled={isDisabled}
            tabIndex={0}
            className="plain-list dual-list"
            onKeyDown={onListKey}
          >
            {found.map((name, index) => (
              // Keys go to the list, which says which one is meant.
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- see above
              <li
                key={name}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === at}
                className="mono"
                onClick={() => {
                  if (!isDisabled) onAdd(name);
                }}
              >
                {name}
              </li>
            ))}
          </ul>
        )}
      </div>
      <div className="field-list dual-chosen">{children}</div>
    </div>
  );
}

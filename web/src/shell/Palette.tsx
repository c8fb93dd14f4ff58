/** Ctrl+K: any page, any component, any object of any partition. */
import { Button, ModalBody, ModalHeader } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useDeferredValue, useEffect, useState } from 'react';
import { Dialog } from './Dialog.tsx';
import { catalogueQuery } from '../api/queries.ts';
import { get, itemsOf } from '../api/rest.ts';
import { listPlace, navigate, newPlace, objectPlace } from './router.tsx';

interface Choice {
  readonly key: string;
  readonly title: string;
  readonly note: string;
  readonly to: string;
}

const maximumChoices = 40;

export function PaletteButton(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const open = (event: globalThis.KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOpen(true);
    };
    window.addEventListener('keydown', open);
    return () => window.removeEventListener('keydown', open);
  }, []);
  return (
    <>
      <Button
        variant="secondary"
        size="sm"
        onClick={() => setOpen(true)}
        aria-keyshortcuts="Control+K"
      >
        Search or go to… <kbd>Ctrl K</kbd>
      </Button>
      {isOpen && <Palette onClose={() => setOpen(false)} />}
    </>
  );
}

function Palette({ onClose }: { onClose(): void }): ReactNode {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const choices = useChoices(text.trim());
  const here = Math.min(chosen, choices.length - 1);
  const go = (choice: Choice | undefined): void => {
    if (choice !== undefined && navigate(choice.to)) onClose();
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (event.key === 'Enter') go(choices[here]);
    if (step === 0) return;
    event.preventDefault();
    setChosen(Math.max(0, Math.min(choices.length - 1, here + step)));
  };
  return (
    <Dialog onClose={onClose} variant="medium" aria-labelledby="palette-title" position="top">
      <ModalHeader title="Search or go to" labelId="palette-title" />
      <ModalBody>
        <input
          className="palette-input"
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={choices.length > 0 ? `palette-${here}` : undefined}
          aria-label="Object, component or page"
          placeholder="Name, address, any value; or a component: ltm pool"
          value={text}
          // The dialog is here for it.
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- see above
          autoFocus
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKey}
        />
        <ul id="palette-list" role="listbox" aria-label="Found" className="palette-list">
          {choices.map((choice, index) => (
            <li
              key={choice.key}
              id={`palette-${index}`}
              role="option"
              aria-selected={index === here}
              onClick={() => go(choice)}
              onKeyDown={onKey}
            >
              <strong>{choice.title}</strong> <span className="quiet">{choice.note}</span>
            </li>
          ))}
        </ul>
      </ModalBody>
    </Dialog>
  );
}

function useChoices(text: string): readonly Choice[] {
  const late = useDeferredValue(text);
  const catalogue = useQuery(catalogueQuery);
  const found = useQuery({
    queryKey: ['search', late],
    queryFn: ({ signal }) =>
      get(
        `/mgmt/shared/evenkeel/search?text=${encodeURIComponent(late)}&$top=${maximumChoices}`,
        signal,
      ),
    enabled: late.length > 1 && late.length <= 200,
    placeholderData: (before) => before,
  });
  if (text === '') return [];
  const words = text.toLowerCase().split(/\s+/);
  const isNew = words[0] === 'new' || words[0] === 'create';
  const wanted = isNew ? words.slice(1) : words;
  const components = (catalogue.data ?? [])
    .filter(({ id }) => wanted.length > 0 && wanted.every((word) => id.includes(word)))
    .toSorted((a, b) => a.id.length - b.id.length)
    .slice(0, 8)
    .map(({ id, help }): Choice => ({
      key: `component ${id}`,
      title: isNew ? `New ${id}` : id,
      note: help,
      to: isNew ? newPlace(id) : listPlace(id),
    }));
  const objects = (text.length > 1 && found.data !== undefined ? itemsOf(found.data) : []).map(
    ({ component, name, property, value }): Choice => ({
      key: `object ${String(component)} ${String(name)}`,
      title: String(name),
      note:
        property === 'name'
          ? String(component)
          : `${String(component)}, ${String(property)}: ${String(value)}`,
      to: objectPlace(String(component), String(name)),
    }),
  );
  return [...components, ...objects].slice(0, maximumChoices);
}

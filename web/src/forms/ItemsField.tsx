/** Named blocks (members of a pool) and blocks without a name: each opens into fields of its own. */
import { Button } from '@patternfly/react-core';
import { type ComponentType, type ReactNode, useState } from 'react';
import type { ItemsType, Property } from '../../../src/catalogue/types.ts';
import type { Place } from '../api/rest.ts';
import { titleOf } from '../catalogue/shape.ts';
import { type Draft, type Field, type Item, draftOf } from './draft.ts';
import type { FieldsProps } from './field-props.ts';
import { MoveButtons, moved } from './ListField.tsx';
import { Picker } from './Picker.tsx';
import { messageOfPlaces, placesAt } from './places.ts';

/** `Below`: draws the fields of an item; it draws items in turn. */
export function ItemsField(props: {
  readonly Below: ComponentType<FieldsProps>;
  readonly id: string;
  readonly property: Property;
  readonly type: ItemsType;
  readonly value: readonly Item[];
  readonly isDisabled: boolean;
  readonly places: readonly Place[];
  onChange(value: readonly Item[]): void;
}): ReactNode {
  const { Below, id, property, type, value, isDisabled, places, onChange } = props;
  const [text, setText] = useState('');
  const [open, setOpen] = useState<string>();
  const title = titleOf(property);
  const add = (entry: string): void => {
    const name = entry.trim();
    if (name !== '' && !value.some(({ itemName }) => itemName === name)) {
      onChange([...value, { itemName: name, values: draftOf(type.properties, {}) }]);
      setOpen(type.properties.length > 0 ? name : undefined);
    }
    setText('');
  };
  return (
    <div className="field-list">
      {value.map((item, index) => (
        <div
          key={item.itemName}
          className="item"
          role="group"
          aria-label={`${type.noun} ${item.itemName}`}
        >
          <div className="field-row">
            <span className="grow mono">{item.itemName}</span>
            {type.ordered && (
              <MoveButtons
                label={item.itemName}
                index={index}
                count={value.length}
                isDisabled={isDisabled}
                onMove={(to) => onChange(moved(value, index, to))}
              />
            )}
            {type.properties.length > 0 && (
              <Button
                variant="link"
                size="sm"
                aria-expanded={open === item.itemName}
                aria-label={`${open === item.itemName ? 'Less' : 'More'} of ${item.itemName}`}
                onClick={() => setOpen(open === item.itemName ? undefined : item.itemName)}
              >
                {open === item.itemName ? 'Less' : 'More'}
              </Button>
            )}
            <Button
              variant="link"
              size="sm"
              isDisabled={isDisabled}
              aria-label={`Remove ${item.itemName} from ${title}`}
              onClick={() => onChange(value.filter((one) => one !== item))}
            >
              Remove
            </Button>
          </div>
          <ItemProblem places={placesAt(places, item.itemName)} />
          {open === item.itemName && (
            <Below
              id={`${id}-${index}`}
              properties={type.properties}
              draft={item.values}
              isDisabled={isDisabled}
              places={placesAt(places, item.itemName)}
              onChange={(values) =>
                onChange(value.map((one) => (one === item ? { ...one, values } : one)))
              }
            />
          )}
        </div>
      ))}
      <div className="field-row">
        <Picker
          id={id}
          value={text}
          to={type.nameReference?.to ?? []}
          placeholder={`Name of a new ${type.noun}`}
          isDisabled={isDisabled}
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

function ItemProblem({ places }: { readonly places: readonly Place[] }): ReactNode {
  const text = messageOfPlaces(places);
  return text === '' ? null : <p className="field-problem">{text}</p>;
}

/** A list of blocks that have no names. */
export function BlocksField(props: {
  readonly Below: ComponentType<FieldsProps>;
  readonly id: string;
  readonly properties: readonly Property[];
  readonly title: string;
  readonly value: readonly Draft[];
  readonly isDisabled: boolean;
  onChange(value: Field): void;
}): ReactNode {
  const { Below, id, properties, title, value, isDisabled, onChange } = props;
  return (
    <div className="field-list">
      {value.map((block, index) => (
        // A block has no other identity than its place.
        // oxlint-disable-next-line react/no-array-index-key -- see above
        <div key={index} className="item" role="group" aria-label={`${title} ${index + 1}`}>
          <Below
            id={`${id}-${index}`}
            properties={properties}
            draft={block}
            isDisabled={isDisabled}
            places={[]}
            onChange={(now) => onChange(value.map((one, place) => (place === index ? now : one)))}
          />
          <Button
            variant="link"
            isDisabled={isDisabled}
            aria-label={`Remove ${title} ${index + 1}`}
            onClick={() => onChange(value.toSpliced(index, 1))}
          >
            Remove
          </Button>
        </div>
      ))}
      <Button
        id={id}
        variant="secondary"
        isDisabled={isDisabled}
        onClick={() => onChange([...value, draftOf(properties, {})])}
      >
        Add to {title}
      </Button>
    </div>
  );
}

/** Above a table: filter, columns, saved views, export. */
import {
  Button,
  Dropdown,
  DropdownItem,
  DropdownList,
  Divider,
  MenuToggle,
  Switch,
  TextInput,
} from '@patternfly/react-core';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Component } from '../../../src/catalogue/types.ts';
import type { JsonObject } from '../../../src/config/text/json.ts';
import { nameOf } from '../api/queries.ts';
import { isShort } from '../catalogue/shape.ts';
import { useShell } from '../shell/context.ts';
import { messageOf } from '../shell/Problem.tsx';
import { csvText, saveText } from './export.ts';
import type { Row } from './filter.ts';
import { dropView, readViews, saveView } from './views.ts';

interface Props {
  readonly component: Component;
  readonly columns: readonly string[];
  onColumns(columns: readonly string[]): void;
  /** Only those to which nothing refers. */
  readonly isUnused: boolean;
  onUnused(isUnused: boolean): void;
  readonly text: string;
  onText(text: string): void;
  readonly rows: readonly Row[];
  readonly titles: readonly string[];
  /** Without the filter. */
  readonly count: number;
  /** Not all of them are here yet. */
  readonly isFirst: boolean;
  readonly isLoading: boolean;
  /** Every value can be searched; until then those that are shown. */
  readonly isWhole: boolean;
  /** Somebody is about to look for something. */
  onSearch(): void;
  whole(): Promise<readonly JsonObject[]>;
}

const searching = ', by what is shown; reading the rest…';

export function TableTools(props: Props): ReactNode {
  const { component, text, onText, rows, count, isLoading, isFirst, isWhole } = props;
  const { isUnused, onUnused } = props;
  return (
    <div className="toolbar">
      <TextInput
        className="grow"
        type="search"
        aria-label="Filter"
        value={text}
        onChange={(_, value) => onText(value)}
        onFocus={props.onSearch}
        placeholder="Filter by name, address or any value; -word leaves out"
      />
      <Switch
        id="only-unused"
        label="Unused"
        isChecked={isUnused}
        onChange={(_, checked) => onUnused(checked)}
      />
      <ColumnsMenu {...props} />
      <ViewsMenu {...props} />
      <ExportMenu {...props} />
      <span role="status" className="quiet">
        {isLoading ? `Reading ${component.id}…` : `${rows.length} of ${count}`}
        {isFirst && ', the first ones; reading the rest…'}
        {text !== '' && !isFirst && !isLoading && !isWhole && searching}
      </span>
    </div>
  );
}

function ColumnsMenu({ component, columns, onColumns }: Props): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const names = component.properties.filter(isShort).map(({ name }) => name);
  const toggle = (name: string): void =>
    onColumns(columns.includes(name) ? columns.filter((one) => one !== name) : [...columns, name]);
  return (
    <Dropdown
      isOpen={isOpen}
      onOpenChange={setOpen}
      isScrollable
      toggle={(ref) => (
        <MenuToggle ref={ref} isExpanded={isOpen} onClick={() => setOpen(!isOpen)}>
          Columns
        </MenuToggle>
      )}
    >
      <DropdownList>
        {names.map((name) => (
          <DropdownItem key={name} isSelected={columns.includes(name)} onClick={() => toggle(name)}>
            {name}
          </DropdownItem>
        ))}
      </DropdownList>
    </Dropdown>
  );
}

function ViewsMenu({ component, columns, onColumns, text, onText }: Props): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const [views, setViews] = useState(() => readViews(component.id));
  /** Undefined: nobody is about to save one. */
  const [name, setName] = useState<string>();
  const save = (event: FormEvent): void => {
    event.preventDefault();
    if (name === undefined || name.trim() === '') return;
    saveView(component.id, name.trim(), { columns, text });
    setViews(readViews(component.id));
    setName(undefined);
  };
  const drop = (gone: string): void => {
    dropView(component.id, gone);
    setViews(readViews(component.id));
  };
  return (
    <>
      <Dropdown
        isOpen={isOpen}
        onOpenChange={setOpen}
        toggle={(ref) => (
          <MenuToggle ref={ref} isExpanded={isOpen} onClick={() => setOpen(!isOpen)}>
            Views
          </MenuToggle>
        )}
      >
        <DropdownList>
          {Object.keys(views).length === 0 && (
            <DropdownItem isDisabled>No saved views</DropdownItem>
          )}
          {Object.entries(views).map(([title, view]) => (
            <DropdownItem
              key={title}
              description={view.text === '' ? view.columns.join(', ') : view.text}
              onClick={() => {
                onColumns(view.columns);
                onText(view.text);
                setOpen(false);
              }}
            >
              {title}
            </DropdownItem>
          ))}
          <Divider component="li" />
          <DropdownItem
            onClick={() => {
              setOpen(false);
              setName('');
            }}
          >
            Save this view…
          </DropdownItem>
          {Object.keys(views).map((title) => (
            <DropdownItem key={title} onClick={() => drop(title)}>
              Forget {title}
            </DropdownItem>
          ))}
        </DropdownList>
      </Dropdown>
      {name !== undefined && (
        <form className="field-row" onSubmit={save} aria-label="Save this view">
          <TextInput
            className="view-name"
            aria-label="Name of a view to save"
            placeholder="Columns and filter, as…"
            autoFocus
            value={name}
            onChange={(_, value) => setName(value)}
          />
          <Button type="submit" variant="secondary" isDisabled={name.trim() === ''}>
            Save view
          </Button>
          <Button variant="link" onClick={() => setName(undefined)}>
            Cancel
          </Button>
        </form>
      )}
    </>
  );
}

function ExportMenu({ component, rows, titles, whole }: Props): ReactNode {
  const { notify } = useShell();
  const [isOpen, setOpen] = useState(false);
  const base = component.id.replaceAll(' ', '-');
  const json = async (): Promise<void> => {
    const names = new Set(rows.map(({ name }) => name));
    const shown = (await whole()).filter((object) => names.has(nameOf(object)));
    saveText(`${base}.json`, 'application/json', `${JSON.stringify(shown, null, 2)}\n`);
  };
  const saveJson = (): void =>
    void json().catch((error: unknown) =>
      notify({ kind: 'danger', title: 'Nothing was exported', text: messageOf(error) }),
    );
  return (
    <Dropdown
      isOpen={isOpen}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      toggle={(ref) => (
        <MenuToggle ref={ref} isExpanded={isOpen} onClick={() => setOpen(!isOpen)}>
          Export
        </MenuToggle>
      )}
    >
      <DropdownList>
        <DropdownItem onClick={() => saveText(`${base}.csv`, 'text/csv', csvText(titles, rows))}>
          CSV, as shown
        </DropdownItem>
        <DropdownItem onClick={saveJson}>JSON, whole objects</DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}

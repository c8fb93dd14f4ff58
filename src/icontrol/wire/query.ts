/** `$filter`, `$select`, `$top`, `$skip`, `expandSubcollections` (icontrol.md 2.4). Pure. */
import type { Fault, Outcome } from '../../base/fault.ts';
import { type Json, type JsonObject, isJsonObject } from '../../config/text/json.ts';
import { camelCase } from '../../config/text/names.ts';
import { type Predicate, parseFilter } from './filter.ts';

export interface Query {
  readonly filter: Predicate | undefined;
  /** Paths in REST's names: "name", "membersReference/items/address". */
  readonly select: readonly (readonly string[])[] | undefined;
  readonly top: number | undefined;
  readonly skip: number;
  readonly isExpanded: boolean;
  /** `$expand=members`: these sub-collections only; "*" is all. */
  readonly expand: readonly string[];
  readonly isDryRun: boolean;
  readonly options: string | undefined;
  /** Echoed in selfLinks before `ver=`. */
  readonly echo: string;
}

export function parseQuery(text: string): Outcome<Query> {
  const parameters = new URLSearchParams(text);
  const faults: Fault[] = [];
  const filterText = parameters.get('$filter');
  const filter = filterText === null ? undefined : parseFilter(filterText);
  if (filter !== undefined && typeof filter !== 'function') {
    faults.push(wrong(`invalid filter expression "${filterText ?? ''}": ${filter.wrong}`));
  }
  const top = count(parameters.get('$top'), '$top', faults);
  const skip = count(parameters.get('$skip'), '$skip', faults);
  if (faults.length > 0) return { ok: false, faults };
  const select = parameters.get('$select');
  return {
    ok: true,
    value: {
      filter: typeof filter === 'function' ? filter : undefined,
      top,
      skip: skip ?? 0,
      select: select === null ? undefined : listed(select).map((path) => path.split('/')),
      isExpanded: parameters.get('expandSubcollections')?.toLowerCase() === 'true',
      expand: listed(parameters.get('$expand') ?? '').map(camelCase),
      isDryRun: parameters.get('dryRun') === 'true',
      options: parameters.get('options') ?? undefined,
      echo: text
        .split('&')
        .filter((part) => part !== '' && !/^(ver|dryRun|reason)=/.test(part))
        .join('&'),
    },
  };
}

function listed(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function wrong(message: string): Fault {
  return { status: 400, apiError: 26214401, message };
}

function count(text: string | null, name: string, faults: Fault[]): number | undefined {
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  faults.push(wrong(`invalid query parameter ${name} "${text}"`));
  return undefined;
}

export function isExpanding(query: Query, subCollection: string): boolean {
  const { expand } = query;
  const key = `${subCollection}Reference`;
  return (
    query.isExpanded || expand.some((one) => one === '*' || one === subCollection || one === key)
  );
}

interface Page {
  readonly count: number;
  /** Of all pages. */
  readonly total: number;
}

export interface Listing<T, R> {
  readonly sources: readonly T[];
  /** Undefined: nothing to show of it. */
  render(source: T): R | undefined;
  /** Absent when everything is wanted. */
  readonly matches: ((source: T, rendered: R) => boolean) | undefined;
  emit(rendered: R): string;
}

/**
 * The page's entries, one text each. Without a filter nothing is rendered that is not shown; with one,
 * everything is, and yields "" where it shows nothing, so that others get their turn.
 */
function* pagedTexts<T, R>(listing: Listing<T, R>, query: Query): Generator<string, Page> {
  const { sources, matches } = listing;
  const { skip } = query;
  const end = query.top === undefined ? Infinity : skip + query.top;
  let shown = 0;
  if (matches === undefined) {
    for (const source of sources.slice(skip, end)) {
      const rendered = listing.render(source);
      if (rendered === undefined) continue;
      shown += 1;
      yield listing.emit(rendered);
    }
    return { count: shown, total: sources.length };
  }
  let matching = 0;
  for (const source of sources) {
    const rendered = listing.render(source);
    const isMatch = rendered !== undefined && matches(source, rendered);
    if (isMatch) matching += 1;
    const isShown = isMatch && matching > skip && matching <= end;
    if (isShown) shown += 1;
    yield isShown ? listing.emit(rendered) : '';
  }
  return { count: shown, total: matching };
}

/** `{HEAD, "items": […], PAGE}` or, for statistics, `"entries": {…}`. */
export function* listingText<T, R>(
  head: JsonObject,
  key: 'items' | 'entries',
  listing: Listing<T, R>,
  query: Query,
  linkOf: (echo: string) => string,
): Generator<string> {
  const [open, close] = key === 'items' ? ['[', ']'] : ['{', '}'];
  yield `${JSON.stringify(head).slice(0, -1)},"${key}":${open}`;
  let separator = '';
  const emit = (rendered: R): string => {
    const text = `${separator}${listing.emit(rendered)}`;
    separator = ',';
    return text;
  };
  const page = yield* pagedTexts({ ...listing, emit }, query);
  const facts = JSON.stringify(pageFacts(page, query, linkOf));
  yield facts === '{}' ? `${close}}` : `${close},${facts.slice(1)}`;
}

/** With `$top`: where this page stands, and how to get to its neighbours. */
function pageFacts(page: Page, query: Query, linkOf: (echo: string) => string): JsonObject {
  const { top, skip } = query;
  if (top === undefined || top === 0) return {};
  const end = skip + top;
  return {
    currentItemCount: page.count,
    itemsPerPage: top,
    ...(end < page.total ? { nextLink: linkOf(pageQuery(query, end)) } : {}),
    pageIndex: Math.floor(skip / top) + 1,
    ...(skip > 0 ? { previousLink: linkOf(pageQuery(query, Math.max(0, skip - top))) } : {}),
    startIndex: skip + 1,
    totalItems: page.total,
    totalPages: Math.ceil(page.total / top),
  };
}

function pageQuery(query: Query, skip: number): string {
  const kept = query.echo
    .split('&')
    .filter((part) => part !== '' && !/^(\$|%24)(top|skip)=/.test(part));
  return [...kept, `$top=${query.top ?? 0}`, `$skip=${skip}`].join('&').replaceAll('$', '%24');
}

export function selected(object: JsonObject, query: Query): JsonObject {
  return query.select === undefined ? object : selectedPaths(object, query.select);
}

/** Paths below one key share its object; a list is gone through. */
function selectedPaths(object: JsonObject, paths: readonly (readonly string[])[]): JsonObject {
  const result: Record<string, Json> = {};
  for (const [key, value] of Object.entries(object)) {
    const here = paths.filter(([first = '']) => first === key || camelCase(first) === key);
    if (here.length === 0) continue;
    const below = here.map((path) => path.slice(1));
    result[key] = below.some((path) => path.length === 0) ? value : selectedValue(value, below);
  }
  return result;
}

function selectedValue(value: Json, paths: readonly (readonly string[])[]): Json {
  if (isJsonObject(value)) return selectedPaths(value, paths);
  if (!Array.isArray(value)) return value;
  return (value as readonly Json[]).map((entry) => selectedValue(entry, paths));
}

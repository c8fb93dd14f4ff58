/** `$filter`, `$select`, `$top`, `$skip`, `expandSubcollections` (icontrol.md 2.4). Pure. */
import type { Fault, Outcome } from '../base/fault.ts';
import type { Json, JsonObject } from '../config/text/json.ts';

export interface Query {
  readonly filter: ((object: JsonObject) => boolean) | undefined;
  readonly select: readonly string[] | undefined;
  readonly top: number | undefined;
  readonly skip: number;
  readonly isExpanded: boolean;
  readonly isDryRun: boolean;
  readonly options: string | undefined;
  /** Echoed in selfLinks before `ver=`. */
  readonly echo: string;
}

export function parseQuery(text: string): Outcome<Query> {
  const parameters = new URLSearchParams(text);
  const filterText = parameters.get('$filter');
  const filter = filterText === null ? undefined : parseFilter(filterText);
  if (filter !== undefined && typeof filter !== 'function') return { ok: false, faults: [filter] };
  const top = count(parameters.get('$top'), '$top');
  const skip = count(parameters.get('$skip'), '$skip');
  if (typeof top === 'object') return { ok: false, faults: [top] };
  if (typeof skip === 'object') return { ok: false, faults: [skip] };
  const select = parameters.get('$select');
  return {
    ok: true,
    value: {
      filter,
      top,
      skip: skip ?? 0,
      select: select === null ? undefined : select.split(',').map((name) => name.trim()),
      isExpanded: parameters.get('expandSubcollections') === 'true',
      isDryRun: parameters.get('dryRun') === 'true',
      options: parameters.get('options') ?? undefined,
      echo: text
        .split('&')
        .filter((part) => part !== '' && !/^(ver|dryRun)=/.test(part))
        .join('&'),
    },
  };
}

function count(text: string | null, name: string): number | undefined | Fault {
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  return { status: 400, apiError: 26214401, message: `invalid query parameter ${name} "${text}"` };
}

type Predicate = (object: JsonObject) => boolean;

/** `a eq x`, `a ne x`, `contains(a,'x')`, `startswith(…)`, joined by `and` (tighter) and `or`. */
function parseFilter(text: string): Predicate | Fault {
  const alternatives: Predicate[] = [];
  for (const alternative of splitOutsideQuotes(text, ' or ')) {
    const terms: Predicate[] = [];
    for (const term of splitOutsideQuotes(alternative, ' and ')) {
      const parsed = parseTerm(term.trim());
      if (parsed === undefined) {
        return {
          status: 400,
          apiError: 26214401,
          message: `invalid filter expression "${term.trim()}"`,
        };
      }
      terms.push(parsed);
    }
    alternatives.push((object) => terms.every((isTrue) => isTrue(object)));
  }
  return (object) => alternatives.some((isTrue) => isTrue(object));
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let isQuoted = false;
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === "'") isQuoted = !isQuoted;
    else if (!isQuoted && text.startsWith(separator, index)) {
      parts.push(text.slice(start, index));
      start = index + separator.length;
    }
  }
  return [...parts, text.slice(start)];
}

function parseTerm(term: string): Predicate | undefined {
  const call = /^(contains|startswith|endswith)\(\s*([\w/.-]+)\s*,\s*'?(.*?)'?\s*\)$/.exec(term);
  if (call !== null) {
    const [, operator, path = '', wanted = ''] = call;
    return (object) => {
      const value = textAt(object, path);
      if (value === undefined) return false;
      if (operator === 'contains') return value.includes(wanted);
      return operator === 'startswith' ? value.startsWith(wanted) : value.endsWith(wanted);
    };
  }
  const comparison = /^([\w/.-]+)\s+(eq|ne)\s+'?(.*?)'?$/.exec(term);
  if (comparison === null) return undefined;
  const [, path = '', operator, wanted = ''] = comparison;
  return (object) => {
    const value = textAt(object, path);
    // A partition says where to look: what lives in none (users, db) is found from everywhere.
    if (path === 'partition' && value === undefined) return true;
    return (value === wanted) === (operator === 'eq');
  };
}

/** "deviceReference/link" reaches into nested objects. */
function textAt(object: JsonObject, path: string): string | undefined {
  let value: Json | undefined = object;
  for (const key of path.split('/')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = (value as JsonObject)[key];
  }
  return value === undefined || typeof value === 'object' ? undefined : String(value);
}

export interface Page {
  readonly items: readonly JsonObject[];
  /** The query of the next page, when there is one. */
  readonly next: string | undefined;
}

export function pageOf(objects: readonly JsonObject[], query: Query): Page {
  const matching = query.filter === undefined ? objects : objects.filter(query.filter);
  const end = query.top === undefined ? matching.length : query.skip + query.top;
  const items = matching.slice(query.skip, end).map((object) => selected(object, query));
  const hasMore = query.top !== undefined && query.top > 0 && end < matching.length;
  return { items, next: hasMore ? nextQuery(query, end) : undefined };
}

function nextQuery(query: Query, skip: number): string {
  const kept = query.echo
    .split('&')
    .filter((part) => part !== '' && !/^(\$|%24)(top|skip)=/.test(part));
  return [...kept, `$top=${query.top ?? 0}`, `$skip=${skip}`].join('&').replaceAll('$', '%24');
}

export function selected(object: JsonObject, query: Query): JsonObject {
  if (query.select === undefined) return object;
  const names = query.select;
  return Object.fromEntries(Object.entries(object).filter(([name]) => names.includes(name)));
}

/**
 * What becomes of a text that another device wrote: each of its objects taken, taken with a difference, kept
 * without being understood, left out, or refused with the reason. Pure.
 */
import { opaqueId } from '../../catalogue/sys/opaque.ts';
import type { Component, Properties, Property } from '../../catalogue/types.ts';
import { splitOpaque } from '../text/opaque.ts';
import type { ConfigView } from '../types.ts';
import { canonicalJson, sameValue } from '../model/values.ts';
import type { PlacedStanza } from './plan.ts';

export const verdicts = ['taken', 'different', 'opaque', 'left-out', 'refused'] as const;

export type Verdict = (typeof verdicts)[number];

export interface ReportedObject {
  /** "ltm pool /Common/web" */
  readonly object: string;
  readonly file: string;
  readonly line: number;
  readonly verdict: Verdict;
  /** Why it is not simply taken. */
  readonly notes: readonly string[];
}

export interface CompatibilityReport {
  readonly totals: Readonly<Record<Verdict, number>>;
  /** As the text has them. */
  readonly objects: readonly ReportedObject[];
}

export interface Reported {
  readonly stanzas: readonly PlacedStanza[];
  /** Headers of what is another device's own. */
  readonly skipped: ReadonlySet<string>;
  /** Faults by header. */
  readonly refused: ReadonlyMap<string, readonly string[]>;
  /** What could not be read at all. */
  readonly unread: readonly ReportedObject[];
  /** The configuration that the rest would make. */
  readonly after: ConfigView | undefined;
}

export function headerOf(stanza: PlacedStanza): string {
  if (stanza.kind === 'unknown') return stanza.header;
  return stanza.name === '' ? stanza.component.id : `${stanza.component.id} ${stanza.name}`;
}

export function reportOn(reported: Reported): CompatibilityReport {
  const objects = [
    ...reported.stanzas.map((stanza) => reportedObject(stanza, reported)),
    ...reported.unread,
  ];
  const places = new Map(objects.map((one, index) => [one, index]));
  objects.sort((a, b) =>
    a.file === b.file ? a.line - b.line : (places.get(a) ?? 0) - (places.get(b) ?? 0),
  );
  const count = (verdict: Verdict): number =>
    objects.filter((one) => one.verdict === verdict).length;
  const totals = Object.fromEntries(verdicts.map((verdict) => [verdict, count(verdict)]));
  // Each verdict has its count.
  return { totals: totals as CompatibilityReport['totals'], objects };
}

function reportedObject(
  stanza: PlacedStanza,
  { skipped, refused, after }: Reported,
): ReportedObject {
  const object = headerOf(stanza);
  const place = { object, file: stanza.file, line: stanza.line };
  const faults = refused.get(object);
  if (faults !== undefined) return { ...place, verdict: 'refused', notes: faults };
  if (stanza.kind === 'unknown') {
    const why = stanza.why ?? 'not known here';
    return { ...place, verdict: 'opaque', notes: [`${why}: kept without effect`] };
  }
  if (skipped.has(object)) {
    return { ...place, verdict: 'left-out', notes: ["belongs to another device's trust"] };
  }
  const { component, name } = stanza;
  const stored = after?.get(component.id, name)?.properties;
  if (stored === undefined) {
    const isKept = after?.stored(opaqueId, object) !== undefined;
    const notes = [isKept ? 'not made here: kept without effect' : 'not made here'];
    return { ...place, verdict: isKept ? 'opaque' : 'left-out', notes };
  }
  const notes = differences(component, stanza.properties, stored);
  return { ...place, verdict: notes.length === 0 ? 'taken' : 'different', notes };
}

/** Of a long list the first ones say enough. */
const longestValue = 80;

function differences(
  component: Component,
  written: Properties,
  stored: Properties,
): readonly string[] {
  const { known, fragments } = splitOpaque(written);
  const unknown = fragments.flatMap(({ path, text }) => {
    const word = text.split(/\s/, 1)[0] ?? '';
    return quiet.has(word)
      ? []
      : [`"${path === '' ? word : `${path} ${word}`}" is not known here: kept without effect`];
  });
  const others = component.properties.flatMap((property): readonly string[] => {
    const value = known[property.name];
    if (value === undefined) return [];
    return [...changedNote(property, known, stored), ...effectNote(property, known)];
  });
  return [...unknown, ...others];
}

function changedNote(
  { name, type, secret, derived, runtime }: Property,
  written: Properties,
  stored: Properties,
): readonly string[] {
  // Sealed or counted here: another text by its nature. Blocks are completed with their defaults.
  if (secret === true || derived === true || runtime === true) return [];
  if (!comparable.has(type.kind)) return [];
  const [before, after] = [written[name], stored[name]];
  if (before === undefined || sameText(before, after)) return [];
  const text = after === undefined ? 'nothing' : shortened(canonicalJson(after));
  return [`"${name}" ${shortened(canonicalJson(before))} is read as ${text}`];
}

/** The others have several spellings of one and the same value. */
const comparable = new Set(['string', 'integer', 'enum', 'flags', 'reference', 'monitor-rule']);

function sameText(a: Properties[string], b: Properties[string] | undefined): boolean {
  if (sameValue(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    const texts = (list: readonly unknown[]): string => list.map(String).toSorted().join('\n');
    return texts(a) === texts(b);
  }
  return b !== undefined && typeof a !== 'object' && String(a) === String(b);
}

function effectNote(property: Property, written: Properties): readonly string[] {
  const { name, effect, default: preset } = property;
  const value = written[name];
  if (effect !== 'stored' || quiet.has(name)) return [];
  if (preset !== undefined && sameText(value ?? '', preset)) return [];
  if (name === 'api-anonymous') return ['the script is kept and does not run'];
  return [`"${name}" is kept and has no effect`];
}

/** They have none on any device, or a device gives them out itself. */
const quiet = new Set([
  'app-service',
  'contact',
  'creation-time',
  'description',
  'last-modified-time',
  'location',
  'metadata',
  'vs-index',
]);

function shortened(text: string): string {
  return text.length <= longestValue ? text : `${text.slice(0, longestValue)}…`;
}

/** More of a kind are counted. */
const maximumLines = 50;

/** For people: the totals, then what is not simply taken, the worst first. */
export function reportText({ totals, objects }: CompatibilityReport): string {
  const sum = objects.length;
  const head = `${sum} object${sum === 1 ? '' : 's'}: ${totals.taken} taken, ${totals.different} taken with a difference, ${totals.opaque} kept opaque, ${totals['left-out']} left out, ${totals.refused} refused`;
  const parts = verdicts.toReversed().flatMap((verdict) => {
    const these = verdict === 'taken' ? [] : objects.filter((one) => one.verdict === verdict);
    const shown = these.slice(0, maximumLines).map((one) => objectText(one));
    const more = these.length - shown.length;
    return more <= 0 ? shown : [...shown, `  ${verdict}: ${more} more`];
  });
  return [head, ...parts].join('\n');
}

function objectText({ verdict, object, file, line, notes }: ReportedObject): string {
  return `  ${verdict}: ${object} (${file} at line: ${line})${notes.map((note) => `\n      ${note}`).join('')}`;
}

/** Changes of objects as people read them: tmsh's text with the lines that go and come. Pure. */
import { type Json, type JsonObject, isJsonObject } from './json.ts';
import { lineDiff } from './line-diff.ts';

/** `changes` as REST gives them for a dry run or a diff; ends with a newline unless empty. */
export function changesText(changes: readonly Json[]): string {
  return changes.map((change) => (isJsonObject(change) ? changeText(change) : '')).join('');
}

function changeText({
  action,
  component,
  name,
  beforeText,
  afterText,
  properties,
}: JsonObject): string {
  if (beforeText === undefined && afterText === undefined) {
    return `* ${String(action)} ${String(component)} ${String(name)}\n`;
  }
  const lines = lineDiff(linesOf(beforeText), linesOf(afterText));
  const isSecretOnly = beforeText === afterText;
  const secrets = isSecretOnly && Array.isArray(properties) ? (properties as readonly Json[]) : [];
  const more = secrets
    .filter(isJsonObject)
    .map(({ property }) => `! ${String(property)} (secret, changed)`);
  return [...lines, ...more].map((line) => `${line}\n`).join('');
}

function linesOf(text: Json | undefined): readonly string[] {
  return typeof text === 'string' ? text.split('\n') : [];
}

/** `engines` of a dry run's answer. */
export function enginesText(engines: readonly Json[]): string {
  return engines
    .filter(isJsonObject)
    .map(({ engine, changes }) => {
      const lines = Array.isArray(changes) ? (changes as readonly Json[]) : [];
      return [`${String(engine)}:`, ...lines.map((line) => `  ${String(line)}`)].join('\n');
    })
    .map((text) => `${text}\n`)
    .join('');
}

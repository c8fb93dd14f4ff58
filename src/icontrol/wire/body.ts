/** A request's body as JSON. Pure. */
import type { JsonObject } from '../../config/text/json.ts';

/** Levels of arrays and objects in a body; the deepest of the catalogue's has six. */
const maximumNesting = 64;

/** The object, or why it is none. */
export function parseBodyText(text: string): JsonObject | string {
  if (text.trim() === '') return {};
  // Before anything recurses over it.
  if (isNestedDeeper(text, maximumNesting)) return `more than ${maximumNesting} levels`;
  if (hasHalfCharacter(text)) return 'half a surrogate pair';
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return 'an object is expected';
    }
    return value as JsonObject; // JSON.parse gives nothing else inside an object.
  } catch (error) {
    return error instanceof Error ? error.message : 'not JSON';
  }
}

/** `\ud800` alone: no text that could be in a URL, in a file, or sent to a peer. */
function hasHalfCharacter(text: string): boolean {
  const plain = text.replaceAll('\\\\', '');
  return /\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]/.test(plain);
}

function isNestedDeeper(text: string, limit: number): boolean {
  let depth = 0;
  let isQuoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (isQuoted) {
      if (character === '\\') index += 1;
      else if (character === '"') isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === '[' || character === '{') {
      depth += 1;
      if (depth > limit) return true;
    } else if (character === ']' || character === '}') depth -= 1;
  }
  return false;
}

/**
 * Charts as one file: a line of JSON that says what follows, then the values of each ring, span by span. Pure. What
 * cannot be read is nothing: charts begin anew.
 */
import { type Ring, spans } from './ring.ts';

/** Of an object ("ltm virtual /Common/web"), or of the machine: rings by measure. */
export type Rings = Readonly<Record<string, Ring>>;

interface Head {
  readonly version: 1;
  /** Wall milliseconds. */
  readonly at: number;
  readonly objects: readonly {
    readonly key: string;
    /** By measure, how many values of each span. */
    readonly counts: Readonly<Record<string, readonly number[]>>;
  }[];
}

const newline = 10;

/** Yields after each object: there may be hundreds, of 27 kB each. */
export function* encodeCharts(
  at: number,
  all: Iterable<readonly [string, Rings]>,
): Generator<undefined, readonly Uint8Array[]> {
  const objects: Head['objects'][number][] = [];
  const parts: Uint8Array[] = [];
  for (const [key, rings] of all) {
    const counts: Record<string, readonly number[]> = {};
    const values: number[] = [];
    for (const [measure, ring] of Object.entries(rings)) {
      const kept = ring.kept();
      counts[measure] = kept.map(({ length }) => length);
      for (const some of kept) values.push(...some);
    }
    parts.push(new Uint8Array(new Float32Array(values).buffer));
    objects.push({ key, counts });
    yield;
  }
  const head: Head = { version: 1, at, objects };
  return [new TextEncoder().encode(`${JSON.stringify(head)}\n`), ...parts];
}

export interface Decoded {
  readonly at: number;
  /** Values of a measure of an object, span by span; undefined: it was not known then. */
  values(key: string, measure: string): readonly Float32Array[] | undefined;
  readonly keys: readonly string[];
}

/** Undefined when it is not such a file, or not all of one. */
export function decodeCharts(bytes: Uint8Array): Decoded | undefined {
  const end = bytes.indexOf(newline);
  const head = end < 0 ? undefined : headOf(new TextDecoder().decode(bytes.subarray(0, end)));
  if (head === undefined) return undefined;
  const found = new Map<string, readonly Float32Array[]>();
  let start = end + 1;
  for (const { key, counts } of head.objects) {
    for (const [measure, lengths] of Object.entries(counts)) {
      const values: Float32Array[] = [];
      for (const length of lengths) {
        if (!Number.isInteger(length) || length < 0) return undefined;
        const stop = start + length * Float32Array.BYTES_PER_ELEMENT;
        if (stop > bytes.length) return undefined;
        // Copied: floats stand at multiples of four only.
        values.push(new Float32Array(new Uint8Array(bytes.subarray(start, stop)).buffer));
        start = stop;
      }
      found.set(`${measure} ${key}`, values);
    }
  }
  if (start !== bytes.length) return undefined;
  const keys = head.objects.map(({ key }) => key);
  return { at: head.at, keys, values: (key, measure) => found.get(`${measure} ${key}`) };
}

function headOf(text: string): Head | undefined {
  try {
    // Checked below; what else is in it is ours.
    const head = JSON.parse(text) as Head;
    const isOurs = head.version === 1 && Number.isFinite(head.at) && head.objects.every(isWhole);
    return isOurs ? head : undefined;
  } catch {
    return undefined;
  }
}

function isWhole({ key, counts }: Head['objects'][number]): boolean {
  return (
    typeof key === 'string' && Object.values(counts).every(({ length }) => length === spans.length)
  );
}

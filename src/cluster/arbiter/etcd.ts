/** The arbiter's records in etcd's words: version 3, by its JSON gateway. Pure. */
import type { ArbiterAnswer, ArbiterRecord, ArbiterRound, ArbiterWrite } from './ledger.ts';

/**
 * One transaction: each write in a transaction of its own inside, with its own condition, then all records.
 * `lease`: etcd removes the records of a device that is gone for long.
 */
export function encodeRound(prefix: string, round: ArbiterRound, lease: string): string {
  return JSON.stringify({
    success: [
      ...round.writes.map((write) => ({ request_txn: encodeWrite(prefix, write, lease) })),
      { request_range: { key: base64(prefix), range_end: base64(endOf(prefix)) } },
    ],
  });
}

function encodeWrite(prefix: string, write: ArbiterWrite, lease: string): object {
  const key = base64(prefix + write.group);
  const value = base64(JSON.stringify(write.value));
  return {
    compare: [{ key, target: 'MOD', result: 'EQUAL', mod_revision: String(write.revision) }],
    success: [{ request_put: { key, value, lease } }],
  };
}

/** Undefined: not the answer to this round. Records that are not ours in shape stand for a stranger's. */
export function decodeAnswer(
  prefix: string,
  round: ArbiterRound,
  text: string,
): ArbiterAnswer | undefined {
  const answer = parse(text);
  const responses = listOf(answer?.['responses']);
  const { writes } = round;
  const range = objectOf(responses[writes.length])?.['response_range'];
  if (responses.length !== writes.length + 1 || objectOf(range) === undefined) return undefined;
  const written = writes.flatMap(({ group }, index) => {
    const inner = objectOf(objectOf(responses[index])?.['response_txn']);
    return inner?.['succeeded'] === true ? [group] : [];
  });
  const records = listOf(objectOf(range)?.['kvs']).flatMap((pair) => recordOf(prefix, pair));
  return { written, records };
}

function recordOf(prefix: string, value: unknown): readonly ArbiterRecord[] {
  const pair = objectOf(value);
  const key = Buffer.from(String(pair?.['key'] ?? ''), 'base64').toString();
  const revision = Number(pair?.['mod_revision']);
  if (!key.startsWith(prefix) || !Number.isSafeInteger(revision)) return [];
  const text = Buffer.from(String(pair?.['value'] ?? ''), 'base64').toString();
  const { holder, instance, term, successor } = parse(text) ?? {};
  return [
    {
      group: key.slice(prefix.length),
      // A record that nobody of us wrote is nobody's to take at once: it has to stand for a while first.
      holder: typeof holder === 'string' ? holder : 'unknown',
      instance: typeof instance === 'number' ? instance : 0,
      term: typeof term === 'number' ? term : 0,
      successor: typeof successor === 'string' ? successor : '',
      revision,
    },
  ];
}

/** The first key after all that begin with `prefix`. */
function endOf(prefix: string): string {
  const last = prefix.charCodeAt(prefix.length - 1);
  return prefix.slice(0, -1) + String.fromCharCode(last + 1);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

type Fields = Readonly<Record<string, unknown>>;

function parse(text: string): Fields | undefined {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  // An object by the line above; its fields are looked at one by one.
  return value as Fields;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

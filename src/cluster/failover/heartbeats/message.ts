/**
 * Heartbeats on the wire: JSON, checked field by field. The driver puts a magic and an HMAC before it; what
 * arrives here is from a member of the group, but may be of another version.
 */
import type { GroupClaim, Message, Mode, Vote } from '../types.ts';

/** 127 traffic groups fit; more is not a heartbeat. */
export const maximumMessageBytes = 60_000;

export function encodeMessage(message: Message): string {
  return JSON.stringify(message);
}

/** Undefined: not a heartbeat that this version understands. */
export function decodeMessage(text: string): Message | undefined {
  if (text.length > maximumMessageBytes) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isMessage(value) ? value : undefined;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string' && value.length <= 512;
const isCount: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isOneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.some((word) => word === value);
const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length <= 256 && value.every(check);

function hasFields(fields: Readonly<Record<string, Check>>): Check {
  return (value) => {
    if (typeof value !== 'object' || value === null) return false;
    // An object by the line above; its fields are checked one by one.
    const object = value as Readonly<Record<string, unknown>>;
    return Object.entries(fields).every(([name, check]) => check(object[name]));
  };
}

const isMode = hasFields({
  epoch: isCount,
  phase: isOneOf('unknown', 'dropping', 'pair', 'joining', 'witness'),
} satisfies Record<keyof Mode, Check>);

const isClaim = hasFields({
  name: isText,
  role: isOneOf('standby', 'candidate', 'owner'),
  term: isCount,
  floor: isCount,
  successor: (value) => value === undefined || isText(value),
  drains: (value) => value === undefined || typeof value === 'boolean',
  score: (value) => value === undefined || isCount(value),
} satisfies Record<keyof GroupClaim, Check>);

const isVote = hasFields({
  group: isText,
  holder: isText,
  instance: isCount,
  sequence: isCount,
  remaining: isCount,
} satisfies Record<keyof Vote, Check>);

const isMessageShape = hasFields({
  deviceGroup: isText,
  from: isText,
  instance: isCount,
  sequence: isCount,
  wantsReply: (value) => typeof value === 'boolean',
  mode: isMode,
  fitness: isOneOf('able', 'impaired', 'starting', 'forced-offline'),
  heard: isListOf(
    hasFields({
      device: isText,
      sequence: isCount,
      age: isCount,
      instance: (value) => value === undefined || isCount(value),
    }),
  ),
  groups: isListOf(isClaim),
  votes: isListOf(isVote),
  lag: (value) => value === undefined || isCount(value),
} satisfies Record<keyof Message, Check>);

function isMessage(value: unknown): value is Message {
  return isMessageShape(value);
}

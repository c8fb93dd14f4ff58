import protobuf from 'protobufjs';
import type { IqueryBodies } from './types.ts';

/**
 * Messages ⇄ bytes by proto/iquery.proto, read at start (about 55 ms once, nothing generated to keep in
 * step). Pure. Every field of a decoded message has a value: absent ones have proto3's default, absent
 * nested messages the default of each of their fields.
 */
export interface Hello {
  readonly version: number;
  readonly features: readonly string[];
  readonly device: string;
  readonly software: string;
  readonly instance: string;
  readonly wallMilliseconds: number;
  readonly product: string;
  readonly session: string;
  readonly domain: string;
  readonly removed: readonly string[];
}

interface PingBody {
  readonly sequence: number;
  readonly sentMilliseconds: number;
}

/** What the channel says for itself, beside what the rooms say to each other. */
export interface ChannelBodies {
  readonly hello: Hello;
  readonly ping: PingBody;
  readonly pong: PingBody;
  readonly goodbye: { readonly reason: string };
}

export type AllBodies = ChannelBodies & IqueryBodies;

export interface Message<K extends keyof AllBodies = keyof AllBodies> {
  readonly kind: K;
  readonly body: AllBodies[K];
}

export interface Codec {
  encode(messages: readonly Message[]): Uint8Array;
  /** Undefined when the bytes are no Frame; messages of kinds unknown here are left out. */
  decode(frame: Uint8Array): readonly Message[] | undefined;
}

type Plain = Record<string, unknown>;

export function createCodec(proto: string): Codec {
  // 64-bit fields are JavaScript numbers: times in milliseconds and counters stay far below 2^53.
  protobuf.util.Long = undefined as never; // The typings insist on a Long; "none" is documented.
  protobuf.configure();
  const { root } = protobuf.parse(proto, { keepCase: false });
  root.resolveAll();
  const frame = root.lookupType('evenkeel.iquery.v1.Frame');
  const message = root.lookupType('evenkeel.iquery.v1.Message');
  return {
    encode: (messages) =>
      frame
        .encode({ messages: messages.map((entry) => ({ [entry.kind]: entry.body })) })
        .finish()
        .slice(),
    decode(bytes) {
      let decoded: Plain;
      try {
        decoded = frame.toObject(frame.decode(bytes), conversion);
      } catch {
        return undefined;
      }
      const messages: Message[] = [];
      // toObject with `oneofs` gives each message's kind under the name of the oneof.
      for (const entry of decoded['messages'] as Plain[]) {
        const kind = entry['body'] as keyof AllBodies | undefined;
        if (kind === undefined) continue;
        const body = entry[kind] as Plain;
        complete(body, message.fields[kind]?.resolvedType);
        // The codec's types and the .proto say the same; a test compares them field by field.
        messages.push({ kind, body: body as never });
      }
      return messages;
    },
  };
}

const conversion = { defaults: true, arrays: true, longs: Number, oneofs: true } as const;

/** Fills nested messages that were absent. */
function complete(body: Plain, type: unknown): void {
  if (!(type instanceof protobuf.Type)) return;
  for (const field of type.fieldsArray) {
    const nested = field.resolvedType;
    if (!(nested instanceof protobuf.Type)) continue;
    const value = body[field.name];
    if (field.repeated) {
      for (const item of value as Plain[]) complete(item, nested);
    } else if (value === null || value === undefined) {
      const empty: Plain = nested.toObject(nested.create(), conversion);
      complete(empty, nested);
      body[field.name] = empty;
    } else {
      complete(value as Plain, nested);
    }
  }
}

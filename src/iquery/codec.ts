import protobuf from 'protobufjs';
import { type Body, compileBodies, tagOf } from './compiled.ts';
import type { IqueryBodies } from './types.ts';
import { Reader, wireBytes, Writer } from './wire-format.ts';

/**
 * Messages ⇄ bytes by proto/iquery.proto, read at start (about 55 ms once, nothing generated to keep in
 * step). Pure. Bytes become what the rooms take, and nothing between (`compiled.ts`). Every field of a decoded message has a value: absent ones have proto3's default, absent
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

export function createCodec(proto: string): Codec {
  const { root } = protobuf.parse(proto, { keepCase: false });
  root.resolveAll();
  const { bodies, kinds } = compileBodies(root.lookupType('evenkeel.iquery.v1.Message'));
  const writer = new Writer();
  return {
    encode(messages) {
      try {
        for (const { kind, body } of messages) {
          const known = kinds.get(kind);
          if (known === undefined) continue;
          const start = writer.begin(messagesTag);
          const inner = writer.begin(known.tag);
          known.write(writer, body);
          writer.end(inner);
          writer.end(start);
        }
        return writer.finish();
      } finally {
        // Of messages that were too strange to be written nothing is left.
        writer.clear();
      }
    },
    decode(bytes) {
      try {
        return readFrame(new Reader(bytes), bodies);
      } catch {
        return undefined;
      }
    },
  };
}

/** Field 1 of Frame. */
const messagesTag = tagOf(1, wireBytes);

/** The body that came last is the message's, as of every oneof. */
function readFrame(reader: Reader, bodies: ReadonlyMap<number, Body>): readonly Message[] {
  const messages: Message[] = [];
  while (reader.hasMore()) {
    const tag = reader.tag();
    if (tag !== messagesTag) {
      reader.skip(tag & 7);
      continue;
    }
    reader.item();
    const end = reader.enter();
    let last: Body | undefined;
    let body: unknown;
    while (reader.hasMore()) {
      const inner = reader.tag();
      const known = bodies.get(inner);
      if (known === undefined) {
        reader.skip(inner & 7);
        continue;
      }
      body = known.read(reader, known === last ? body : undefined);
      last = known;
    }
    reader.leave(end);
    // The types of bodies say what the .proto does.
    if (last !== undefined)
      messages.push({ kind: last.kind as keyof AllBodies, body: body as never });
  }
  return messages;
}

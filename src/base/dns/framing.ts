/** DNS over TCP: two bytes of length before each message (RFC 1035 §4.2.2, RFC 7766). Pure. */
import { headerBytes, readUint16 } from './message.ts';

export interface FrameReader {
  /** Whole messages, in order; 'malformed' when the stream cannot be DNS. */
  push(chunk: Uint8Array): readonly Uint8Array[] | 'malformed';
}

/** Holds at most one unfinished message: 65,537 bytes, and the chunk that came. */
export function createFrameReader(): FrameReader {
  let rest: Uint8Array = new Uint8Array(0);
  return {
    push(chunk) {
      const bytes = rest.length === 0 ? chunk : joined(rest, chunk);
      const frames: Uint8Array[] = [];
      let offset = 0;
      while (bytes.length - offset >= 2) {
        const size = readUint16(bytes, offset);
        if (size < headerBytes) return 'malformed';
        if (bytes.length - offset - 2 < size) break;
        frames.push(bytes.slice(offset + 2, offset + 2 + size));
        offset += 2 + size;
      }
      rest = bytes.slice(offset);
      return frames;
    },
  };
}

export function frame(message: Uint8Array): Uint8Array {
  const framed = new Uint8Array(message.length + 2);
  framed[0] = message.length >>> 8;
  framed[1] = message.length & 0xff;
  framed.set(message, 2);
  return framed;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

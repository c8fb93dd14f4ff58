/**
 * Frames on an iQuery stream: four bytes of length, big endian, then that many bytes of a protobuf
 * Frame (proto/iquery.proto). Pure. A length beyond the bound is a fault of the sender and ends the session.
 */

/** Largest frame that is accepted; a full load travels in parts far below it. */
export const maximumFrameBytes = 8 * 1024 * 1024;
const headerBytes = 4;

export function frameBytes(body: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(headerBytes + body.length);
  frame.writeUInt32BE(body.length);
  frame.set(body, headerBytes);
  return frame;
}

export interface FrameReader {
  /** Complete frame bodies in order; undefined once the stream is beyond repair. */
  push(chunk: Uint8Array): readonly Uint8Array[] | undefined;
}

export function createFrameReader(): FrameReader {
  let parts: Uint8Array[] = [];
  let held = 0;
  let isBroken = false;
  const take = (count: number): Uint8Array => {
    const whole = parts.length === 1 ? parts[0] : undefined;
    const bytes = whole ?? concatenate(parts, held);
    const rest = bytes.subarray(count);
    parts = rest.length === 0 ? [] : [rest];
    held -= count;
    return bytes.subarray(0, count);
  };
  let wanted: number | undefined;
  return {
    push(chunk) {
      if (isBroken) return undefined;
      parts.push(chunk);
      held += chunk.length;
      const frames: Uint8Array[] = [];
      for (;;) {
        if (wanted === undefined) {
          if (held < headerBytes) return frames;
          const header = take(headerBytes);
          wanted = new DataView(header.buffer, header.byteOffset, headerBytes).getUint32(0);
          if (wanted > maximumFrameBytes) {
            isBroken = true;
            return undefined;
          }
        }
        if (held < wanted) return frames;
        frames.push(take(wanted));
        wanted = undefined;
      }
    },
  };
}

function concatenate(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * The only importer of `node:ffi`. A raw pointer does not keep its buffer alive, so every buffer handed to
 * C is made here and kept for the life of the process. Absent libraries and symbols give undefined: each
 * caller has a fallback without it.
 */
import './steady-calls.ts';
import { dlopen } from 'node:ffi';

type Definitions = NonNullable<Parameters<typeof dlopen>[1]>;
type Loaded<T extends Definitions> = ReturnType<typeof dlopen<T>>['functions'];

const kept: Buffer[] = [];

/** A buffer whose address C may remember. */
export function keep(bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  kept.push(buffer);
  return buffer;
}

/** Tries each name in turn: "libnftables.so.1"; null is the C library of this process. */
export function load<const T extends Definitions>(
  names: readonly (string | null)[],
  definitions: T,
): Loaded<T> | undefined {
  if (process.env['EVENKEEL_NO_FFI'] !== undefined) return undefined;
  for (const name of names) {
    try {
      return dlopen(name, definitions).functions;
    } catch {
      // Not here under that name; the caller falls back when none is.
    }
  }
  return undefined;
}

/** The calls below socket level that every file here uses. */
export const libc = load([null, 'libc.so.6'], {
  socket: { arguments: ['i32', 'i32', 'i32'], return: 'i32' },
  bind: { arguments: ['i32', 'pointer', 'u32'], return: 'i32' },
  sendto: { arguments: ['i32', 'pointer', 'u64', 'i32', 'pointer', 'u32'], return: 'i64' },
  recv: { arguments: ['i32', 'pointer', 'u64', 'i32'], return: 'i64' },
  close: { arguments: ['i32'], return: 'i32' },
  if_nametoindex: { arguments: ['pointer'], return: 'u32' },
  sched_setscheduler: { arguments: ['i32', 'i32', 'pointer'], return: 'i32' },
});

const nameBuffer = keep(64);

/** Kernel index of an interface of this network namespace; 0 when there is none of that name. */
export function interfaceIndex(name: string): number {
  if (libc === undefined || name.length > 15) return 0;
  nameBuffer.fill(0);
  nameBuffer.write(name, 'latin1');
  return libc.if_nametoindex(nameBuffer);
}

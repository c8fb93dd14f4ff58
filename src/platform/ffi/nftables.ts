/**
 * nftables inside this process (libnftables: 0.04 to 0.1 ms a transaction, against 4 to 16 ms for starting
 * `nft`), with the started program as fallback. Every call is one transaction: all of it or nothing.
 */
import { toString } from 'node:ffi';
import { execFileSync } from 'node:child_process';
import { keep, load } from './library.ts';

export interface Nftables {
  /** Runs nft commands as one transaction; throws with nft's words when the kernel or nft refuses. */
  run(commands: string): void;
  /** What nft prints of it; throws like `run`. */
  list(what: string): string;
  readonly inProcess: boolean;
}

const fallbackTimeoutMilliseconds = 2000;
const firstBufferBytes = 64 * 1024;

export class NftablesError extends Error {
  override readonly name = 'NftablesError';
}

export function openNftables(): Nftables {
  return openLibrary() ?? spawned();
}

function openLibrary(): Nftables | undefined {
  const library = load(['libnftables.so.1'], {
    nft_ctx_new: { arguments: ['u32'], return: 'pointer' },
    nft_ctx_buffer_error: { arguments: ['pointer'], return: 'i32' },
    nft_ctx_buffer_output: { arguments: ['pointer'], return: 'i32' },
    nft_ctx_get_error_buffer: { arguments: ['pointer'], return: 'pointer' },
    nft_ctx_get_output_buffer: { arguments: ['pointer'], return: 'pointer' },
    nft_run_cmd_from_buffer: { arguments: ['pointer', 'pointer'], return: 'i32' },
  });
  if (library === undefined) return undefined;
  const context = library.nft_ctx_new(0);
  library.nft_ctx_buffer_error(context);
  library.nft_ctx_buffer_output(context);
  let buffer = keep(firstBufferBytes);
  const run = (commands: string): void => {
    const bytes = Buffer.byteLength(commands) + 1;
    if (bytes > buffer.length) buffer = keep(bytes * 2);
    buffer.write(commands);
    buffer[bytes - 1] = 0;
    if (library.nft_run_cmd_from_buffer(context, buffer) === 0) return;
    const said = toString(library.nft_ctx_get_error_buffer(context));
    throw new NftablesError(said?.trim() ?? 'nft refused without a word');
  };
  return {
    inProcess: true,
    run,
    list(what) {
      // A buffer holds what was printed since it was last looked at.
      library.nft_ctx_get_output_buffer(context);
      run(`list ${what}`);
      return toString(library.nft_ctx_get_output_buffer(context)) ?? '';
    },
  };
}

function spawned(): Nftables {
  const run = (commands: string): string => {
    try {
      return execFileSync('nft', ['-f', '-'], {
        input: commands,
        timeout: fallbackTimeoutMilliseconds,
        stdio: ['pipe', 'pipe', 'pipe'],
        encoding: 'utf8',
      });
    } catch (error) {
      const said = (error as { readonly stderr?: string }).stderr?.trim();
      throw new NftablesError(said ?? 'cannot run nft', { cause: error });
    }
  };
  return {
    inProcess: false,
    run: (commands) => void run(commands),
    list: (what) => run(`list ${what}`),
  };
}

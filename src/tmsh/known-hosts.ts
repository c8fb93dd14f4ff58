/** Devices that the shell has been to: the certificate that they showed, and tokens of users. Pure. */

export interface KnownHost {
  /** SHA-256, upper case hexadecimal with colons. */
  readonly fingerprint: string;
  /** By user; the device says when one has ended. */
  readonly tokens: Readonly<Record<string, string>>;
}

/** By "host:port". A text that is none of ours knows nobody. */
export function readKnownHosts(text: string): Map<string, KnownHost> {
  const hosts = new Map<string, KnownHost>();
  for (const [address, entry] of entriesIn(parsed(text))) {
    const { fingerprint, tokens } = Object.fromEntries(entriesIn(entry));
    if (typeof fingerprint !== 'string') continue;
    const kept = entriesIn(tokens).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string',
    );
    hosts.set(address, { fingerprint, tokens: Object.fromEntries(kept) });
  }
  return hosts;
}

export function knownHostsText(hosts: ReadonlyMap<string, KnownHost>): string {
  return `${JSON.stringify(Object.fromEntries(hosts), undefined, 1)}\n`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function entriesIn(value: unknown): readonly [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** Which listener of a file HAProxy did not take: the others need not wait for it. Pure. */

/** `alerts`: what `haproxy -c` says of the file. The name of a frontend; undefined when it is about something else. */
export function culpritOf(alerts: string, file: string): string | undefined {
  const line = /parsing \[[^\]]*:(\d+)\]/.exec(alerts)?.[1];
  const named = /(?:[Pp]roxy|frontend) '([^']+)'/.exec(alerts)?.[1];
  const frontends = sectionsOf(file);
  if (line !== undefined) {
    const found = frontends.findLast(({ from }) => from <= Number(line));
    // One that ends before it is not meant.
    return found !== undefined && Number(line) <= found.to ? found.name : undefined;
  }
  return frontends.find(({ name }) => name === named)?.name;
}

interface Lines {
  readonly name: string;
  /** Counted from 1. */
  readonly from: number;
  readonly to: number;
}

/** Of frontends; a blank line ends each. */
function sectionsOf(file: string): readonly Lines[] {
  const lines = file.split('\n');
  return lines.flatMap((line, index) => {
    const name = /^frontend (\S+)$/.exec(line)?.[1];
    if (name === undefined) return [];
    const end = lines.indexOf('', index);
    return [{ name, from: index + 1, to: end === -1 ? lines.length : end }];
  });
}

/** Where a frontend listens by itself, and not behind the packet filter. */
export function placesOf(section: string): readonly { address: string; port: number }[] {
  const binds = section.matchAll(/^ {2}bind (?:\[([^\]]+)\]|([\d.]+)):(\d+)\b(?! transparent)/gm);
  return [...binds].map(([, six, four, port]) => ({
    address: six ?? four ?? '',
    port: Number(port),
  }));
}

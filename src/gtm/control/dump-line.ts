/** One line of iqdump: a message as JSON, without secrets and without whole configurations. Pure. */
import type { IquerySession, PeerReport } from '../../iquery/types.ts';

/** Longer lists are counted: a full load holds every object of the device, secrets among them. */
const loads: ReadonlySet<string> = new Set(['commits', 'objects', 'deletions']);
/** Keys, sealed or not. */
const secrets: ReadonlySet<string> = new Set(['key']);

export function sessionLine(peer: PeerReport, now: number): string {
  return JSON.stringify({ time: timeText(now), kind: 'session', ...peer });
}

export function messageLine(
  kind: string,
  body: object,
  session: Pick<IquerySession, 'device' | 'remoteAddress'>,
  now: number,
): string {
  const shown = Object.entries(body).map(([name, value]) => [name, shownValue(name, value)]);
  return JSON.stringify({
    time: timeText(now),
    device: session.device,
    address: session.remoteAddress,
    kind,
    body: Object.fromEntries(shown),
  });
}

function shownValue(name: string, value: unknown): unknown {
  if (secrets.has(name)) return '(not shown)';
  if (value instanceof Uint8Array) return `(${value.length} bytes)`;
  if (loads.has(name) && Array.isArray(value)) {
    return { count: value.length, bytes: value.reduce((sum, one) => sum + String(one).length, 0) };
  }
  return value;
}

/** Of a group, by its name with or without folder: "/Common/gtm:default" is "gtm:default", and "gtm". */
export function isOfGroup(body: object, group: string): boolean {
  if (group === '' || !('group' in body)) return true;
  const name = String(body.group);
  const leaf = name.slice(name.lastIndexOf('/') + 1);
  return [name, leaf, leaf.split(':')[0], leaf.split(':')[1]].includes(group);
}

function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

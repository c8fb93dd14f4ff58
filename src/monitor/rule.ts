/**
 * Monitor rules as BIG-IP writes them: `/Common/http`, `/Common/http and /Common/tcp`,
 * `min 1 of { /Common/http /Common/tcp }` (braces optional on input), `none`, `default`. Pure.
 */

export interface MonitorRule {
  readonly monitors: readonly string[];
  /** How many of them have to be up. */
  readonly minimum: number;
}

/** `none`, an empty text and `/Common/none` are "no monitor"; `default` is the caller's to resolve. */
export function parseMonitorRule(text: string): MonitorRule | undefined {
  const words = text.replaceAll(/[{}]/g, ' ').split(/\s+/).filter(Boolean);
  const isMinimum = words[0] === 'min' && words[2] === 'of';
  const names = (isMinimum ? words.slice(3) : words.filter((word) => word !== 'and')).filter(
    (name) => name !== 'none' && name !== '/Common/none',
  );
  const monitors = [...new Set(names)].map((name) =>
    name.startsWith('/') ? name : `/Common/${name}`,
  );
  if (monitors.length === 0) return undefined;
  const wanted = isMinimum ? Number(words[1]) : monitors.length;
  return { monitors, minimum: Math.min(Math.max(1, wanted || 1), monitors.length) };
}

/** What the states of a rule's monitors come to; `undefined` states are those not probed yet. */
export function combineStates(
  rule: MonitorRule,
  states: readonly ('up' | 'down' | 'checking' | undefined)[],
): 'up' | 'down' | 'checking' {
  const up = states.filter((state) => state === 'up').length;
  if (up >= rule.minimum) return 'up';
  const down = states.filter((state) => state === 'down').length;
  return states.length - down < rule.minimum ? 'down' : 'checking';
}

/** `/Common/a and /Common/b`, `min 1 of { /Common/a /Common/b }`, `require 1 from 2 { … }`. Pure. */

export type MonitorRule =
  | { readonly kind: 'default' }
  | { readonly kind: 'all'; readonly monitors: readonly string[] }
  | { readonly kind: 'min'; readonly count: number; readonly monitors: readonly string[] }
  /** GTM: so many of so many probers must agree, for each monitor. */
  | {
      readonly kind: 'require';
      readonly count: number;
      readonly probers: number;
      readonly monitors: readonly string[];
    };

/** Undefined when it is not a rule. Braces may be missing, as BIG-IP's own clients leave them out. */
export function parseMonitorRule(input: string): MonitorRule | undefined {
  const words = input
    .replaceAll(/[{}]/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return undefined;
  if (words.length === 1 && words[0] === 'default') return { kind: 'default' };
  if (words[0] === 'min' && words[2] === 'of') {
    const count = Number(words[1]);
    const monitors = words.slice(3);
    const isRule = isCount(count) && count <= monitors.length;
    return isRule ? { kind: 'min', count, monitors } : undefined;
  }
  if (words[0] === 'require' && words[2] === 'from') {
    const count = Number(words[1]);
    const probers = Number(words[3]);
    const monitors = words.slice(4);
    const isRule = isCount(count) && isCount(probers) && count <= probers && monitors.length > 0;
    return isRule ? { kind: 'require', count, probers, monitors } : undefined;
  }
  const monitors = words.filter((_, index) => index % 2 === 0);
  const isAnd = words.every((word, index) => (index % 2 === 0) === (word !== 'and'));
  return isAnd && words.length % 2 === 1 ? { kind: 'all', monitors } : undefined;
}

export function printMonitorRule(rule: MonitorRule): string {
  switch (rule.kind) {
    case 'default':
      return 'default';
    case 'all':
      return rule.monitors.join(' and ');
    case 'min':
      return `min ${rule.count} of { ${rule.monitors.join(' ')} }`;
    case 'require':
      return `require ${rule.count} from ${rule.probers} { ${rule.monitors.join(' ')} }`;
  }
}

export function monitorsOf(rule: MonitorRule | undefined): readonly string[] {
  return rule === undefined || rule.kind === 'default' ? [] : rule.monitors;
}

function isCount(count: number): boolean {
  return Number.isInteger(count) && count >= 1 && count <= 1000;
}

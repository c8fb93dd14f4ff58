/** Values of properties as text and number. Pure. */
import type { Properties } from '../catalogue/types.ts';

export function textOf(properties: Properties, name: string, fallback = ''): string {
  const value = properties[name];
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : fallback;
}

export function numberOf(properties: Properties, name: string, fallback: number): number {
  const value = properties[name];
  const number =
    typeof value === 'number' ? value : typeof value === 'string' ? Number(value) : NaN;
  return Number.isFinite(number) ? number : fallback;
}

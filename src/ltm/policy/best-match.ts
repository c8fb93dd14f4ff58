/**
 * Best match: of the rules that match, the one with the most conditions acts; of these the one whose matched values are the
 * longest; then the operands that the strategy names first count. All of that is known beforehand, so that rules can
 * be tried in that order. Pure. Source: BIG-IP Local Traffic Policies, "About strategies for policy matching".
 */
import type { Properties } from '../../catalogue/types.ts';
import { textValue } from '../../config/property-values.ts';
import type { ConditionPlan, RulePlan } from './types.ts';

/** Values of different lengths are tried apart, up to so many ways for one rule. */
const mostWays = 64;

export interface BestRule {
  readonly rule: RulePlan;
  /** As configured, one for each condition of the rule. */
  readonly words: readonly Properties[];
}

/** `operands`: of the strategy, most important first. */
export function inBestOrder(
  rules: readonly BestRule[],
  operands: readonly Properties[],
): readonly RulePlan[] {
  const ways = rules.flatMap(({ rule, words }) => {
    const rank = Math.min(operands.length, ...words.map((one) => rankOf(one, operands)));
    return waysOf(rule).map((way) => ({ way, rank, length: lengthOf(way) }));
  });
  const sorted = ways.toSorted(
    (one, other) =>
      other.way.conditions.length - one.way.conditions.length ||
      other.length - one.length ||
      one.rank - other.rank ||
      one.way.number - other.way.number,
  );
  return sorted.map(({ way }) => way);
}

function waysOf(rule: RulePlan): readonly RulePlan[] {
  let ways: readonly (readonly ConditionPlan[])[] = [[]];
  for (const condition of rule.conditions) {
    const parts = partsOf(condition);
    const isTooMany = ways.length * parts.length > mostWays;
    ways = ways.flatMap((way) => (isTooMany ? [condition] : parts).map((part) => [...way, part]));
  }
  return ways.map((conditions) => ({ ...rule, conditions }));
}

function partsOf(condition: ConditionPlan): readonly ConditionPlan[] {
  const { values, kind, isNegated, comparison } = condition;
  if (kind !== 'text' || isNegated || comparison === 'exists') return [condition];
  const lengths = [...new Set(values.map((value) => value.length))];
  return lengths.map((length) => ({
    ...condition,
    values: values.filter((value) => value.length === length),
  }));
}

function lengthOf({ conditions }: RulePlan): number {
  const lengths = conditions.map(({ values }) => Math.max(0, ...values.map((one) => one.length)));
  return lengths.reduce((sum, length) => sum + length, 0);
}

function rankOf(words: Properties, operands: readonly Properties[]): number {
  const at = operands.findIndex((operand) =>
    ['operand', 'selector', 'operator', 'tm-name'].every((name) => {
      const wanted = textValue(operand, name);
      return wanted === undefined || wanted === (textValue(words, name) ?? usual[name]);
    }),
  );
  return at === -1 ? operands.length : at;
}

const usual: Readonly<Record<string, string>> = { operator: 'equals', selector: 'all' };

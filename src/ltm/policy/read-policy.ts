/** Policies of virtual servers, read whole: rules in the order in which they are tried, or why they cannot be. Pure. */
import type { Properties } from '../../catalogue/types.ts';
import { itemsValue, lastPart, numberValue, textValue } from '../../config/property-values.ts';
import type { ConfigView, EffectiveObject } from '../../config/types.ts';
import type { BackendKey } from '../backend-key.ts';
import { type RouteWords, readAction } from './actions.ts';
import { type BestRule, inBestOrder } from './best-match.ts';
import { type PolicyUser, readCondition } from './conditions.ts';
import type { Read } from './tcl.ts';
import type { ActionPlan, ConditionPlan, PolicyPlan, RulePlan } from './types.ts';

export interface PolicyReader extends PolicyUser {
  /** Which backend serves that wish, or why none can. */
  routeOf(wish: RouteWords): Read<BackendKey>;
}

export function readPolicy(
  view: ConfigView,
  policy: EffectiveObject,
  reader: PolicyReader,
): Read<PolicyPlan> {
  const strategy = strategyOf(view, policy);
  const rules: BestRule[] = [];
  for (const [index, item] of inOrdinalOrder(policy).entries()) {
    const rule = readRule(view, item.properties, index + 1, reader);
    if (!rule.ok)
      return { ok: false, reason: `policy ${policy.name}, rule ${item.name}: ${rule.reason}` };
    rules.push(rule.value);
  }
  const plain = rules.map(({ rule }) => rule);
  return {
    ok: true,
    value: {
      name: policy.name,
      actsOn: strategy.name === 'all-match' ? 'all' : 'first',
      rules: strategy.name === 'best-match' ? inBestOrder(rules, strategy.operands) : plain,
    },
  };
}

interface Strategy {
  readonly name: string;
  readonly operands: readonly Properties[];
}

function strategyOf(view: ConfigView, policy: EffectiveObject): Strategy {
  const named = textValue(policy.properties, 'strategy') ?? 'first-match';
  const object = view.get('ltm policy-strategy', named);
  return {
    name: (object && textValue(object.properties, 'strategy')) ?? lastPart(named),
    operands: object
      ? itemsValue(object.properties, 'operands')
          .toSorted((one, other) => Number(one.name) - Number(other.name))
          .map((item) => item.properties)
      : [],
  };
}

function inOrdinalOrder(policy: EffectiveObject): ReturnType<typeof itemsValue> {
  const rules = itemsValue(policy.properties, 'rules');
  const ordinal = (rule: Properties): number => numberValue(rule, 'ordinal', 0);
  return rules.toSorted((one, other) => ordinal(one.properties) - ordinal(other.properties));
}

function readRule(
  view: ConfigView,
  rule: Properties,
  number: number,
  reader: PolicyReader,
): Read<BestRule> {
  const words = itemsValue(rule, 'conditions').map((item) => item.properties);
  const conditions: ConditionPlan[] = [];
  for (const one of words) {
    const condition = readCondition(view, one, reader);
    if (!condition.ok) return condition;
    conditions.push(condition.value);
  }
  const actions: ActionPlan[] = [];
  let wish: RouteWords = {};
  for (const { properties } of itemsValue(rule, 'actions')) {
    const action = readAction(properties, reader);
    if (!action.ok) return action;
    actions.push(...action.value.plans);
    wish = { ...wish, ...action.value.route };
  }
  const isLate = conditions.some(({ phase }) => phase === 'response');
  if (isLate && actions.some(({ phase }) => phase === 'request'))
    return { ok: false, reason: 'it looks at the answer and acts on the request' };
  const planned: Omit<RulePlan, 'route'> = { number, conditions, actions };
  if (Object.keys(wish).length === 0)
    return { ok: true, value: { rule: { ...planned, route: undefined }, words } };
  if (isLate) return { ok: false, reason: 'it chooses a server when the answer is there already' };
  const route = reader.routeOf(wish);
  return route.ok
    ? { ok: true, value: { rule: { ...planned, route: route.value }, words } }
    : route;
}

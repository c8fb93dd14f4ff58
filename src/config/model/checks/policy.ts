/** Policies that look at HTTP act where HTTP is read. Pure. */
import type { Fault } from '../../../base/fault.ts';
import type { EffectiveObject } from '../../types.ts';
import { coded } from '../faults.ts';
import { itemsOf, nameOf } from '../values.ts';
import { type Check, type CheckContext, pathOf } from './context.ts';
import { hasProfile, virtualsOf } from './rule-events.ts';

const httpProfiles = ['ltm profile http', 'ltm profile fasthttp', 'ltm profile http-proxy-connect'];

/** It says so, or one of its conditions or actions is about HTTP. */
function requiresHttp(policy: EffectiveObject): boolean {
  const requires = policy.properties['requires'];
  if (Array.isArray(requires) && requires.map(String).includes('http')) return true;
  return itemsOf(policy.properties['rules']).some((rule) =>
    [...itemsOf(rule['conditions']), ...itemsOf(rule['actions'])].some((item) => {
      const subject = String(item['operand'] ?? item['target'] ?? '');
      return /^http(-|$)/.test(subject) && subject !== 'http-connect';
    }),
  );
}

function withoutHttp(
  virtual: EffectiveObject,
  policy: EffectiveObject,
  context: CheckContext,
): readonly Fault[] {
  if (!requiresHttp(policy) || hasProfile(virtual, httpProfiles, context)) return [];
  const text = `Virtual server ${virtual.name} requires a profile of type http or http-connect for ltm policy ${policy.name}.`;
  return [coded('010716d9', text, pathOf(virtual, 'policies'))];
}

export const virtualPolicyProfiles: Check = (virtual, context) =>
  itemsOf(virtual.properties['policies']).flatMap((item) => {
    const policy = context.after.get('ltm policy', nameOf(item));
    return policy === undefined ? [] : withoutHttp(virtual, policy, context);
  });

/** The same, when it is the policy that changes. */
export const policyOfVirtuals: Check = (policy, context) =>
  virtualsOf(policy, 'policies', context).flatMap((virtual) =>
    withoutHttp(virtual, policy, context),
  );

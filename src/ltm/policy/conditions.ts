/** Conditions of a policy, read. Pure. Source of the words: tmsh reference of `ltm policy`. */
import { parseAddress, parsePrefix } from '../../base/address.ts';
import type { Properties } from '../../catalogue/types.ts';
import { fileContent } from '../../config/file-content.ts';
import { itemsValue, numberValue, textListValue, textValue } from '../../config/property-values.ts';
import type { ConfigView } from '../../config/types.ts';
import { keysInFile } from './external-records.ts';
import { operandOf } from './operands.ts';
import type { Read } from './tcl.ts';
import type { Comparison, ConditionPlan, Phase, ValueKind } from './types.ts';

/** Selectors that are meant where none is said. */
const usualSelectors: Readonly<Record<string, string>> = {
  'http-status': 'code',
  tcp: 'address',
  'ssl-extension': 'server-name',
};
const numberComparisons = ['less', 'less-or-equal', 'greater', 'greater-or-equal'];

/** `isHttp`, `isTls`: of the virtual server. */
export interface PolicyUser {
  readonly isHttp: boolean;
  readonly isTls: boolean;
}

export function readCondition(
  view: ConfigView,
  condition: Properties,
  user: PolicyUser,
): Read<ConditionPlan> {
  const operandName = textValue(condition, 'operand') ?? '';
  const selector = textValue(condition, 'selector') ?? usualSelectors[operandName] ?? 'all';
  const name = textValue(condition, 'tm-name') ?? '';
  const event = textValue(condition, 'event') ?? 'request';
  const operand = operandOf({
    operand: operandName,
    selector,
    name,
    index: numberValue(condition, 'index', 0),
    isLocal: textValue(condition, 'end') === 'local',
    isResponse: event === 'response',
    isTls: user.isHttp || user.isTls,
  });
  const what = [operandName, selector, name].filter((word) => word !== '').join(' ');
  if (operand === undefined) return refuse(`the condition "${what}" cannot be looked at here`);
  if (!user.isHttp && operand.phase !== 'connection')
    return refuse(`the condition "${what}" needs an http profile`);
  const comparison = comparisonOf(condition, operand.kind);
  const values = valuesOf(view, condition);
  if (!values.ok) return values;
  const kind = numberComparisons.includes(comparison) ? 'number' : operand.kind;
  if (kind === 'place' && comparison !== 'equals')
    return refuse(`"${what}" can only be compared as a whole`);
  const bad = values.value.find((value) => !isValue(kind, value));
  if (bad !== undefined) return refuse(`"${bad}" is no ${kind} to compare "${what}" with`);
  if (
    comparison !== 'exists' &&
    values.value.length === 0 &&
    textValue(condition, 'datagroup') === undefined
  )
    return refuse(`the condition "${what}" has no values`);
  const isNormal = textValue(condition, 'normalized') !== undefined;
  const sample = isNormal && kind === 'text' ? `${operand.sample},url_dec` : operand.sample;
  const phase: Phase = operand.phase === 'connection' && user.isHttp ? 'request' : operand.phase;
  const isVersion = operandName === 'http-version';
  return {
    ok: true,
    value: {
      phase,
      sample,
      kind,
      ...(operand.fact !== undefined && { fact: operand.fact }),
      comparison,
      values: isVersion ? values.value.map((value) => value.replace(/^HTTP\//i, '')) : values.value,
      isNegated: textValue(condition, 'not') !== undefined,
      ignoresCase: textValue(condition, 'case') !== 'case-sensitive',
      absent: absentOf(condition),
    },
  };
}

function absentOf(condition: Properties): ConditionPlan['absent'] {
  if (textValue(condition, 'missing') !== undefined) return 'holds';
  return textValue(condition, 'present') === undefined ? undefined : 'fails';
}

/** `matches` is how addresses, and members of data groups, are compared. */
function comparisonOf(condition: Properties, kind: ValueKind): Comparison {
  const operator = textValue(condition, 'operator') ?? 'equals';
  switch (operator) {
    case 'starts-with':
    case 'ends-with':
    case 'contains':
      return kind === 'text' ? operator : 'equals';
    case 'exists':
    case 'less':
    case 'less-or-equal':
    case 'greater':
    case 'greater-or-equal':
      return operator;
    default:
      return 'equals';
  }
}

function isValue(kind: ValueKind, value: string): boolean {
  switch (kind) {
    case 'text':
      return !/[\r\n]/.test(value);
    case 'number':
      return /^-?\d+$/.test(value);
    case 'place':
      return /^[^\r\n]{1,100}$/.test(value);
    case 'address':
      return parsePrefix(value) !== undefined || parseAddress(value) !== undefined;
  }
}

function valuesOf(view: ConfigView, condition: Properties): Read<readonly string[]> {
  const own = textListValue(condition, 'values');
  const name = textValue(condition, 'datagroup');
  if (name === undefined) return { ok: true, value: own };
  const records = recordsOf(view, name);
  if (records === undefined) return refuse(`the data group ${name} has no file`);
  return { ok: true, value: [...own, ...records] };
}

function recordsOf(view: ConfigView, name: string): readonly string[] | undefined {
  const internal = view.get('ltm data-group internal', name);
  if (internal !== undefined) {
    return itemsValue(internal.properties, 'records').map((record) => record.name);
  }
  const group = view.get('ltm data-group external', name);
  const path = group && textValue(group.properties, 'external-file-name');
  const text = path === undefined ? undefined : fileContent(view, 'sys file data-group', path);
  if (path === undefined || text === undefined) return undefined;
  const file = view.get('sys file data-group', path);
  return keysInFile(text, file && textValue(file.properties, 'separator'));
}

function refuse(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}

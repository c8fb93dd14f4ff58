/**
 * Policies as HAProxy's rules. A variable for each policy keeps which rule acts (all that match: one for each rule), so
 * that what a rule does never changes what the next looks at. Pure.
 */
import type {
  ActionPlan,
  Comparison,
  ConditionPlan,
  PolicyPlan,
  RulePlan,
} from '../policy/types.ts';
import { MultiMap } from '../../monitor/multi-map.ts';
import { placeRecipe } from '../policy/place.ts';
import type { FileSet } from './files.ts';
import { quote } from './quote.ts';
import { backendName } from './servers.ts';

export interface PolicyLines {
  /** Which rules act: before anything changes the request. */
  readonly choosing: readonly string[];
  readonly acting: readonly string[];
  readonly answering: readonly string[];
  readonly routing: readonly string[];
}

/** HAProxy takes 64 words on a line; more values than these stand in a file, which it searches as a tree. */
const mostInLine = 8;
/** Numbers of rules on one line. */
const mostNumbers = 40;
/** Ways to hold of one rule: each condition that also holds without anything to look at doubles them. */
const mostAlternatives = 32;
/** Rules in a row that ask for one value each of the same thing: looked up at once. */
const leastForMap = 8;
const greetingDelay = '5s';

export function policyLines(
  policies: readonly PolicyPlan[],
  mode: 'tcp' | 'http',
  files: FileSet,
): PolicyLines {
  const endsAtOnce = policies.length === 1 && mode === 'http';
  const parts = policies.map((policy, index) => onePolicy(policy, index, mode, files, endsAtOnce));
  const all = (name: keyof PolicyLines): readonly string[] => parts.flatMap((part) => part[name]);
  const waits =
    mode === 'tcp' && all('choosing').some((line) => line.includes('req.ssl_'))
      ? [`tcp-request inspect-delay ${greetingDelay}`]
      : [];
  return {
    choosing: [...waits, ...new Set(all('choosing'))],
    acting: all('acting'),
    answering: all('answering'),
    routing: all('routing'),
  };
}

interface Names {
  readonly directive: string;
  /** What does nothing but end a request is done as soon as it is chosen: no other policy has a say in it. */
  readonly endsAtOnce: boolean;
  /** Which rule acts. */
  readonly chosen: string;
  /** The rule acts, of several. */
  readonly acts: (rule: number) => string;
  /** What it says of the request holds; the answer is still to come. */
  readonly asked: (rule: number) => string;
}

function onePolicy(
  policy: PolicyPlan,
  index: number,
  mode: 'tcp' | 'http',
  files: FileSet,
  endsAtOnce: boolean,
): PolicyLines {
  const scope = mode === 'http' ? 'txn' : 'sess';
  const names: Names = {
    directive: mode === 'http' ? 'http-request' : 'tcp-request content',
    endsAtOnce: endsAtOnce && policy.actsOn === 'first',
    chosen: `${scope}.policy${index}`,
    acts: (rule) => `${scope}.policy${index}_${rule}`,
    asked: (rule) => `${scope}.policy${index}_${rule}_asked`,
  };
  const rules = uniqueRules(policy);
  const guard = (rule: RulePlan): string =>
    policy.actsOn === 'all'
      ? `{ var(${names.acts(rule.number)}) -m found }`
      : `{ var(${names.chosen}) -m int ${rule.number} }`;
  const acting = rules.filter((rule) => endingAction(rule, names) === undefined);
  const actions = acting.flatMap((rule) => rule.actions.map((plan) => ({ plan, on: guard(rule) })));
  const lines = (phase: ActionPlan['phase']): readonly string[] =>
    actions
      .filter(({ plan }) => plan.phase === phase)
      .toSorted((one, other) => Number(one.plan.isFinal) - Number(other.plan.isFinal))
      .map(({ plan, on }) => actionLine(plan, on, names));
  const kept = actions.flatMap(({ plan }) => plan.captures);
  return {
    choosing: [
      ...choosingLines(policy, names, files),
      ...kept.map(({ variable, sample }) => `http-request set-var(${variable}) ${sample}`),
    ],
    acting: lines('request'),
    answering: [...answerChoosing(policy, names, files), ...lines('response')],
    routing: routingLines(policy, rules, names, guard, files),
  };
}

/** Where one rule acts, those that lead to the same place are asked for at once. */
function routingLines(
  policy: PolicyPlan,
  rules: readonly RulePlan[],
  names: Names,
  guard: (rule: RulePlan) => string,
  files: FileSet,
): readonly string[] {
  const numbers = new MultiMap<number>();
  const backends: string[] = [];
  const lines: string[] = [];
  for (const rule of rules) {
    if (rule.route === undefined) continue;
    const backend = backendName(rule.route);
    if (rule === rules.at(-1) && isRoutedAtOnce(policy, names)) continue;
    if (policy.actsOn === 'all') lines.push(`use_backend ${backend} if ${guard(rule)}`);
    else {
      if (!numbers.has(backend)) backends.push(backend);
      numbers.add(backend, rule.number);
    }
  }
  for (const backend of backends) {
    const all = [...numbers.get(backend)];
    for (let at = 0; at < all.length; at += mostNumbers) {
      const some = all.slice(at, at + mostNumbers).join(' ');
      lines.push(`use_backend ${backend} if { var(${names.chosen}) -m int ${some} }`);
    }
  }
  return [...lines, ...lastRoute(policy, names, files)];
}

/** What no rule and no profile changes on the way of a request. */
const lastingSample = /^(path|query|method|src|dst|ssl_|url_param)/;

/** The last of few rules, when it only leads somewhere: nobody asks whether it acted. */
function isRoutedAtOnce({ rules }: PolicyPlan, { endsAtOnce }: Names): boolean {
  const last = rules.at(-1);
  if (!endsAtOnce || last?.route === undefined || last.actions.length > 0) return false;
  if (rules.length > leastForMap || last.conditions.length === 0) return false;
  const isOnce = rules.every((rule) => rule === last || rule.number !== last.number);
  return isOnce && last.conditions.every(isLasting);
}

function isLasting({ sample, phase, absent }: ConditionPlan): boolean {
  return phase !== 'response' && absent !== 'holds' && lastingSample.test(sample);
}

function lastRoute(policy: PolicyPlan, names: Names, files: FileSet): readonly string[] {
  const last = policy.rules.at(-1);
  if (last?.route === undefined || !isRoutedAtOnce(policy, names)) return [];
  const before = policy.rules.slice(0, -1);
  const isRemembered = before.some((rule) => endingAction(rule, names) === undefined);
  const unless = isRemembered ? [`!{ var(${names.chosen}) -m found }`] : [];
  const [terms = []] = alternatives(last.conditions, files);
  return [conditional(`use_backend ${backendName(last.route)}`, [...unless, ...terms])];
}

/** A rule that is tried in several ways acts in one. */
function uniqueRules({ rules }: PolicyPlan): readonly RulePlan[] {
  const byNumber = new Map(rules.map((rule) => [rule.number, rule]));
  return [...byNumber.values()].toSorted((one, other) => one.number - other.number);
}

function actionLine({ phase, action, when }: ActionPlan, on: string, names: Names): string {
  const directive = phase === 'response' ? 'http-response' : names.directive;
  return `${directive} ${action} if ${on}${when === undefined ? '' : ` ${when}`}`;
}

/** Undefined: which rule it was is to be remembered. */
function endingAction(rule: RulePlan, { endsAtOnce }: Names): string | undefined {
  const [plan, ...more] = rule.actions;
  if (!endsAtOnce || plan === undefined || more.length > 0 || rule.route !== undefined) return;
  const isAsked = plan.phase === 'request' && plan.when === undefined && plan.captures.length === 0;
  const isWhole = rule.conditions.every(({ phase }) => phase !== 'response');
  return plan.isFinal && isAsked && isWhole ? plan.action : undefined;
}

function choosingLines(policy: PolicyPlan, names: Names, files: FileSet): readonly string[] {
  const lines: string[] = [];
  let isRemembered = false;
  const rules = isRoutedAtOnce(policy, names) ? policy.rules.slice(0, -1) : policy.rules;
  for (let at = 0; at < rules.length;) {
    const run = policy.actsOn === 'first' ? lookedUpAtOnce(rules, at) : [];
    const first = run[0]?.conditions[0];
    if (first !== undefined && run.length >= leastForMap) {
      lines.push(mapLine(run, first, isRemembered, names, files));
      isRemembered = true;
      at += run.length;
      continue;
    }
    const rule = rules[at];
    if (rule !== undefined) {
      lines.push(...ruleLines(policy, rule, isRemembered, names, files));
      isRemembered ||= endingAction(rule, names) === undefined;
    }
    at += 1;
  }
  return lines;
}

/** With conditions on the answer, what the request says is kept until then. */
function ruleLines(
  policy: PolicyPlan,
  rule: RulePlan,
  isLater: boolean,
  names: Names,
  files: FileSet,
): readonly string[] {
  const before = rule.conditions.filter(({ phase }) => phase !== 'response');
  const isWhole = before.length === rule.conditions.length;
  if (!isWhole && before.length === 0) return [];
  const isFirst = policy.actsOn === 'first';
  const target = isWhole
    ? (endingAction(rule, names) ?? outcome(policy, rule, names))
    : `set-var(${names.asked(rule.number)}) int(1)`;
  const unless = isWhole && isFirst && isLater ? [`!{ var(${names.chosen}) -m found }`] : [];
  return alternatives(before, files).map((terms) =>
    conditional(`${names.directive} ${target}`, [...unless, ...terms]),
  );
}

function answerChoosing(policy: PolicyPlan, names: Names, files: FileSet): readonly string[] {
  return policy.rules.flatMap((rule) => {
    const after = rule.conditions.filter(({ phase }) => phase === 'response');
    if (after.length === 0) return [];
    const isAsked = after.length < rule.conditions.length;
    const before = [
      ...(policy.actsOn === 'first' ? [`!{ var(${names.chosen}) -m found }`] : []),
      ...(isAsked ? [`{ var(${names.asked(rule.number)}) -m found }`] : []),
    ];
    return alternatives(after, files).map((terms) =>
      conditional(`http-response ${outcome(policy, rule, names)}`, [...before, ...terms]),
    );
  });
}

function outcome(policy: PolicyPlan, { number }: RulePlan, names: Names): string {
  return policy.actsOn === 'first'
    ? `set-var(${names.chosen}) int(${number})`
    : `set-var(${names.acts(number)}) int(1)`;
}

function conditional(action: string, terms: readonly string[]): string {
  return terms.length === 0 ? action : `${action} if ${terms.join(' ')}`;
}

/** One list of terms for each way in which all conditions hold. */
function alternatives(
  conditions: readonly ConditionPlan[],
  files: FileSet,
): readonly (readonly string[])[] {
  let ways: readonly (readonly string[])[] = [[]];
  for (const condition of conditions) {
    const choices = termsOf(condition, files);
    const isTooMany = ways.length * choices.length > mostAlternatives;
    ways = ways.flatMap((way) =>
      choices.slice(0, isTooMany ? 1 : undefined).map((terms) => [...way, ...terms]),
    );
  }
  return ways;
}

function termsOf(condition: ConditionPlan, files: FileSet): readonly (readonly string[])[] {
  const found = `{ ${condition.sample} -m found }`;
  const fits = `${condition.isNegated ? '!' : ''}${matching(condition, files)}`;
  switch (condition.absent) {
    case undefined:
      return [[...quickly(condition), fits]];
    case 'fails':
      return [[found, fits]];
    case 'holds':
      return [[fits], [`!${found}`]];
  }
}

const withoutPort = /^(req\.hdr\(host\)),host_only$/;

/**
 * To look for the port of a host name, HAProxy copies the name: most of what such a condition costs, and most requests do not even
 * begin like it.
 */
function quickly({ sample, comparison, values, isNegated, ignoresCase }: ConditionPlan): string[] {
  const whole = withoutPort.exec(sample)?.[1];
  const isPrefix = comparison === 'equals' || comparison === 'starts-with';
  const isFew = values.length > 0 && values.length <= mostInLine;
  if (whole === undefined || !isPrefix || !isFew || isNegated) return [];
  return [`{ ${whole} -m beg${ignoresCase ? ' -i' : ''} -- ${values.map(quote).join(' ')} }`];
}

const textMethods: Readonly<Partial<Record<Comparison, string>>> = {
  equals: 'str',
  'starts-with': 'beg',
  'ends-with': 'end',
  contains: 'sub',
};
const numberMethods: Readonly<Partial<Record<Comparison, string>>> = {
  equals: 'eq',
  less: 'lt',
  'less-or-equal': 'le',
  greater: 'gt',
  'greater-or-equal': 'ge',
};

function matching(condition: ConditionPlan, files: FileSet): string {
  const { sample, kind, comparison, values, ignoresCase } = condition;
  if (comparison === 'exists') return `{ ${sample} -m found }`;
  const list = [...new Set(values)];
  // An empty file is an empty list; without a value HAProxy would refuse the line.
  const inFile = list.length === 0 || list.length > mostInLine;
  switch (kind) {
    case 'text': {
      const how = `-m ${textMethods[comparison] ?? 'str'}${ignoresCase ? ' -i' : ''}`;
      const isListable = list.every((value) => value.trim() === value && !/^#|^$/.test(value));
      if (inFile && isListable) return `{ ${sample} ${how} -f ${listFile(list, files)} }`;
      return `{ ${sample} ${how} -- ${list.map(quote).join(' ')} }`;
    }
    case 'number': {
      const how = numberMethods[comparison] ?? 'eq';
      if (inFile && how === 'eq') return `{ ${sample} -m int -f ${listFile(list, files)} }`;
      return `{ ${sample} -m int ${how} ${list.join(` ${how} `)} }`;
    }
    case 'place':
      return `{ ${sample} -m ip ${placeFiles(condition, list, files)} }`;
    case 'address':
      if (inFile) return `{ ${sample} -m ip -f ${listFile(list, files)} }`;
      return `{ ${sample} -m ip ${list.join(' ')} }`;
  }
}

/** One file for each place, made when it is written. */
function placeFiles({ fact }: ConditionPlan, values: readonly string[], files: FileSet): string {
  const paths = values.map((value) =>
    fact === undefined ? listFile([], files) : files.add(placeRecipe({ fact, value }), 'list'),
  );
  return paths.map((path) => `-f ${path}`).join(' ');
}

function listFile(values: readonly string[], files: FileSet): string {
  return files.add(`# values\n${values.map((value) => `${value}\n`).join('')}`, 'list');
}

/** From `at` on, rules that ask whether the same thing equals something, and nothing else. */
function lookedUpAtOnce(rules: readonly RulePlan[], at: number): readonly RulePlan[] {
  const run: RulePlan[] = [];
  const first = rules[at]?.conditions[0];
  for (const rule of rules.slice(at)) {
    const [one, ...more] = rule.conditions;
    if (first === undefined || one === undefined || more.length > 0 || !isSimple(one)) break;
    if (one.sample !== first.sample || one.ignoresCase !== first.ignoresCase) break;
    run.push(rule);
  }
  return run;
}

function isSimple({ kind, comparison, values, isNegated, absent, phase }: ConditionPlan): boolean {
  const isKey = values.every((value) => /^[^\s#][^\s]*$/.test(value));
  return (
    kind === 'text' &&
    comparison === 'equals' &&
    !isNegated &&
    absent === undefined &&
    phase !== 'response' &&
    values.length > 0 &&
    isKey
  );
}

function mapLine(
  run: readonly RulePlan[],
  first: ConditionPlan,
  isLater: boolean,
  names: Names,
  files: FileSet,
): string {
  const entries = new Map<string, number>();
  for (const rule of run) {
    for (const value of rule.conditions[0]?.values ?? []) {
      const key = first.ignoresCase ? value.toLowerCase() : value;
      if (!entries.has(key)) entries.set(key, rule.number);
    }
  }
  const text = [...entries].map(([key, number]) => `${key} ${number}\n`).join('');
  const path = files.add(`# key rule\n${text}`, 'list');
  const key = first.ignoresCase ? `${first.sample},lower` : first.sample;
  const action = `${names.directive} set-var(${names.chosen}) ${key},map_str_int(${path})`;
  return conditional(action, isLater ? [`!{ var(${names.chosen}) -m found }`] : []);
}

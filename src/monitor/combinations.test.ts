/** What the answers of a server come to, for each combination of what a monitor may say of them. */
import { examplePlan } from './example-plan.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InstancePlan } from './instance-plan.ts';
import { expired, type InstanceState, probed, resumed, startInstance } from './instance.ts';
import { judgeAnswer } from './types/strings.ts';

const base = examplePlan('http', '10.0.0.1', 80, { recv: 'good' });
const reverse = { reverse: true };
const drain = { recvDisable: 'maintenance' };
const resume = { manualResume: true };
const patient = { timeUntilUpMilliseconds: 10_000 };

/** One a step of five seconds: g good, m maintenance, o another answer, - none; r: an operator resumes. */
function play(plan: InstancePlan, steps: string): string {
  const texts: Readonly<Record<string, string>> = {
    g: 'good',
    m: 'maintenance',
    o: 'other',
    '-': '',
  };
  let state: InstanceState = startInstance(plan, undefined, at(0));
  let second = 0;
  let words = '';
  for (const step of steps) {
    if (step === 'r') {
      state = resumed(state);
      continue;
    }
    second += 5;
    const bytes = new TextEncoder().encode(texts[step] ?? '');
    const outcome = judgeAnswer(plan, { bytes, isComplete: true });
    assert.ok(outcome);
    state = expired(plan, probed(plan, state, outcome, 1, at(second)), at(second));
    words += letterOf(state);
  }
  return words;
}

function at(second: number): { readonly wall: number; readonly monotonic: number } {
  return { wall: second * 1000, monotonic: second * 1000 };
}

/** U up, D up and drained, X down, C not known yet. */
function letterOf({ status }: InstanceState): string {
  if (status.state === 'up') return status.isDrained === true ? 'D' : 'U';
  return status.state === 'down' ? 'X' : 'C';
}

const table: readonly (readonly [
  what: string,
  plan: Partial<InstancePlan>,
  steps: string,
  expected: string,
])[] = [
  ['plain: up at once, down one timeout after the last', {}, 'gooooog', 'UUUUXXU'],
  ['plain: silence is no better', {}, 'g----g', 'UUUUXU'],
  ['plain: never up', {}, 'oooo', 'CCCX'],
  ['recv-disable: drained and back', drain, 'gmmgo', 'UDDUU'],
  ['recv-disable: drained from the start, and gone', drain, 'mm----', 'DDDDDX'],
  ['recv-disable: neither is a failure', drain, 'mooogm', 'DDDDUD'],
  ['reverse: a match is down at once', reverse, 'ogo', 'UXU'],
  ['reverse: silence is a failure, not a success', reverse, 'o----', 'UUUUX'],
  ['reverse and recv-disable', { ...reverse, ...drain }, 'omgo', 'UDXU'],
  ['time-until-up: ten seconds of success', patient, 'gggg', 'CCUU'],
  ['time-until-up: a failure begins it anew', patient, 'gogggo', 'CCCCUU'],
  ['time-until-up: counts for drained, too', { ...patient, ...drain }, 'mmmg', 'CCDU'],
  ['time-until-up: and after each time it was down', patient, 'gggooooggg', 'CCUUUUXXXU'],
  ['manual-resume: stays down', resume, 'gooooggg', 'UUUUXXXX'],
  ['manual-resume: until somebody says so', resume, 'gooooggrgg', 'UUUUXXXUU'],
  ['manual-resume: said too early it waits for a success', resume, 'goooor-og', 'UUUUXXXU'],
  ['manual-resume and reverse', { ...resume, ...reverse }, 'ogoorog', 'UXXXUX'],
  ['manual-resume and drained', { ...resume, ...drain }, 'gm----mrm', 'UDDDDXXD'],
  ['manual-resume and time-until-up', { ...resume, ...patient }, 'gggoooogggrg', 'CCUUUUXXXXU'],
  ['all together', { ...resume, ...patient, ...reverse, ...drain }, 'ooomgoorooo', 'CCUDXXXUUU'],
];

for (const [what, plan, steps, expected] of table) {
  test(`answers: ${what}`, () => {
    assert.equal(play({ ...base, ...plan }, steps), expected);
  });
}

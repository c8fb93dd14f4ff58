export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The counts that node's spec reporter prints at its end; undefined when it never came that far. */
export function readSummary(output: string): Summary | undefined {
  const count = (word: string): number | undefined => {
    const match = new RegExp(`^ℹ ${word} (\\d+)$`, 'm').exec(output);
    return match?.[1] === undefined ? undefined : Number(match[1]);
  };
  const [passed, failed, cancelled] = [count('pass'), count('fail'), count('cancelled')];
  if (passed === undefined || failed === undefined) return undefined;
  const skipped = (count('skipped') ?? 0) + (count('todo') ?? 0);
  return { passed, failed: failed + (cancelled ?? 0), skipped };
}

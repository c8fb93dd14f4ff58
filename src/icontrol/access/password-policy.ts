/** What `auth password-policy` asks of a password (BIG-IP K15497). Pure. */
import type { Fault } from '../../base/fault.ts';
import type { Properties } from '../../catalogue/types.ts';

export interface PasswordPolicy {
  readonly isEnforced: boolean;
  readonly minimumLength: number;
  readonly required: Readonly<Record<'digits' | 'uppercase' | 'lowercase' | 'special', number>>;
  /** So many former passwords may not come again. */
  readonly memory: number;
  /** Days; a password that is older lets nobody in. */
  readonly maximumDays: number;
  /** Days until a user may change it again; administrators may always. */
  readonly minimumDays: number;
  /** Wrong ones before the user is locked out; 0: as many as there are. */
  readonly maximumFailures: number;
  /** Locked out for so long; 0: until an administrator resets it. */
  readonly lockoutSeconds: number;
}

const secondsOfDay = 86_400;

export function passwordPolicy(properties: Properties): PasswordPolicy {
  const number = (name: string): number => Number(properties[name] ?? 0);
  return {
    isEnforced: properties['policy-enforcement'] !== 'disabled',
    minimumLength: number('minimum-length'),
    required: {
      digits: number('required-numeric'),
      uppercase: number('required-uppercase'),
      lowercase: number('required-lowercase'),
      special: number('required-special'),
    },
    memory: number('password-memory'),
    maximumDays: number('max-duration'),
    minimumDays: number('min-duration'),
    maximumFailures: number('max-login-failures'),
    lockoutSeconds: number('lockout-duration'),
  };
}

const classes = [
  ['digits', /\d/gu, 'digits'],
  ['uppercase', /\p{Lu}/gu, 'uppercase letters'],
  ['lowercase', /\p{Ll}/gu, 'lowercase letters'],
  ['special', /[^\p{L}\p{N}]/gu, 'non-alphanumeric characters'],
] as const;

/** All that is wrong with it, in the words of PAM that BIG-IP passes on. */
export function passwordProblems(policy: PasswordPolicy, password: string): readonly string[] {
  if (!policy.isEnforced) return [];
  const problems: string[] = [];
  if (Array.from(password).length < policy.minimumLength) {
    problems.push(`The password is shorter than ${policy.minimumLength} characters`);
  }
  for (const [name, pattern, words] of classes) {
    const needed = policy.required[name];
    if ((password.match(pattern)?.length ?? 0) < needed) {
      problems.push(`The password contains less than ${needed} ${words}`);
    }
  }
  return problems;
}

export function badPassword(user: string, problems: readonly string[]): Fault {
  return {
    status: 400,
    code: '01070366',
    apiError: 3,
    message: `Bad password (${user}): BAD PASSWORD: ${problems.join('; ')}`,
    path: 'password',
  };
}

/** `changedSeconds`: when it was set, in seconds of 1970; one that was never changed does not age. */
export function isExpired(
  policy: PasswordPolicy,
  changedSeconds: number | undefined,
  nowSeconds: number,
): boolean {
  if (!policy.isEnforced || changedSeconds === undefined) return false;
  return nowSeconds - changedSeconds > policy.maximumDays * secondsOfDay;
}

export function isTooYoung(
  policy: PasswordPolicy,
  changedSeconds: number | undefined,
  nowSeconds: number,
): boolean {
  if (!policy.isEnforced || changedSeconds === undefined) return false;
  return nowSeconds - changedSeconds < policy.minimumDays * secondsOfDay;
}

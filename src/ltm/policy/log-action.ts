/** The action of a rule that logs: its script, and the severities that BIG-IP names. Pure. */

/** In HAProxy's words; a severity follows. */
export const policyLogAction = 'lua.policy_log';
/** What is logged, when the action runs. */
export const policyLogVariable = 'txn.policy_log';

export const severities = [
  'emerg',
  'alert',
  'crit',
  'err',
  'warning',
  'notice',
  'info',
  'debug',
] as const;

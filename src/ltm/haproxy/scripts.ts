/**
 * What HAProxy's own words cannot say, as Lua for it (5.3, in Debian's 2.6): loaded only where something needs it, once
 * for each thread. Texts stand beside the certificates, named by content. Pure.
 */
import { contentHash } from '../engine-names.ts';
import { policyLogAction } from '../policy/log-action.ts';
import type { BackendPlan, VirtualPlan } from '../types.ts';
import { cookieScript } from './script-cookies.ts';
import { policyLogScript } from './script-policy-log.ts';
import { streamScript } from './script-stream.ts';

export const scripts = {
  cookies: cookieScript,
  'policy-log': policyLogScript,
  stream: streamScript,
} as const;

export type ScriptName = keyof typeof scripts;

export function scriptPath(folder: string, name: ScriptName): string {
  return `${folder}/${contentHash(scripts[name])}.lua`;
}

/** Of its frontend. */
export function scriptsOf({ http, stream, policies }: VirtualPlan): readonly ScriptName[] {
  const actions = policies.flatMap(({ rules }) => rules.flatMap((rule) => rule.actions));
  return [
    ...(http?.sealedCookies === undefined ? [] : (['cookies'] as const)),
    ...(stream === undefined ? [] : (['stream'] as const)),
    ...(actions.some(({ action }) => action.startsWith(policyLogAction))
      ? (['policy-log'] as const)
      : []),
  ];
}

export function scriptsOfBackend({ persistence }: BackendPlan): readonly ScriptName[] {
  return persistence.kind === 'cookie' && persistence.sealing !== undefined ? ['cookies'] : [];
}

/** The lines of a section that was made earlier ask for it. */
export function isScriptIn(text: string, name: ScriptName): boolean {
  return text.includes(marks[name]);
}

const marks: Readonly<Record<ScriptName, string>> = {
  cookies: ' lua.cookies_',
  'policy-log': ` ${policyLogAction}`,
  stream: ' lua.stream ',
};
export const scriptNames: readonly ScriptName[] = ['cookies', 'policy-log', 'stream'];

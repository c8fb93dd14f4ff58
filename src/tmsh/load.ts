/** `load sys config` and `load sys ucs`: the device reads the text, and every fault that it finds is told. */
import type { JsonObject } from '../config/text/json.ts';
import { componentPath } from '../config/text/urls.ts';
import { Refusal, type Session, askChange } from './session.ts';

const failed = 'Unexpected Error: Loading configuration process failed.';

/** Throws Refusal with every fault, and BIG-IP's last line. */
export async function load(session: Session, component: string, body: JsonObject): Promise<void> {
  try {
    const { json } = await askChange(session, 'POST', componentPath(component), body);
    session.print(String(json['commandResult'] ?? '').trimEnd());
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const lines = [error.message, ...error.others, failed];
    throw new Refusal(lines.join('\n'), [], { cause: error });
  }
}

export interface TextOptions {
  readonly isMerge: boolean;
  readonly isVerify: boolean;
  readonly isReport: boolean;
}

/** Text that stands where the shell runs. */
export async function loadText(
  session: Session,
  text: string,
  { isMerge, isVerify, isReport }: TextOptions,
): Promise<void> {
  await load(session, 'sys config', {
    command: 'load',
    'from-terminal': text,
    ...(isMerge && { merge: true }),
    ...(isVerify && { verify: true }),
    ...(isReport && { report: true }),
  });
}

/**
 * Local traffic's say in every commit: certificates and keys that HAProxy would refuse, and with them every
 * other virtual server, do not get in. Looks only at what a commit touches.
 */
import type { Fault } from '../base/fault.ts';
import type { Properties } from '../catalogue/types.ts';
import { fileContent } from '../config/file-content.ts';
import { itemsValue, textValue } from '../config/property-values.ts';
import type { Change, CommitCheck, ConfigView, ObjectKey } from '../config/types.ts';
import { certificateProblem, isPair, keyProblem, openKey } from '../config/tls/keys.ts';

const certificateFile = 'sys file ssl-cert';
const keyFile = 'sys file ssl-key';
const profiles: readonly string[] = ['ltm profile client-ssl', 'ltm profile server-ssl'];

export const tlsCheck: CommitCheck = (changes, after) => {
  const faults = changes.flatMap((change) => fileFault(change, after) ?? []);
  if (faults.length > 0) return faults;
  return touchedProfiles(changes, after).flatMap((profile) => pairFaults(profile, after));
};

function fileFault({ component, name, after: file }: Change, after: ConfigView): Fault | undefined {
  if (file === undefined || (component !== certificateFile && component !== keyFile)) {
    return undefined;
  }
  // Back to what the device has by itself.
  const text = textValue(file.properties, 'content');
  if (text === undefined) return undefined;
  const content = after.plain(text);
  const [kind, problem] =
    component === keyFile
      ? ['key', keyProblem(content)]
      : ['certificate', certificateProblem(content)];
  if (problem === undefined) return undefined;
  const message = `Caught configuration exception (0), unable to load the ${kind} file (${name}): ${problem}. Give it as PEM`;
  return { status: 400, apiError: 3, code: '01070712', message, path: `${component} ${name}` };
}

/** Profiles that changed, those that inherit from them, and those that name a file that changed. */
function touchedProfiles(changes: readonly Change[], after: ConfigView): readonly ObjectKey[] {
  const found = new Map<string, ObjectKey>();
  const add = (key: ObjectKey): void => {
    const id = `${key.component} ${key.name}`;
    if (!profiles.includes(key.component) || found.has(id)) return;
    found.set(id, key);
    for (const heir of after.referrers(key.component, key.name)) add(heir);
  };
  for (const { component, name, after: present } of changes) {
    if (present === undefined) continue;
    add({ component, name });
    if (component !== certificateFile && component !== keyFile) continue;
    for (const referrer of after.referrers(component, name)) add(referrer);
  }
  return [...found.values()];
}

function pairFaults(profile: ObjectKey, after: ConfigView): readonly Fault[] {
  const properties = after.get(profile.component, profile.name)?.properties ?? {};
  const chains = [
    ...itemsValue(properties, 'cert-key-chain').map((item) => item.properties),
    properties,
  ];
  for (const chain of chains) {
    const message = pairProblem(profile.name, chain, after);
    if (message === undefined) continue;
    const path = `${profile.component} ${profile.name}`;
    return [{ status: 400, apiError: 3, code: '01070317', message, path }];
  }
  return [];
}

function pairProblem(profile: string, chain: Properties, after: ConfigView): string | undefined {
  const [certificateName, keyName] = [textValue(chain, 'cert'), textValue(chain, 'key')];
  if (certificateName === undefined || keyName === undefined) return undefined;
  const certificate = fileContent(after, certificateFile, certificateName);
  const text = fileContent(after, keyFile, keyName);
  if (certificate === undefined || text === undefined) return undefined;
  const passphrase = textValue(chain, 'passphrase');
  const key = openKey(text, passphrase === undefined ? undefined : after.plain(passphrase));
  if (key === undefined) {
    return `profile ${profile}'s passphrase does not open its key (${keyName})`;
  }
  if (isPair(certificate, key)) return undefined;
  return `profile ${profile}'s key (${keyName}) and certificate (${certificateName}) do not match`;
}

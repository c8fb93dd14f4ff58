/**
 * `load sys config merge from-terminal`: text that stands where the shell runs, sent as one transaction, so
 * that a wrong or unbalanced text changes nothing.
 */
import { faultText } from '../base/fault.ts';
import { asChanges } from '../config/text/changes.ts';
import { changesToJson } from '../config/text/json.ts';
import { type ParsedStanza, parseConfig } from '../config/text/parse-config.ts';
import { componentPath, objectPath } from '../config/text/urls.ts';
import { Refusal, type Session, ask, askChange, contextOf } from './session.ts';

const failed = 'Unexpected Error: Loading configuration process failed.';

/** Throws Refusal with every fault of the text, or with the device's. */
export async function loadText(session: Session, text: string, isVerify: boolean): Promise<void> {
  session.print('Loading configuration...');
  const parsed = parseConfig(text, { ...contextOf(session), folder: '/Common' });
  if (!parsed.ok) throw new Refusal([...parsed.faults.map(faultText), failed].join('\n'));
  const { json } = await ask(session, 'POST', '/mgmt/tm/transaction', {});
  const transaction = String(json['transId']);
  const path = `/mgmt/tm/transaction/${transaction}`;
  try {
    for (const stanza of parsed.value) await send(session, stanza, transaction);
    const isEmpty = parsed.value.every(({ kind }) => kind === 'unknown');
    if (isEmpty) await ask(session, 'DELETE', path);
    else await askChange(session, 'PATCH', path, { state: 'VALIDATING', validateOnly: isVerify });
    if (session.isDryRun === true && !isEmpty) await ask(session, 'DELETE', path);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Nothing is left behind; the refusal is what counts.
    await session.rest.request('DELETE', path);
    throw new Refusal(`${error.message}\n${failed}`, { cause: error });
  }
}

/** What exists is changed, what is new is made. */
async function send(session: Session, stanza: ParsedStanza, transaction: string): Promise<void> {
  if (stanza.kind === 'unknown') {
    session.print(`  not known here, left out: ${stanza.header}`);
    return;
  }
  const { component, name, properties } = stanza;
  const headers = { 'x-f5-rest-coordination-id': transaction };
  const body = changesToJson(component.properties, asChanges(properties));
  const path = objectPath(component, name);
  const isThere =
    component.naming.kind === 'singleton' || (await session.rest.request('GET', path)).isOk;
  if (isThere) await ask(session, 'PATCH', path, body, headers);
  else await ask(session, 'POST', componentPath(component.id), { ...body, name }, headers);
}

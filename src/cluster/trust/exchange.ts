import { type Outcome, succeeded } from '../../base/fault.ts';
import type { Value } from '../../catalogue/types.ts';
import { type ActionRequest, refuse } from '../../config/runtime-state.ts';
import { seeCertificate } from './adding.ts';
import { isIdentityOf, isKeyOf, joinBundle, parseCertificate } from '../../iquery/certificate.ts';
import { readBundle } from './authority.ts';
import { createRequest } from './certificates.ts';
import {
  type ExchangeDocument,
  type IdentityDocument,
  readExchange,
  readJoin,
  readProbe,
} from './documents.ts';
import { devicePath, joinOperations, rootName } from './domain.ts';
import type { TrustContext } from './context.ts';

/** The remote half: what another device asks of us, with our administrator's credentials. */

type Answer = Outcome<Readonly<Record<string, Value>>>;

export function registerExchange(context: TrustContext): void {
  context.options.state.provideAction('cm trust-exchange', 'run', async (request) => {
    let document: unknown;
    try {
      document = JSON.parse(String(request.parameters['document'] ?? '{}'));
    } catch {
      return refuse('The document is not JSON.');
    }
    switch (request.parameters['operation']) {
      case 'identity':
        return answer(await identity(context));
      case 'probe':
        return probe(document);
      case 'join':
        return context.alone(() => join(context, request, document));
      case 'exchange':
        return context.alone(() => exchange(context, request, document));
      default:
        return refuse('The operation is unknown.');
    }
  });
}

function answer(document: object): Answer {
  return succeeded({ commandResult: JSON.stringify(document) });
}

async function identity({ options, keys }: TrustContext): Promise<IdentityDocument> {
  const view = options.store.view();
  const stored =
    view.stored('cm device', devicePath(options.store.view().deviceName))?.properties ?? {};
  const { certificate, ...properties } = stored;
  // A key of its own for each domain: the former one may be one that was removed there.
  const key = await keys.makeNew();
  return {
    device: options.store.view().deviceName,
    software: options.software,
    properties,
    request: await createRequest(options.store.view().deviceName, key),
    wallMilliseconds: options.clock.wallMilliseconds(),
    certificate: typeof certificate === 'string' ? certificate : '',
    guid: view.get('cm trust-domain', rootName)?.properties.guid ?? '',
  };
}

async function probe(value: unknown): Promise<Answer> {
  const document = readProbe(value);
  if (document === undefined) return refuse('The document is incomplete.');
  return answer(await seeCertificate(document.address, document.port));
}

async function join(
  { options, keys, commit }: TrustContext,
  request: ActionRequest,
  value: unknown,
): Promise<Answer> {
  const document = readJoin(value);
  if (document === undefined) return refuse('The document is incomplete.');
  const { from, certificate, content, authorityKey } = document;
  const find = (component: string, name: string) =>
    content.find((object) => object.component === component && object.name === name)?.properties;
  const authority = find('cm trust-domain', rootName)?.['ca-cert'];
  const own = find('cm device', devicePath(options.store.view().deviceName));
  const key = keys.keyFor(certificate);
  if (typeof authority !== 'string' || key === undefined) {
    return refuse(`The certificate that ${from} signed is not for our key.`);
  }
  if (authorityKey !== undefined && !isKeyOf(authorityKey, authority)) {
    return refuse(`The key that ${from} sent is not its authority's.`);
  }
  if (!isIdentityOf(certificate, key, authority) || own?.['certificate'] !== certificate) {
    return refuse(`The certificate that ${from} sent is not signed by its authority.`);
  }
  const reason = `joined the trust domain of ${from}`;
  commit(
    { user: request.user, source: 'sync', reason },
    joinOperations(options.store.view(), content, authorityKey),
  );
  keys.confirm(key);
  options.log.write('notice', `${reason}, by ${request.user}`);
  return answer({ device: options.store.view().deviceName });
}

async function exchange(
  context: TrustContext,
  request: ActionRequest,
  value: unknown,
): Promise<Answer> {
  const theirs = readExchange(value);
  if (theirs === undefined) return refuse('The document is incomplete.');
  const own = ownAuthority(context);
  const fault = takeAuthority(context, theirs, request.user);
  return fault === undefined ? answer(own) : refuse(fault);
}

export function ownAuthority({ options }: TrustContext): ExchangeDocument {
  const view = options.store.view();
  const root = view.get('cm trust-domain', rootName)?.properties;
  return {
    device: options.store.view().deviceName,
    guid: root?.guid ?? '',
    caCertificate: joinBundle([root?.['ca-cert'] ?? '', ...readBundle(view).formers]),
  };
}

/** Devices of that domain may ask us for health from now on; or why not. */
export function takeAuthority(
  context: TrustContext,
  { device, guid, caCertificate }: ExchangeDocument,
  user: string,
): string | undefined {
  const { options } = context;
  if (guid === ownAuthority(context).guid) {
    return `${device} is in the trust domain of this device; they trust each other already.`;
  }
  if (parseCertificate(caCertificate)?.ca !== true) {
    return `What ${device} sent is not the certificate of an authority.`;
  }
  const name = `/Common/${guid}`;
  const isKnown = options.store.view().stored('cm iquery-trust', name) !== undefined;
  context.commit({ user, source: 'system', reason: `certificates exchanged with ${device}` }, [
    {
      kind: isKnown ? 'modify' : 'create',
      component: 'cm iquery-trust',
      name,
      properties: { 'ca-certificate': caCertificate, 'added-by': `${device} (${user})` },
    },
  ]);
  options.log.write('notice', `${device} of trust domain ${guid} may use iQuery, by ${user}`);
  return undefined;
}

/**
 * What conditions look at, as samples of HAProxy's. Pure. Words: tmsh reference of `ltm policy`; samples: HAProxy 2.6,
 * configuration manual, 7.3.
 */
import { type PlaceFact, placeFact } from './place.ts';
import type { Phase, ValueKind } from './types.ts';

export interface Operand {
  readonly sample: string;
  readonly kind: ValueKind;
  readonly phase: Phase;
  /** Of a place: what of it is looked at. */
  readonly fact?: PlaceFact;
}

/** As a condition names it. */
export interface OperandWords {
  readonly operand: string;
  readonly selector: string;
  /** Of a header, cookie or parameter. */
  readonly name: string;
  readonly index: number;
  readonly isLocal: boolean;
  readonly isResponse: boolean;
  /** Without HTTP, TLS is not read by us either: the greeting is all there is. */
  readonly isTls: boolean;
}

type Make = (words: OperandWords) => string | undefined;

const host = 'req.hdr(host)';
const isToken = (name: string): boolean => /^[\w.-]+$/.test(name);
const named =
  (fetch: string): Make =>
  ({ name }) =>
    isToken(name) ? `${fetch}(${name})` : undefined;

/** Of a URI that stands in a header: "https://host:port/path?query". */
function partsOfUri(uri: string): Readonly<Record<string, string>> {
  const local = `${uri},regsub(^[a-z]+://[^/]*,)`;
  return {
    all: uri,
    scheme: `${uri},field(1,:)`,
    host: `${uri},field(3,/),host_only`,
    port: `${uri},field(3,/),port_only`,
    path: `${local},field(1,?)`,
    'query-string': `${local},field(2,?)`,
    extension: `${local},field(1,?),${extension}`,
  };
}

/** What follows the last dot of the last segment. */
const extension = 'field(-1,/),regsub(^[^.]*$,),field(-1,.)';

const requestTexts: Readonly<Record<string, Readonly<Record<string, string | Make>>>> = {
  'http-host': { all: host, host: `${host},host_only` },
  'http-uri': {
    all: 'pathq',
    host: `${host},host_only`,
    scheme: 'ssl_fc,iif(https,http)',
    path: 'path',
    // The text before the first slash is empty: segments count from 1, and 0 is the first, too.
    'path-segment': ({ index }) => `path,field(${Math.max(1, index) + 1},/)`,
    'query-string': 'query',
    'query-parameter': named('url_param'),
    'unnamed-query-parameter': ({ index }) => `query,field(${Math.max(1, index)},&)`,
    extension: `path,${extension}`,
  },
  'http-header': { all: named('req.fhdr') },
  'http-method': { all: 'method' },
  'http-cookie': { all: named('req.cook') },
  'http-referer': partsOfUri('req.fhdr(referer)'),
  'http-user-agent': { all: 'req.fhdr(user-agent)', token: 'req.fhdr(user-agent)' },
  'http-version': { all: 'req.ver', protocol: 'req.ver' },
  'http-basic-auth': { username: 'http_auth_user', password: 'http_auth_pass' },
};

const requestNumbers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'http-host': { port: `${host},port_only` },
  'http-uri': { port: `${host},port_only` },
  'http-version': { major: 'req.ver,field(1,.)', minor: 'req.ver,field(2,.)' },
};

const responseTexts: Readonly<Record<string, Readonly<Record<string, string | Make>>>> = {
  'http-header': { all: named('res.fhdr') },
  'http-set-cookie': { all: named('res.cook'), value: named('res.cook') },
  'http-version': { all: 'res.ver' },
};

const responseNumbers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'http-status': { all: 'status', code: 'status' },
};

/** Of the connection: known as long as it lasts. */
function connectionOperand(words: OperandWords): Operand | undefined {
  const { operand, selector, isLocal, isTls } = words;
  const made = (sample: string, kind: ValueKind): Operand => ({
    sample,
    kind,
    phase: 'connection',
  });
  switch (`${operand} ${selector}`) {
    case 'tcp address':
    case 'tcp all':
      return made(isLocal ? 'dst' : 'src', 'address');
    case 'tcp port':
      return made(isLocal ? 'dst_port' : 'src_port', 'number');
    case 'tcp rtt':
      return made('fc_rtt(ms)', 'number');
    case 'ssl-extension server-name':
      return made(isTls ? 'ssl_fc_sni' : 'req.ssl_sni', 'text');
    case 'ssl-extension alpn':
      return made(isTls ? 'ssl_fc_alpn' : 'req.ssl_alpn', 'text');
    case 'client-ssl protocol':
      return isTls ? made('ssl_fc_protocol', 'text') : undefined;
    case 'client-ssl cipher':
      return isTls ? made('ssl_fc_cipher', 'text') : undefined;
    case 'client-ssl cipher-bits':
      return isTls ? made('ssl_fc_use_keysize', 'number') : undefined;
    case 'ssl-cert common-name':
      return isTls ? made('ssl_c_s_dn(CN)', 'text') : undefined;
    case 'ssl-cert issuer':
      return isTls ? made('ssl_c_i_dn(CN)', 'text') : undefined;
    default:
      return undefined;
  }
}

function placeOperand({ operand, selector, isLocal }: OperandWords): Operand | undefined {
  const fact = placeFact(operand, selector);
  if (fact === undefined) return undefined;
  return { sample: isLocal ? 'dst' : 'src', kind: 'place', phase: 'connection', fact };
}

/** Undefined: it cannot be looked at. */
export function operandOf(words: OperandWords): Operand | undefined {
  const known = connectionOperand(words) ?? placeOperand(words);
  if (known !== undefined) return known;
  const { operand, selector, isResponse } = words;
  const ofAnswer = isResponse || operand === 'http-status' || operand === 'http-set-cookie';
  const [texts, numbers] = ofAnswer
    ? [responseTexts, responseNumbers]
    : [requestTexts, requestNumbers];
  const phase = ofAnswer ? 'response' : 'request';
  const number = numbers[operand]?.[selector];
  if (number !== undefined) return { sample: number, kind: 'number', phase };
  const text = texts[operand]?.[selector];
  const sample = typeof text === 'function' ? text(words) : text;
  return sample === undefined ? undefined : { sample, kind: 'text', phase };
}

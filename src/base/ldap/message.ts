/** Messages of LDAP (RFC 4511) that a login needs. Pure. */
import {
  type Element,
  boolean,
  element,
  elements,
  enumeratedTag,
  integer,
  integerOf,
  octetsTag,
  sequenceTag,
  text,
  textOf,
} from '../ber.ts';

export type Scope = 'base' | 'one' | 'sub';

export interface Search {
  readonly base: string;
  readonly scope: Scope;
  readonly filter: Uint8Array;
  readonly attributes: readonly string[];
  readonly sizeLimit: number;
  readonly seconds: number;
}

const scopes: readonly Scope[] = ['base', 'one', 'sub'];
const startTlsName = '1.3.6.1.4.1.1466.20037';

function message(id: number, operation: Uint8Array): Uint8Array {
  return element(sequenceTag, integer(id), operation);
}

/** Simple authentication; no name and no password: anonymous. */
export function bindRequest(
  id: number,
  version: number,
  name: string,
  password: string,
): Uint8Array {
  return message(id, element(0x60, integer(version), text(name), text(password, 0x80)));
}

export function searchRequest(id: number, search: Search): Uint8Array {
  return message(
    id,
    element(
      0x63,
      text(search.base),
      integer(scopes.indexOf(search.scope), enumeratedTag),
      integer(0, enumeratedTag),
      integer(search.sizeLimit),
      integer(search.seconds),
      boolean(false),
      search.filter,
      element(sequenceTag, ...search.attributes.map((name) => text(name, octetsTag))),
    ),
  );
}

export function startTlsRequest(id: number): Uint8Array {
  return message(id, element(0x77, text(startTlsName, 0x80)));
}

export function unbindRequest(id: number): Uint8Array {
  return message(id, element(0x42));
}

export interface Entry {
  readonly name: string;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
}

export type Answer =
  | { readonly kind: 'entry'; readonly id: number; readonly entry: Entry }
  /** The end of whatever was asked. */
  | {
      readonly kind: 'result';
      readonly id: number;
      readonly code: number;
      readonly message: string;
    }
  | { readonly kind: 'other'; readonly id: number };

const bindResponse = 0x61;
const searchEntry = 0x64;
const searchDone = 0x65;
const extendedResponse = 0x78;

/** Throws on what is no message of LDAP. */
export function parseAnswer(bytes: Uint8Array): Answer {
  const [whole] = elements(bytes);
  if (whole?.tag !== sequenceTag) throw new Error('not a message of LDAP');
  const [number, operation] = elements(whole.content);
  const id = integerOf(number);
  switch (operation?.tag) {
    case searchEntry:
      return { kind: 'entry', id, entry: entryOf(operation) };
    case bindResponse:
    case searchDone:
    case extendedResponse: {
      const [code, , said] = elements(operation.content);
      return { kind: 'result', id, code: integerOf(code), message: textOf(said) };
    }
    default:
      return { kind: 'other', id };
  }
}

function entryOf(operation: Element): Entry {
  const [name, list] = elements(operation.content);
  const attributes = elements(list?.content ?? new Uint8Array()).flatMap(({ content }) => {
    const [type, values] = elements(content);
    return elements(values?.content ?? new Uint8Array()).map((value) => ({
      name: textOf(type),
      value: textOf(value),
    }));
  });
  return { name: textOf(name), attributes };
}

/** A value inside a distinguished name (RFC 4514, 2.4). */
export function escapeName(value: string): string {
  return value
    .replace(/[\\,+"<>;=]/g, '\\$&')
    .replace(/\0/g, '\\00')
    .replace(/^[ #]/, '\\$&')
    .replace(/ $/, '\\ ');
}

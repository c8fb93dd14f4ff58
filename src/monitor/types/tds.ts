/**
 * As much of TDS 7.1 (MS-TDS) as a login and a question need: packets, the prelogin, LOGIN7, a batch, and the tokens of
 * answers. Pure.
 */
export const packetType = { batch: 1, answer: 4, login: 16, prelogin: 18 } as const;

const headerBytes = 8;
const lastPacket = 1;
const maximumPacketBytes = 4096;

export function packetOf(type: number, content: Uint8Array): Uint8Array {
  const count = Math.max(1, Math.ceil(content.length / (maximumPacketBytes - headerBytes)));
  const parts: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const start = index * (maximumPacketBytes - headerBytes);
    const part = content.subarray(start, start + maximumPacketBytes - headerBytes);
    const length = part.length + headerBytes;
    const status = index === count - 1 ? lastPacket : 0;
    parts.push(type, status, length >> 8, length & 0xff, 0, 0, (index + 1) & 0xff, 0, ...part);
  }
  return Uint8Array.from(parts);
}

/** What whole packets hold, and whether the last of the message is among them. Undefined: no TDS. */
export function contentOf(
  bytes: Uint8Array,
): { readonly content: Uint8Array; readonly isWhole: boolean } | undefined {
  const parts: number[] = [];
  for (let at = 0; at + headerBytes <= bytes.length;) {
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    if (bytes[at] !== packetType.answer || length < headerBytes) return undefined;
    const isLast = ((bytes[at + 1] ?? 0) & lastPacket) !== 0;
    const isAll = at + length <= bytes.length;
    parts.push(...bytes.subarray(at + headerBytes, at + length));
    if (isLast && isAll) return { content: Uint8Array.from(parts), isWhole: true };
    at += length;
  }
  return { content: Uint8Array.from(parts), isWhole: false };
}

const encryptionOption = 1;
/** "I cannot": a server that asks for TLS says so in its answer. */
const noEncryption = 2;

export function preloginRequest(): Uint8Array {
  // Version at 11, encryption at 17; then the end of the options.
  const options = [0, 0, 11, 0, 6, encryptionOption, 0, 17, 0, 1, 0xff];
  return Uint8Array.from([...options, 9, 0, 0, 0, 0, 0, noEncryption]);
}

/** Does the server insist on TLS? Undefined: it is no prelogin answer. */
export function wantsEncryption(content: Uint8Array): boolean | undefined {
  for (let at = 0; at + 5 <= content.length; at += 5) {
    const option = content[at];
    if (option === 0xff) break;
    const offset = ((content[at + 1] ?? 0) << 8) | (content[at + 2] ?? 0);
    if (option === encryptionOption) {
      const said = content[offset];
      return said === undefined ? undefined : said === 1 || said === 3;
    }
  }
  return undefined;
}

export interface TdsLogin {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly server: string;
}

const loginFixedBytes = 86;

export function loginRequest({ user, password, database, server }: TdsLogin): Uint8Array {
  const program = 'monitor';
  const host = 'monitor';
  // Each: offset and length in characters, in the order of the protocol.
  const texts = [host, user, password, program, server, '', '', '', database];
  const data: number[] = [];
  const places: number[] = [];
  for (const [index, text] of texts.entries()) {
    const offset = loginFixedBytes + data.length;
    const units = utf16(text.slice(0, 128));
    places.push(...word(offset), ...word(units.length / 2));
    data.push(...(index === 2 ? units.map(hidden) : units));
  }
  const end = loginFixedBytes + data.length;
  const rest = [0, 0, 0, 0, 0, 0, ...word(end), 0, 0, ...word(end), 0, 0];
  const fixed = [
    ...double(end),
    ...double(0x7100_0001),
    ...double(maximumPacketBytes),
    ...double(7),
    ...double(0),
    ...double(0),
    // ODBC, and warnings about the database and the language.
    0xe0,
    0x03,
    0,
    0,
    ...double(0),
    ...double(0x0409),
  ];
  return Uint8Array.from([...fixed, ...places, ...rest, ...data]);
}

/** As the protocol hides passwords: halves swapped, then a mask. */
function hidden(octet: number): number {
  return (((octet & 0x0f) << 4) | (octet >> 4)) ^ 0xa5;
}

export function utf16(text: string): readonly number[] {
  return Array.from({ length: text.length }, (_, index) => word(text.charCodeAt(index))).flat();
}

function word(value: number): readonly number[] {
  return [value & 0xff, (value >> 8) & 0xff];
}

function double(value: number): readonly number[] {
  return [...word(value & 0xffff), ...word(value >>> 16)];
}

export interface TdsAnswer {
  readonly isLoggedIn: boolean;
  /** The server's first complaint. */
  readonly error: string | undefined;
  readonly rows: readonly (readonly string[])[];
  /** What could not be read, and why; what came before it is there. */
  readonly unread: string | undefined;
}

const token = {
  columns: 0x81,
  order: 0xa9,
  error: 0xaa,
  information: 0xab,
  loginAcknowledged: 0xad,
  row: 0xd1,
  environment: 0xe3,
  returnStatus: 0x79,
} as const;
const doneTokens: ReadonlySet<number> = new Set([0xfd, 0xfe, 0xff]);

export function readTokens(content: Uint8Array): TdsAnswer {
  const reader = new Reader(content);
  const rows: (readonly string[])[] = [];
  let columns: readonly Column[] = [];
  let isLoggedIn = false;
  let error: string | undefined;
  try {
    while (!reader.isAtEnd) {
      const kind = reader.octet();
      if (kind === token.columns) columns = readColumns(reader);
      else if (kind === token.row) rows.push(columns.map((column) => readValue(reader, column)));
      else if (kind === token.error) error ??= readError(reader);
      else if (kind === token.returnStatus) reader.skip(4);
      else if (doneTokens.has(kind)) reader.skip(8);
      else if (isCounted(kind)) {
        isLoggedIn ||= kind === token.loginAcknowledged;
        reader.skip(reader.word());
      } else throw new Error(`token ${kind} is not known`);
    }
  } catch (problem) {
    const unread = problem instanceof Error ? problem.message : 'cut short';
    return { isLoggedIn, error, rows, unread };
  }
  return { isLoggedIn, error, rows, unread: undefined };
}

function isCounted(kind: number): boolean {
  return (
    kind === token.order ||
    kind === token.information ||
    kind === token.loginAcknowledged ||
    kind === token.environment
  );
}

function readError(reader: Reader): string {
  const end = reader.word() + reader.at;
  const number = reader.double();
  reader.skip(2);
  const text = reader.text(reader.word());
  reader.at = end;
  return `error ${number}: ${text}`;
}

interface Column {
  readonly kind: 'integer' | 'float' | 'decimal' | 'octets' | 'wide' | 'narrow';
  /** Of a fixed one; undefined: each value says how long it is. */
  readonly bytes: number | undefined;
  /** The length of a value takes two octets, and 65,535 is no value. */
  readonly isLong: boolean;
  readonly scale: number;
}

const fixed: Readonly<Record<number, readonly [Column['kind'], number]>> = {
  0x30: ['integer', 1],
  0x32: ['integer', 1],
  0x34: ['integer', 2],
  0x38: ['integer', 4],
  0x3b: ['float', 4],
  0x3e: ['float', 8],
  0x7f: ['integer', 8],
};
const counted: Readonly<Record<number, Column['kind']>> = {
  0x26: 'integer',
  0x68: 'integer',
  0x6d: 'float',
  0x24: 'octets',
  0x6f: 'octets',
  0x6e: 'octets',
};
const decimals: ReadonlySet<number> = new Set([0x6a, 0x6c]);
const characters: Readonly<Record<number, Column['kind']>> = {
  0xa5: 'octets',
  0xad: 'octets',
  0xa7: 'narrow',
  0xaf: 'narrow',
  0xe7: 'wide',
  0xef: 'wide',
};
const collationBytes = 5;
const noColumns = 0xffff;

function readColumns(reader: Reader): readonly Column[] {
  const count = reader.word();
  if (count === noColumns) return [];
  return Array.from({ length: count }, () => {
    // User type and flags.
    reader.skip(4);
    const column = readType(reader, reader.octet());
    reader.text(reader.octet());
    return column;
  });
}

function readType(reader: Reader, type: number): Column {
  const [kind, bytes] = fixed[type] ?? [];
  if (kind !== undefined) return { kind, bytes, isLong: false, scale: 0 };
  const short = counted[type];
  if (short !== undefined) {
    reader.skip(1);
    return { kind: short, bytes: undefined, isLong: false, scale: 0 };
  }
  if (decimals.has(type)) {
    reader.skip(2);
    return { kind: 'decimal', bytes: undefined, isLong: false, scale: reader.octet() };
  }
  const long = characters[type];
  if (long === undefined) throw new Error(`values of type ${type} cannot be read`);
  reader.skip(long === 'octets' ? 2 : 2 + collationBytes);
  return { kind: long, bytes: undefined, isLong: true, scale: 0 };
}

const noValue = 0xffff;

function readValue(reader: Reader, { kind, bytes, isLong, scale }: Column): string {
  const length = bytes ?? (isLong ? reader.word() : reader.octet());
  if (isLong ? length === noValue : length === 0) return 'NULL';
  const value = reader.octets(length);
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  switch (kind) {
    case 'integer':
      return String(signed(value));
    case 'float':
      return String(length === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true));
    case 'decimal':
      return decimalText(value, scale);
    case 'wide':
      return new TextDecoder('utf-16le').decode(value);
    case 'narrow':
      return String.fromCharCode(...value);
    case 'octets':
      return [...value].map((octet) => octet.toString(16).padStart(2, '0')).join('');
  }
}

function signed(value: Uint8Array): bigint {
  let whole = 0n;
  for (const octet of value.toReversed()) whole = whole * 256n + BigInt(octet);
  // One octet (tinyint, bit) has no sign.
  return value.length === 1 ? whole : BigInt.asIntN(value.length * 8, whole);
}

function decimalText(value: Uint8Array, scale: number): string {
  let whole = 0n;
  for (const octet of value.subarray(1).toReversed()) whole = whole * 256n + BigInt(octet);
  const digits = whole.toString().padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return value[0] === 0 ? `-${text}` : text;
}

class Reader {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#bytes.length;
  }

  octets(count: number): Uint8Array {
    if (this.at + count > this.#bytes.length) throw new Error('the answer is cut short');
    this.at += count;
    return this.#bytes.subarray(this.at - count, this.at);
  }

  skip(count: number): void {
    this.octets(count);
  }

  octet(): number {
    return this.octets(1)[0] ?? 0;
  }

  word(): number {
    const [low = 0, high = 0] = this.octets(2);
    return low | (high << 8);
  }

  double(): number {
    return this.word() + this.word() * 0x1_0000;
  }

  /** Of so many characters. */
  text(count: number): string {
    return new TextDecoder('utf-16le').decode(this.octets(count * 2));
  }
}

/** Numbers of the DNS protocol that we act on, by their IANA names (RFC 6895 and its registry). */

export const recordType = {
  a: 1,
  ns: 2,
  cname: 5,
  soa: 6,
  ptr: 12,
  mx: 15,
  txt: 16,
  aaaa: 28,
  srv: 33,
  naptr: 35,
  opt: 41,
  ds: 43,
  rrsig: 46,
  nsec: 47,
  dnskey: 48,
  /** What a signed zone wants its parent to have (RFC 7344). */
  cds: 59,
  cdnskey: 60,
  /** Says in an NSEC that there is no such name (RFC 9824). */
  nxname: 128,
  tkey: 249,
  tsig: 250,
  ixfr: 251,
  axfr: 252,
  mailb: 253,
  maila: 254,
  any: 255,
} as const;

export const recordClass = { internet: 1 } as const;

export const opcode = { query: 0, notify: 4, update: 5 } as const;

export const responseCode = {
  noerror: 0,
  formerr: 1,
  servfail: 2,
  nxdomain: 3,
  notimpl: 4,
  refused: 5,
  /** Extended: its upper bits travel in the OPT record (RFC 6891). */
  badvers: 16,
} as const;

export type ResponseCodeName = Exclude<keyof typeof responseCode, 'badvers'>;

export const ednsOption = {
  nsid: 3,
  clientSubnet: 8,
  cookie: 10,
  tcpKeepAlive: 11,
  padding: 12,
  extendedError: 15,
} as const;

/** Extended DNS errors (RFC 8914) that we give. */
export const extendedError = { other: 0, prohibited: 18, notAuthoritative: 20 } as const;

/** Payload that we offer and never exceed on UDP: survives IPv6 paths unfragmented (DNS flag day 2020). */
export const udpPayloadLimit = 1232;
export const plainUdpLimit = 512;
export const tcpLimit = 65_535;

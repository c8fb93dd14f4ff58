/** The kernel's counters of this network namespace under BIG-IP's names. Pure. */
import type { Statistics } from '../../config/runtime-state.ts';

type Counters = Readonly<Record<string, number>>;

/** `/proc/net/snmp` and `netstat`: a line of names, a line of values, by protocol: "Ip.InReceives". */
export function parsePairs(text: string): Counters {
  const found: Record<string, number> = {};
  const lines = text.split('\n');
  for (let index = 0; index + 1 < lines.length; index += 2) {
    const [protocol = '', ...names] = (lines[index] ?? '').split(/\s+/);
    const values = (lines[index + 1] ?? '').split(/\s+/).slice(1);
    names.forEach((name, place) => {
      found[`${protocol.replace(':', '')}.${name}`] = Number(values[place] ?? 0);
    });
  }
  return found;
}

/** `/proc/net/snmp6`: a name and a value a line; `/proc/net/sockstat`: "TCP: inuse 5 … tw 2". */
export function parseLines(text: string): Counters {
  const found: Record<string, number> = {};
  for (const line of text.split('\n')) {
    const match = /^(\S+)\s+(\d+)$/.exec(line);
    if (match !== null) found[match[1] ?? ''] = Number(match[2]);
  }
  return found;
}

export function socketsWaiting(sockstat: string): number {
  return Number(/^TCP:.*\btw (\d+)/m.exec(sockstat)?.[1] ?? 0);
}

type Row = Readonly<Record<string, string | undefined>>;

/** What the kernel does not count apart is 0, as on a BIG-IP where it never happens. */
const ipRow: Row = {
  dropped: 'InDiscards',
  errCksum: undefined,
  errLen: 'InTruncatedPkts',
  errMcastMaxPendingPackets: undefined,
  errMcastMaxPendingRoutes: undefined,
  errMcastNoRoute: undefined,
  errMcastRouteLookupTimeout: undefined,
  errMcastRpf: undefined,
  errMcastWrongIf: undefined,
  errMem: undefined,
  errOpt: 'InHdrErrors',
  errProto: 'InUnknownProtos',
  errReassembledTooLong: undefined,
  errRtx: 'InNoRoutes',
  mcastRx: 'InMcastPkts',
  mcastTx: 'OutMcastPkts',
  nbrPbqFullDropped: undefined,
  nbrUnreachableDropped: 'OutNoRoutes',
  reassembled: 'ReasmOKs',
  rx: 'InReceives',
  rxFrag: 'ReasmReqds',
  rxFragDropped: 'ReasmFails',
  tx: 'OutRequests',
  txFrag: 'FragCreates',
  txFragDropped: 'FragFails',
};

const icmpRow: Row = {
  drop: undefined,
  err: 'InErrors',
  errCksum: 'InCsumErrors',
  errLen: undefined,
  errMem: undefined,
  errOpt: undefined,
  errProto: undefined,
  errRtx: undefined,
  forward: undefined,
  rtx: undefined,
  rx: 'InMsgs',
  tx: 'OutMsgs',
};

function row(names: Row, value: (name: string) => number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(names).map(([key, name]) => [key, name === undefined ? 0 : value(name)]),
  );
}

export interface KernelTexts {
  readonly snmp: string;
  readonly netstat: string;
  readonly snmp6: string;
  readonly sockstat: string;
}

export function kernelStatistics(texts: KernelTexts): Readonly<Record<string, Statistics>> {
  const four = { ...parsePairs(texts.snmp), ...parsePairs(texts.netstat) };
  const six = parseLines(texts.snmp6);
  const of4 =
    (...groups: readonly string[]) =>
    (name: string): number =>
      groups.map((group) => four[`${group}.${name}`]).find((one) => one !== undefined) ?? 0;
  const of6 =
    (group: string) =>
    (name: string): number =>
      six[`${group}${name}`] ?? 0;
  const tcp = of4('Tcp');
  const extended = of4('TcpExt');
  const udp = of4('Udp');
  return {
    'sys ip-stat': {
      '0': { ...row(ipRow, of4('Ip', 'IpExt')), ipType: 'IPv4' },
      '1': { ...row(ipRow, of6('Ip6')), ipType: 'IPv6' },
    },
    'sys icmp-stat': {
      '0': { ...row(icmpRow, of4('Icmp')), ipType: 'IPv4' },
      '1': { ...row(icmpRow, of6('Icmp6')), ipType: 'IPv6' },
    },
    'sys tcp-stat': {
      '0': {
        abandons: extended('TCPAbortOnTimeout'),
        acceptfails: extended('ListenDrops'),
        accepts: tcp('PassiveOpens'),
        connects: tcp('ActiveOpens'),
        connfails: tcp('AttemptFails'),
        open: tcp('CurrEstab'),
        rxbadcookie: extended('SyncookiesFailed'),
        rxbadseg: tcp('InErrs'),
        rxbadsum: tcp('InCsumErrors'),
        rxcookie: extended('SyncookiesRecv'),
        rxooseg: extended('TCPOFOQueue'),
        rxrst: tcp('EstabResets'),
        syncacheover: extended('ListenOverflows'),
        timeWait: socketsWaiting(texts.sockstat),
        txrexmits: tcp('RetransSegs'),
      },
    },
    'sys udp-stat': {
      '0': {
        rxbaddgram: udp('InErrors') + of6('Udp6')('InErrors'),
        rxbadsum: udp('InCsumErrors') + of6('Udp6')('InCsumErrors'),
        rxdgram: udp('InDatagrams') + of6('Udp6')('InDatagrams'),
        rxunreach: udp('NoPorts') + of6('Udp6')('NoPorts'),
        txdgram: udp('OutDatagrams') + of6('Udp6')('OutDatagrams'),
      },
    },
  };
}

/**
 * Named checks of single texts: property values (`check`) and names (`nameCheck`). Each gives the
 * canonical form or says what is wrong. Pure.
 */
import { parseAddress, parsePrefix, printAddress, printEndpoint } from '../../base/address.ts';
import { portOf } from '../../catalogue/services.ts';
import { commonFolder, folderOf, leafFault, leafOf, qualify, splitMember } from './names.ts';

export type Checked = { readonly text: string } | { readonly wrong: string };

/** `folder`: where plain names belong. */
export type TextCheck = (text: string, folder: string) => Checked;

const protocols = new Set([
  'tcp',
  'udp',
  'icmp',
  'sctp',
  'gre',
  'esp',
  'ah',
  'ospf',
  'pim',
  'igmp',
  'vrrp',
  'ipv6',
  'ipv6-icmp',
  'any',
]);

function allowService(text: string): Checked {
  if (text === 'all' || text === 'none' || text === 'default') return { text };
  const [protocol = '', service = ''] = text.toLowerCase().split(':');
  const port = portOf(service);
  if (!protocols.has(protocol) || port === undefined) {
    return { wrong: 'expected one of the following: all, none, default, or protocol:port' };
  }
  return { text: `${protocol}:${port}` };
}

function mac(text: string): Checked {
  const lower = text.toLowerCase();
  return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(lower)
    ? { text: lower }
    : { wrong: 'expected a MAC address such as 02:01:23:45:67:89' };
}

function hostname(text: string): Checked {
  const isName =
    /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/;
  return text.length <= 253 && isName.test(text)
    ? { text: text.toLowerCase() }
    : { wrong: 'expected a host name such as bigip1.example.com' };
}

/** A domain name; `*` and `?` match. */
function wideIpName(text: string): Checked {
  const name = text.toLowerCase().replace(/\.$/, '');
  const labels = name.split('.');
  const isName = name.length <= 253 && labels.every((label) => /^[a-z0-9_*?-]{1,63}$/.test(label));
  return isName ? { text: name } : { wrong: 'expected a domain name such as www.example.com' };
}

function wideIp(text: string, folder: string): Checked {
  const checked = wideIpName(leafOf(text));
  if ('wrong' in checked || !text.startsWith('/')) return checked;
  return { text: qualify(checked.text, folderOf(text) ?? folder) };
}

function folderedAddress(text: string, folder: string): Checked {
  const address = parseAddress(leafOf(text));
  if (address === undefined) return { wrong: 'expected an IP address' };
  return { text: qualify(printAddress(address), folderOf(text) ?? folder) };
}

function typedPool(text: string, folder: string): Checked {
  const [type = '', pool = '', ...more] = text.trim().split(/\s+/);
  const isTyped = /^(a|aaaa|cname|mx|naptr|srv)$/.test(type) && pool !== '' && more.length === 0;
  if (!isTyped) return { wrong: 'expected a pool type and name such as a /Common/pool' };
  return { text: `${type} ${qualify(pool, pool.startsWith('/') ? folder : commonFolder)}` };
}

function address(text: string): Checked {
  const parsed = parseAddress(text);
  return parsed === undefined
    ? { wrong: 'expected an IP address' }
    : { text: printAddress(parsed) };
}

/** node:port, the node an address or a name; IPv6 with a dot before the port. */
function poolMember(text: string, folder: string): Checked {
  const { node, port: portText } = splitMember(qualify(text, folder));
  const port = portOf(portText);
  if (port === undefined) return { wrong: 'expected node:port such as 10.0.0.1:80' };
  const parsed = parseAddress(leafOf(node));
  const home = folderOf(node) ?? folder;
  if (parsed !== undefined)
    return { text: qualify(printEndpoint({ address: parsed, port }), home) };
  const wrong = leafFault(leafOf(node));
  return wrong === undefined ? { text: `${node}:${port}` } : { wrong };
}

/** server:virtual-server; the virtual server's name may hold slashes and colons. */
function gtmPoolMember(text: string, folder: string): Checked {
  const colon = text.indexOf(':');
  if (colon <= 0 || colon === text.length - 1) {
    return { wrong: 'expected server:virtual-server such as /Common/nyc:web' };
  }
  return { text: `${qualify(text.slice(0, colon), folder)}${text.slice(colon)}` };
}

/** An address with its prefix, as a name: 10.0.0.5/24. */
function prefixName(text: string): Checked {
  const [plain = '', bits = ''] = text.split('/');
  const parsed = parseAddress(plain);
  const most = parsed?.family === 6 ? 128 : 32;
  return parsed === undefined || !/^\d{1,3}$/.test(bits) || Number(bits) > most
    ? { wrong: 'expected an address with its prefix such as 10.0.0.5/24' }
    : { text: `${printAddress(parsed)}/${Number(bits)}` };
}

const places =
  /^(not )?(subnet|region|continent|country|state|isp|geoip-isp|datacenter|pool) (\S.*)$/;

/** "subnet 10.0.0.0/8", "not country DE". */
function place(text: string): Checked {
  const plain = text.trim().replaceAll(/\s+/g, ' ');
  const [, , kind, value = ''] = places.exec(plain) ?? [];
  const isNetwork = kind !== 'subnet' || parsePrefix(value) !== undefined;
  return kind !== undefined && isNetwork
    ? { text: plain }
    : { wrong: 'expected a place such as subnet 10.0.0.0/8 or not country DE' };
}

/** "ldns: PLACE server: PLACE", with any blanks. */
function topology(text: string): Checked {
  const [, from = '', to = ''] = /^\s*ldns:(.*?)server:(.*)$/s.exec(text) ?? [];
  const [ldns, server] = [place(from), place(to)];
  if ('wrong' in ldns || 'wrong' in server) {
    return { wrong: 'expected ldns: PLACE server: PLACE, such as ldns: country DE server: pool p' };
  }
  return { text: `ldns: ${ldns.text} server: ${server.text}` };
}

function partitionOrAll(text: string): Checked {
  const name = text.replace(/^\//, '');
  return /^[A-Za-z0-9._-]+$/.test(name) ? { text: name } : { wrong: 'expected a partition' };
}

function folder(text: string): Checked {
  const parts = text === '/' ? [] : text.slice(1).split('/');
  const wrong = parts.map(leafFault).find((fault) => fault !== undefined);
  return wrong === undefined && text.startsWith('/')
    ? { text }
    : { wrong: wrong ?? 'a folder begins with /' };
}

function user(text: string): Checked {
  return /^[A-Za-z0-9_][A-Za-z0-9._@-]{0,63}$/.test(text)
    ? { text }
    : { wrong: 'a user name has letters, digits, and . _ @ -' };
}

function partition(text: string): Checked {
  const name = text.replace(/^\//, '');
  if (name === 'all-partitions') {
    // It stands for every partition, where roles are given.
    return { wrong: `${name} is a reserved keyword and must not be used as resource name` };
  }
  return /^[A-Za-z][A-Za-z0-9._-]{0,254}$/.test(name)
    ? { text: name }
    : { wrong: 'a partition name begins with a letter and has letters, digits, and . _ -' };
}

function bitsPerSecond(text: string): Checked {
  return /^\d{1,12}$/.test(text)
    ? { text: String(Number(text)) }
    : { wrong: 'it is a number of bits a second' };
}

export const textChecks: Readonly<Record<string, TextCheck>> = {
  'allow-service': allowService,
  'bits-per-second': bitsPerSecond,
  mac,
  hostname,
  'wide-ip': wideIp,
  'foldered-address': folderedAddress,
  'typed-pool': typedPool,
  address,
  'pool-member': poolMember,
  'gtm-pool-member': gtmPoolMember,
  place,
  prefix: prefixName,
  topology,
  'partition-or-all': partitionOrAll,
  folder,
  user,
  partition,
};

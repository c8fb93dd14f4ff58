/** Request logging as plain data: the line in HAProxy's log format, and who gets it. Pure. */
import type { Address } from '../base/address.ts';
import { textValue } from '../config/property-values.ts';
import type { ConfigView, EffectiveObject } from '../config/types.ts';
import { planPool } from './plan-pool.ts';
import type { RequestLog } from './types.ts';

/** BIG-IP's words in templates (K00847516) → HAProxy's (configuration manual, 8.2.4). */
const words: Readonly<Record<string, string>> = {
  CLIENT_IP: '%ci',
  CLIENT_PORT: '%cp',
  SERVER_IP: '%si',
  SERVER_PORT: '%sp',
  SNAT_IP: '%bi',
  SNAT_PORT: '%bp',
  VIRTUAL_IP: '%fi',
  VIRTUAL_PORT: '%fp',
  HTTP_METHOD: '%HM',
  HTTP_PATH: '%HPO',
  HTTP_QUERY: '%[var(txn.log_query)]',
  HTTP_URI: '%HU',
  HTTP_VERSION: '%HV',
  HTTP_REQUEST: '%HM %HU %HV',
  HTTP_STATCODE: '%ST',
  HTTP_STATUS: '%ST',
  RESPONSE_MSECS: '%Ta',
  RESPONSE_SIZE: '%B',
  DATE_D: '%[date,ltime(%e)]',
  DATE_DD: '%[date,ltime(%d)]',
  DATE_DAY: '%[date,ltime(%A)]',
  DATE_DY: '%[date,ltime(%a)]',
  DATE_HTTP: '%[date,utime(%a, %d %b %Y %H:%M:%S GMT)]',
  DATE_MM: '%[date,ltime(%m)]',
  DATE_MON: '%[date,ltime(%b)]',
  DATE_MONTH: '%[date,ltime(%B)]',
  DATE_NCSA: '%[date,ltime(%d/%b/%Y:%H:%M:%S %z)]',
  DATE_YY: '%[date,ltime(%y)]',
  DATE_YYYY: '%[date,ltime(%Y)]',
  TIME_HMS: '%[date,ltime(%H:%M:%S)]',
  TIME_HH24: '%[date,ltime(%H)]',
  TIME_HH12: '%[date,ltime(%I)]',
  TIME_AMPM: '%[date,ltime(%p)]',
  TIME_MM: '%[date,ltime(%M)]',
  TIME_SS: '%[date,ltime(%S)]',
  TIME_MSECS: '%ms',
  TIME_OFFSET: '%[date,ltime(%z)]',
  TIME_UNIX: '%Ts',
  NULL: '-',
};
const common = '%ci - - [%[date,ltime(%d/%b/%Y:%H:%M:%S %z)]] "%HM %HU %HV" %ST %B';

const sides = [
  {
    isOn: 'response-logging',
    pool: 'response-log-pool',
    template: 'response-log-template',
    protocol: 'response-log-protocol',
  },
  {
    isOn: 'request-logging',
    pool: 'request-log-pool',
    template: 'request-log-template',
    protocol: 'request-log-protocol',
  },
] as const;

export function planRequestLog(
  view: ConfigView,
  virtual: EffectiveObject,
  profile: EffectiveObject | undefined,
): RequestLog | undefined {
  if (profile === undefined) return undefined;
  const { properties } = profile;
  // One line a request: where answers are logged, it says what the template of answers says.
  const side = sides.find((one) => textValue(properties, one.isOn) === 'enabled');
  const name = side && textValue(properties, side.pool);
  const template = side && textValue(properties, side.template);
  const pool = name === undefined ? undefined : view.get('ltm pool', name);
  const protocol = side && textValue(properties, side.protocol);
  if (pool === undefined || template === undefined || protocol === 'none') return undefined;
  const servers = planPool(view, pool)
    .members.filter(({ operator }) => operator === 'enabled')
    .map(({ address, port }): { address: Address; port: number } => ({ address, port }));
  if (servers.length === 0) return undefined;
  const { format, headers } = formatOf(template, view.deviceName, virtual);
  return { format, headers, servers, isTcp: protocol === 'mds-tcp' };
}

function formatOf(
  template: string,
  device: string,
  virtual: EffectiveObject,
): Pick<RequestLog, 'format' | 'headers'> {
  const headers = new Set<string>();
  const header = (name: string): string => {
    headers.add(name.toLowerCase());
    return `%[var(${headerVariable(name)})]`;
  };
  const own: Readonly<Record<string, () => string>> = {
    BIGIP_HOSTNAME: () => device.replaceAll('%', '%%'),
    VIRTUAL_NAME: () => virtual.name.replaceAll('%', '%%'),
    VIRTUAL_POOL_NAME: () => (textValue(virtual.properties, 'pool') ?? '').replaceAll('%', '%%'),
    NCSA_COMMON: () => common,
    NCSA_COMBINED: () => `${common} "${header('Referer')}" "${header('User-Agent')}"`,
  };
  const format = template
    .replaceAll(/[\r\n]/g, ' ')
    .replaceAll('%', '%%')
    .replaceAll(/\$\{([\w-]+)\}|\$([A-Z][A-Z0-9_]*)/g, (whole, name?: string, word?: string) => {
      if (name !== undefined) return header(name);
      const known = word === undefined ? undefined : (own[word]?.() ?? words[word]);
      return known ?? whole;
    });
  return { format, headers: [...headers] };
}

/** A request's header is kept until the line is written. */
export function headerVariable(name: string): string {
  return `txn.log_${name.toLowerCase().replaceAll('-', '_')}`;
}

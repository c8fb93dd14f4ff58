import { parseAddress } from '../../../base/address.ts';
import { badValue, configurationError } from '../faults.ts';
import { itemsOf, nameOf } from '../values.ts';
import { type Check, pathOf } from './context.ts';

/** Passwords reach the configuration only as hashes; all-partitions stands alone. */
export const user: Check = (object) => {
  const faults = [];
  if (object.stored.properties['password'] !== undefined) {
    const message = `The password of user (${object.name}) has to be hashed before it is stored.`;
    faults.push(configurationError(message, pathOf(object, 'password')));
  }
  const access = itemsOf(object.properties['partition-access']);
  if (access.length > 1 && access.some((item) => nameOf(item) === 'all-partitions')) {
    const message = `The user (${object.name}) cannot have a role in all-partitions and another in one partition.`;
    faults.push(configurationError(message, pathOf(object, 'partition-access')));
  }
  return faults;
};

/** "integer min:1 max:120", "string max-len:32", "disable enable", "IP address", "string". */
export const dbRange: Check = (variable) => {
  const value = String(variable.properties['value'] ?? '');
  const range = String(variable.properties['value-range'] ?? 'string');
  if (isInRange(value, range)) return [];
  return [badValue('value', value, `expected ${range}`, pathOf(variable, 'value'))];
};

function isInRange(value: string, range: string): boolean {
  if (range === 'string' || range === 'port_list' || value === '') return true;
  if (range.startsWith('string ')) return isOfLength(value, range);
  if (range.endsWith('address')) return parseAddress(value) !== undefined;
  const bounds = /integer min:(-?\d+) max:(\d+)/.exec(range);
  const isNumber = /^-?\d{1,15}$/.test(value);
  if (range.toLowerCase() === 'integer') return isNumber;
  if (bounds === null) return range.split(' ').includes(value);
  return isNumber && Number(value) >= Number(bounds[1]) && Number(value) <= Number(bounds[2]);
}

/** "string min-len:2 max-len:20". */
function isOfLength(value: string, range: string): boolean {
  const least = Number(/min-len:(\d+)/.exec(range)?.[1] ?? 0);
  const most = Number(/max-len:(\d+)/.exec(range)?.[1] ?? Number.POSITIVE_INFINITY);
  return value.length >= least && value.length <= most;
}

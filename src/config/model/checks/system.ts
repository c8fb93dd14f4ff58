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

/** "integer min:1 max:120", "disable enable", "IP address", "string". */
export const dbRange: Check = (variable) => {
  const value = String(variable.properties['value'] ?? '');
  const range = String(variable.properties['value-range'] ?? 'string');
  if (isInRange(value, range)) return [];
  return [badValue('value', value, `expected ${range}`, pathOf(variable, 'value'))];
};

function isInRange(value: string, range: string): boolean {
  if (range === 'string' || value === '') return true;
  if (range.endsWith('address')) return parseAddress(value) !== undefined;
  const bounds = /integer min:(-?\d+) max:(\d+)/.exec(range);
  if (bounds === null) return range.split(' ').includes(value);
  const isNumber = /^-?\d{1,15}$/.test(value);
  return isNumber && Number(value) >= Number(bounds[1]) && Number(value) <= Number(bounds[2]);
}

import { parseAddress, parsePrefix } from '../../../base/address.ts';
import { badValue } from '../faults.ts';
import { itemsOf, nameOf } from '../values.ts';
import { type Check, pathOf } from './context.ts';

const expectations: Readonly<Record<string, readonly [(text: string) => boolean, string]>> = {
  ip: [
    (text) => parsePrefix(text) !== undefined || parseAddress(text) !== undefined,
    'expected an IP address or a network such as 10.0.0.0/8, as the type is ip',
  ],
  integer: [(text) => /^-?\d{1,10}$/.test(text), 'expected a number, as the type is integer'],
};

/** Records are of the type of their data group. */
export const dataGroupRecords: Check = (group) => {
  const expected = expectations[String(group.properties['type'])];
  if (expected === undefined) return [];
  const [fits, why] = expected;
  return itemsOf(group.properties['records'])
    .map(nameOf)
    .filter((name) => !fits(name))
    .map((name) => badValue('record', name, why, pathOf(group, 'records')));
};

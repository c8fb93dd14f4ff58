/** Claims for tests. */
import { parsePrefix } from '../base/address.ts';
import { present } from '../base/assert.ts';
import type { Claim } from './classify.ts';

export function claim(
  name: string,
  destination: string,
  port: number,
  more: Partial<Claim> = {},
): Claim {
  return {
    name,
    destination: present(parsePrefix(destination), 'prefix'),
    port,
    protocol: 'tcp',
    namesProtocol: true,
    source: undefined,
    interfaces: undefined,
    target: 'proxy',
    isEnabled: true,
    dropsWhenDown: false,
    pool: 'p',
    ...more,
  };
}

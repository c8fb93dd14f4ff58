import type { ItemsType } from '../../catalogue/types.ts';
import type { Fault } from '../../base/fault.ts';
import { configurationError } from './faults.ts';
import { splitMember } from './names.ts';

/** "The requested Pool Member (/Common/p /Common/10.0.0.1 80) was not found." */
export function itemNotFound(type: ItemsType, parent: string, item: string, path: string): Fault {
  const shown = type.nameCheck === 'pool-member' ? memberText(item) : item;
  return {
    status: 404,
    code: '01020036',
    apiError: 3,
    message: `The requested ${type.noun} (${parent} ${shown}) was not found.`,
    path,
  };
}

export function itemWithoutFolder(
  type: ItemsType,
  parent: string,
  item: string,
  path: string,
): Fault {
  const shown = type.nameCheck === 'pool-member' ? memberText(item) : item;
  const text = `Can't associate ${type.noun} (${parent} ${shown}) folder does not exist`;
  return configurationError(text, path);
}

/** `/Common/10.0.0.1:80` as error texts have it: `/Common/10.0.0.1 80`. */
function memberText(member: string): string {
  const { node, port } = splitMember(member);
  return `${node} ${port}`;
}

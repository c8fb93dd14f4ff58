import type { ItemsType } from '../../catalogue/types.ts';
import type { Fault } from '../../base/fault.ts';
import { alreadyExists, configurationError } from './faults.ts';
import { splitMember } from './names.ts';

/** "The requested Pool Member (/Common/p /Common/10.0.0.1 80) was not found." */
export function itemNotFound(type: ItemsType, parent: string, item: string, path: string): Fault {
  const shown = shownName(type, item);
  return {
    status: 404,
    code: '01020036',
    apiError: 3,
    message: `The requested ${type.noun} (${parent} ${shown}) was not found.`,
    path,
  };
}

export function itemExists(type: ItemsType, parent: string, item: string, path: string): Fault {
  return alreadyExists(type.noun, `${parent} ${shownName(type, item)}`, path);
}

export function itemWithoutFolder(
  type: ItemsType,
  parent: string,
  item: string,
  path: string,
): Fault {
  const shown = shownName(type, item);
  const text = `Can't associate ${type.noun} (${parent} ${shown}) folder does not exist`;
  return configurationError(text, path);
}

/** `/Common/10.0.0.1:80` as error texts have it: `/Common/10.0.0.1 80`. */
function shownName(type: ItemsType, item: string): string {
  if (type.nameCheck !== 'pool-member') return item;
  const { node, port } = splitMember(item);
  return `${node} ${port}`;
}

/**
 * Error texts in BIG-IP's words, in one place. Sources: the public texts collected in the project's
 * reference; where BIG-IP's exact text is not known, 01070734 ("Configuration error") carries ours.
 */
import { componentById } from '../../catalogue/index.ts';
import type { Fault } from '../../base/fault.ts';
import type { Expectation, StoredObject } from '../types.ts';
import { partitionOf } from './names.ts';

/** iControl REST's apiError for faults of mcpd, and for faults found before it. */
const fromDatabase = 3;
const fromParser = 26_214_401;

/** Components that references may name before they are in the catalogue. */
const foreignNouns: Readonly<Record<string, string>> = {
  'ltm rule': 'iRule',
  'gtm rule': 'iRule',
  'ltm policy': 'Policy',
  'gtm prober-pool': 'prober pool',
};

export function nounOf(component: string): string {
  return componentById(component)?.noun ?? foreignNouns[component] ?? component;
}

export function notFound(component: string, name: string, path?: string): Fault {
  return at(path, {
    status: 404,
    code: '01020036',
    apiError: fromDatabase,
    message: `The requested ${nounOf(component)} (${name}) was not found.`,
  });
}

export function alreadyExists(noun: string, name: string, path?: string): Fault {
  const where = name.startsWith('/') ? ` in partition ${partitionOf(name)}` : '';
  return at(path, {
    status: 409,
    code: '01020066',
    apiError: fromDatabase,
    message: `The requested ${noun} (${name}) already exists${where}.`,
  });
}

export function folderMissing(folder: string, path?: string): Fault {
  return at(path, {
    status: 400,
    apiError: fromParser,
    message: `The requested folder (${folder}) was not found.`,
  });
}

/** A property that cannot be; found before the database is asked. */
export function badInput(message: string, path?: string): Fault {
  return at(path, { status: 400, apiError: fromParser, message });
}

export function badValue(property: string, value: unknown, why: string, path?: string): Fault {
  const whole = typeof value === 'string' ? value : JSON.stringify(value);
  const shown = whole.length > longestShown ? `${whole.slice(0, longestShown)}…` : whole;
  return badInput(`invalid property value "${property}":"${shown}": ${why}`, path);
}

/** Of a wrong value in a message; more of it helps nobody. */
const longestShown = 1000;

interface Wrong {
  readonly why: string;
  readonly tooLong?: { readonly maximum: number; readonly received: number };
}

/** A text that is too long has a code of its own; BIG-IP names its table's row where we name the object. */
export function wrongValue(property: string, value: unknown, wrong: Wrong, path: string): Fault {
  if (wrong.tooLong === undefined) return badValue(property, value, wrong.why, path);
  const { maximum, received } = wrong.tooLong;
  const type = path.slice(0, -property.length).trim();
  const text = `Max string size exceeded during update of attribute:${property} type:${type} max:${maximum} received:${received}`;
  return coded('01070712', text, path);
}

/** As BIG-IP says it of a saved configuration of another device. */
export function sealedElsewhere(property: { readonly name: string }, path: string): Fault {
  const object = path.slice(0, -property.name.length).trim();
  const text = `Decryption of the field (${property.name}) for object (${object}) failed while loading configuration that is encrypted with a different master key.`;
  return coded('01071769', text, path);
}

/** None while the object is as its writer expects it. */
export function changedSince(
  { component, name, generations }: Expectation,
  stored: StoredObject | undefined,
): readonly Fault[] {
  if (stored !== undefined && generations === 'any') return [];
  if (stored !== undefined && generations !== 'any' && generations.includes(stored.generation)) {
    return [];
  }
  const now = stored === undefined ? 'does not exist' : `has generation ${stored.generation}`;
  const wanted = generations === 'any' ? '*' : generations.join(', ');
  const message = `The ${nounOf(component)} (${name}) was changed by somebody else: it ${now}, If-Match asks for ${wanted}. Read it again, then repeat the change.`;
  return [{ status: 412, message, path: `${component} ${name}`.trim() }];
}

export function configurationError(message: string, path?: string): Fault {
  return coded('01070734', `Configuration error: ${message}`, path);
}

export function coded(code: string, message: string, path?: string): Fault {
  return at(path, { status: 400, code, apiError: fromDatabase, message });
}

export function inUse(component: string, name: string, byComponent: string, byName: string): Fault {
  const path = `${component} ${name}`;
  if (component === 'ltm node' && byComponent === 'ltm pool') {
    const text = `Node address '${name}' is referenced by a member of pool '${byName}'.`;
    return coded('01070110', text, path);
  }
  if (component === 'ltm snatpool') {
    return coded('01070320', `Snatpool ${name} is still referenced by a virtual server.`, path);
  }
  if (component.includes(' monitor ')) return coded('01070083', `Monitor ${name} is in use.`, path);
  const text = `The ${nounOf(component)} (${name}) cannot be deleted because it is in use by a ${nounOf(byComponent)} (${byName}).`;
  return coded('01070265', text, path);
}

function at(path: string | undefined, fault: Fault): Fault {
  return path === undefined ? fault : { ...fault, path };
}

import { braceProblem } from '../../../base/braces.ts';
import { coded, configurationError, nounOf } from '../faults.ts';
import { type Check, pathOf } from './context.ts';

/**
 * A script is the whole body of its object in text, so its braces have to match: otherwise a saved
 * configuration could not be loaded, or would hold other objects than those that were saved.
 */
export const script: Check = (object) => {
  const text = object.stored.properties['api-anonymous'];
  if (typeof text !== 'string') return [];
  const problem = braceProblem(text);
  if (problem === undefined) return [];
  const { line, message } = problem;
  const path = pathOf(object, 'api-anonymous');
  if (!object.component.endsWith(' rule')) {
    const noun = nounOf(object.component);
    return [configurationError(`The ${noun} (${object.name}), line ${line}: ${message}.`, path)];
  }
  const { name } = object;
  return [coded('01070151', `Rule [${name}] error: ${name}:${line}: error: [${message}]`, path)];
};

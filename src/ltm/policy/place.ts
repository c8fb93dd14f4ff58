/**
 * Where clients are: conditions on geography ask whether an address is in one of the networks of a place. Which these
 * are, the device's database says (gtm's): plans name only the place, and who writes HAProxy's files asks. Pure.
 */
/** As gtm/geography knows them. */
export type PlaceFact = 'continent' | 'country' | 'country-name' | 'state' | 'isp';

export interface Place {
  readonly fact: PlaceFact;
  readonly value: string;
}

const facts: Readonly<Record<string, PlaceFact>> = {
  continent: 'continent',
  'country-code': 'country',
  'country-name': 'country-name',
  'region-name': 'state',
  isp: 'isp',
};

/** Undefined: no such condition, or one that databases say nothing of. */
export function placeFact(operand: string, selector: string): PlaceFact | undefined {
  return operand === 'geoip' ? facts[selector === 'all' ? 'country-code' : selector] : undefined;
}

const mark = '# place ';

/** What stands for the list of a place until it is written. */
export function placeRecipe({ fact, value }: Place): string {
  return `${mark}${fact} ${value}\n`;
}

export function placeIn(recipe: string): Place | undefined {
  if (!recipe.startsWith(mark)) return undefined;
  const [fact = '', ...words] = recipe.slice(mark.length).trimEnd().split(' ');
  const known = Object.values(facts).find((one) => one === fact);
  return known && { fact: known, value: words.join(' ') };
}

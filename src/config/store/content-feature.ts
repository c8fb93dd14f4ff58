import { catalogueSum } from './catalogue-sum.ts';

/**
 * What iQuery's Hello says of how this program writes content: raised when canonical text changes its form, and
 * another one for every other catalogue. Devices that say the same can compare hashes of content.
 */
export const contentFeature = `content-1-${catalogueSum.slice(0, 16)}`;

import { createHash } from 'node:crypto';
import { components } from '../../catalogue/index.ts';

/** SHA-256 of the whole table, hexadecimal: objects checked against another table are checked again. */
export const catalogueSum = createHash('sha256').update(JSON.stringify(components)).digest('hex');

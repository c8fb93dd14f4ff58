/** A way of using a pool, named by what it is. Pure. */
import { shortHash } from './engine-names.ts';
import type { BackendPlan } from './types.ts';

export function withWay(backend: Omit<BackendPlan, 'way'>): BackendPlan {
  const { pool, ...way } = backend;
  return { pool, way: shortHash(JSON.stringify(way)), ...way };
}

import type { Rest } from './rest.ts';
import type { Node, Topology } from './topology.ts';

/** A lab that is up. */
export interface Lab {
  readonly name: string;
  readonly slot: number;
  readonly topology: Topology;
  namespace(node: string): string;
  node(name: string): Node;
  /** The folder given to `device up --config`. */
  folder(device: string): string;
  managementAddress(device: string): string;
  /** Of `admin` on every device: users are synchronised, so that a pair has one anyway. */
  password(): string;
  rest(device: string): Rest;
}

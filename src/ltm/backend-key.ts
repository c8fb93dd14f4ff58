/** A way of using a pool. */
export interface BackendKey {
  readonly pool: string;
  /** Short name of the way: stable while it stays the same. */
  readonly way: string;
}

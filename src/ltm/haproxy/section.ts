/** One section of haproxy.cfg: printed once, kept as long as the plan that it was made of. */
export interface Section {
  readonly name: string;
  /** With its first line, which names it; a backend's without. */
  readonly text: string;
  readonly hash: string;
  readonly files: ReadonlyMap<string, string>;
}

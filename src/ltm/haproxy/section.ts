/** One section of haproxy.cfg: printed once, kept as long as the plan that it was made of. */
export interface Section {
  readonly name: string;
  /** With its first line, which names it; a backend's without. */
  readonly text: string;
  readonly hash: string;
  readonly files: ReadonlyMap<string, string>;
}

/** Frontends of one virtual server name its backend, and policies name where they may send requests. */
export const namedBackends = /(?<=^ {2}(?:default_backend|use_backend) )[^\s%]+/gm;

export function backendsNamedIn(text: string): readonly string[] {
  return text.match(namedBackends) ?? [];
}

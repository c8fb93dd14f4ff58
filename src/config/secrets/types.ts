/** What seals and opens the secrets of the configuration; the keys are behind it. */
export interface SecretBox {
  /**
   * The sealed text of `plain` at `place` ("ltm monitor http /Common/m password"). The same text for the
   * same value at the same place: what did not change does not look changed.
   */
  seal(place: string, plain: string): string;
  /** The plain text; undefined when it was sealed with a key that is not here. */
  open(sealed: string): string | undefined;
}

/** For configurations in memory only: keeps secrets as they are. */
export const openBox: SecretBox = {
  seal: (_place, plain) => plain,
  open: (sealed) => sealed,
};

/**
 * The text of a sealed secret, in the form of BIG-IP's: `$M$`, two characters, `$`, base64. The two
 * characters tell keys apart. A plain secret of this very form cannot be had, as on BIG-IP. Pure.
 */
export interface SealedText {
  readonly mark: string;
  /** Base64. */
  readonly body: string;
}

const form = /^\$M\$([A-Za-z0-9./]{2})\$([A-Za-z0-9+/]+={0,2})$/;

export function isSealedText(value: unknown): value is string {
  return typeof value === 'string' && form.test(value);
}

export function parseSealedText(text: string): SealedText | undefined {
  const [, mark, body] = form.exec(text) ?? [];
  return mark === undefined || body === undefined ? undefined : { mark, body };
}

export function printSealedText({ mark, body }: SealedText): string {
  return `$M$${mark}$${body}`;
}

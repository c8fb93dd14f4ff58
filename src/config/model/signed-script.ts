/**
 * The line that ends a signed iRule: `definition-checksum 2a7a57…` or `definition-signature B1IR…` (icontrol.md,
 * rules of BIG-IP's own). What it speaks for is the text before it without blanks at its ends. Pure.
 */

export type SigningKind = 'checksum' | 'signature';

export interface SignedScript {
  /** What the checksum or signature is of. */
  readonly script: string;
  readonly kind?: SigningKind;
  readonly value?: string;
}

const lastLine = /\n[ \t]*definition-(checksum|signature)[ \t]+(\S+)$/;

export function splitSigned(text: string): SignedScript {
  const trimmed = text.trim();
  const match = lastLine.exec(trimmed);
  if (match === null) return { script: trimmed };
  return {
    script: trimmed.slice(0, match.index).trimEnd(),
    kind: match[1] === 'checksum' ? 'checksum' : 'signature',
    value: match[2] ?? '',
  };
}

export function joinSigned(script: string, kind: SigningKind, value: string): string {
  return `${script}\ndefinition-${kind} ${value}`;
}

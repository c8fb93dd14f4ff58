/** Secrets shared with other name servers, from the configuration. Pure. */
import type { ConfigView } from '../config/types.ts';

export const keyComponent = 'gtm zone-runner tsig-key';

export interface TsigKey {
  readonly name: string;
  readonly algorithm: string;
  /** Base64. */
  readonly secret: string;
}

export function isTsigSecret(text: string): boolean {
  return text !== '' && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

export function keysOf(view: ConfigView): readonly TsigKey[] {
  return view.list(keyComponent).flatMap(({ name, properties }) => {
    const secret = view.plain(properties['secret'] ?? '');
    const algorithm = properties['algorithm'] ?? 'hmac-sha256';
    return isTsigSecret(secret) ? [{ name, algorithm, secret }] : [];
  });
}

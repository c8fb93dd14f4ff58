import { http } from './http.ts';
import type { MonitorType } from './type.ts';

/** The certificate is not verified: members commonly have self-signed ones, as with BIG-IP. */
export const https: MonitorType = {
  ...http,
  name: 'https',
  transport: () => 'tls',
  options: ['username', 'password', 'ip-dscp', 'cipherlist', 'cert', 'key', 'ssl-profile'],
};

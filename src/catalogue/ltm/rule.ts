import { move } from '../move.ts';
import { generate, verificationStatus } from '../signing.ts';
import type { Component, StockObject } from '../types.ts';
import { blob, effective, stored, trueFalse } from '../properties.ts';

const httpsRedirect = `when HTTP_REQUEST {
    HTTP::redirect "https://[getfield [HTTP::host] ":" 1][HTTP::uri]"
}`;

/**
 * Rules of BIG-IP's own for client authentication and for APM. Their names are here because profiles and
 * tools speak of them; neither is done here, so that they do nothing.
 */
const idleRules = [
  '_sys_APM_ExchangeSupport_OA_BasicAuth',
  '_sys_APM_ExchangeSupport_OA_NtlmAuth',
  '_sys_APM_ExchangeSupport_helper',
  '_sys_APM_ExchangeSupport_main',
  '_sys_APM_MS_Office_OFBA_Support',
  '_sys_APM_Office365_SAML_BasicAuth',
  '_sys_APM_activesync',
  '_sys_auth_krbdelegate',
  '_sys_auth_ldap',
  '_sys_auth_radius',
  '_sys_auth_ssl_cc_ldap',
  '_sys_auth_ssl_crldp',
  '_sys_auth_ssl_ocsp',
  '_sys_auth_tacacs',
];

const idle = (name: string): StockObject => ({
  name: `/Common/${name}`,
  properties: { 'api-anonymous': '# Does nothing: this device does not authenticate clients.' },
});

export const ltmRule: Component = {
  id: 'ltm rule',
  noun: 'iRule',
  help: 'A Tcl script for the events of a connection.',
  naming: { kind: 'foldered' },
  scope: 'group',
  order: 50,
  actions: [move, generate],
  statistics: true,
  countsParts: true,
  checks: ['unknown-events', 'rule-of-virtuals'],
  stock: [
    { name: '/Common/_sys_https_redirect', properties: { 'api-anonymous': httpsRedirect } },
    ...idleRules.map(idle),
  ],
  properties: [
    ...stored(
      blob('api-anonymous', 'The script.', { required: true }),
      trueFalse('ignore-verification', 'false', 'Take it although its signature is wrong.', {
        access: 'write-only',
      }),
    ),
    ...effective({ ...verificationStatus, raw: true, listed: true }),
  ],
};

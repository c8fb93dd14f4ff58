import type { Component } from '../types.ts';
import { blob, stored } from '../properties.ts';

const httpsRedirect = `when HTTP_REQUEST {
    HTTP::redirect "https://[getfield [HTTP::host] ":" 1][HTTP::uri]"
}`;

export const ltmRule: Component = {
  id: 'ltm rule',
  noun: 'iRule',
  help: 'A Tcl script for the events of a connection.',
  naming: { kind: 'foldered' },
  scope: 'group',
  order: 50,
  statistics: true,
  stock: [{ name: '/Common/_sys_https_redirect', properties: { 'api-anonymous': httpsRedirect } }],
  properties: stored(blob('api-anonymous', 'The script.', { required: true })),
};

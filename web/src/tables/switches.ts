/** Enable, disable, force offline: what BIG-IP calls it, component by component, as bodies for REST. Pure. */
import type { Component } from '../../../src/catalogue/types.ts';
import type { JsonObject } from '../../../src/config/text/json.ts';

export interface Switch {
  readonly title: string;
  readonly body: JsonObject;
  /** Connections go on for a while: they are counted down. */
  readonly isDraining: boolean;
}

/** None where nothing can be switched. */
export function switchesOf({ properties }: Pick<Component, 'properties'>): readonly Switch[] {
  const hasSession = properties.some(({ name }) => name === 'session');
  if (hasSession) {
    return [
      { title: 'Enable', body: { session: 'user-enabled', state: 'user-up' }, isDraining: false },
      { title: 'Disable', body: { session: 'user-disabled', state: 'user-up' }, isDraining: true },
      {
        title: 'Force offline',
        body: { session: 'user-disabled', state: 'user-down' },
        isDraining: true,
      },
    ];
  }
  const enabled = properties.find(({ name, type }) => name === 'enabled' && type.kind === 'flags');
  if (enabled === undefined) return [];
  return [
    { title: 'Enable', body: { enabled: true }, isDraining: false },
    { title: 'Disable', body: { disabled: true }, isDraining: true },
  ];
}

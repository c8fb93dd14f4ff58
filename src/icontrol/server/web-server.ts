/** Follows `sys httpd`: what cannot be followed is refused before it is committed. */
import type { Fault } from '../../base/fault.ts';
import type { ConfigStore, ConfigView } from '../../config/types.ts';
import { knowsSuites } from '../../platform/https-server.ts';
import { type WebSettings, anySuites, invalid, webSettings } from './web-settings.ts';

const component = 'sys httpd';

export interface FollowedSettings {
  now(): WebSettings;
  onChange(listener: (settings: WebSettings) => void): void;
  close(): void;
}

export function followWebSettings(store: ConfigStore): FollowedSettings {
  const listeners: ((settings: WebSettings) => void)[] = [];
  let current = settled(store.view());
  store.addCheck((changes, after) => {
    if (!changes.some((change) => change.component === component)) return [];
    const found = read(after);
    return 'status' in found ? [found] : [];
  });
  const stop = store.onCommit((commit, _before, after) => {
    if (!commit.changes.some((change) => change.component === component)) return;
    current = settled(after);
    for (const listener of listeners) listener(current);
  });
  return {
    now: () => current,
    onChange: (listener) => void listeners.push(listener),
    close: stop,
  };
}

/** What was committed before there was a check stands as the default does. */
function settled(view: ConfigView): WebSettings {
  const found = read(view);
  return 'status' in found ? safest : found;
}

const safest: WebSettings = {
  allow: ['All'],
  tls: { oldest: 'TLSv1.2', newest: 'TLSv1.3', suites: anySuites },
  loginSeconds: 1200,
};

function read(view: ConfigView): WebSettings | Fault {
  const properties = view.get(component, '')?.properties;
  if (properties === undefined) return safest;
  const found = webSettings(properties);
  if ('status' in found) return found;
  const suites = properties['ssl-ciphersuite'] ?? anySuites;
  return knowsSuites(suites)
    ? found
    : invalid('ssl-ciphersuite', suites, 'OpenSSL knows none of these');
}

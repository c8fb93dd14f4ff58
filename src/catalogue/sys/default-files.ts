/** What `/Common/default.crt`, `default.key` and `ca-bundle.crt` hold while nobody has put a file of his own there. */
import { blob, effective } from '../properties.ts';
import type { Component } from '../types.ts';

export const defaultFilesId = 'sys default-files';

/** Which property of `sys default-files` is the content of which file. */
export const defaultFileContents: Readonly<Record<string, string>> = {
  '/Common/ca-bundle.crt': 'authorities',
  '/Common/default.crt': 'certificate',
  '/Common/default.key': 'key',
};

export const sysDefaultFiles: Component = {
  id: defaultFilesId,
  noun: 'default files',
  help: 'Certificate and key that this device made for itself, and the authorities that its system knows. Not in BIG-IP, which keeps files beside.',
  naming: { kind: 'singleton' },
  scope: 'local',
  order: 17,
  properties: effective(
    blob('certificate', 'Of /Common/default.crt, PEM.', { access: 'read-only' }),
    blob('key', 'Of /Common/default.key, PEM.', { access: 'read-only', secret: true }),
    blob('authorities', 'Of /Common/ca-bundle.crt, PEM.', { access: 'read-only' }),
  ),
};

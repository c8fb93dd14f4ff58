import type { Component } from '../types.ts';
import { choice, description, effective, items, stored, text } from '../properties.ts';

export const roles = [
  { value: 'admin', help: 'Everything.' },
  { value: 'manager', help: 'All traffic objects of the partition.' },
  { value: 'operator', help: 'Enables and disables nodes, members and virtual servers.' },
  { value: 'guest', help: 'Reads.' },
  { value: 'no-access', help: 'Nothing.' },
  ...[
    'resource-admin',
    'user-manager',
    'auditor',
    'application-editor',
    'certificate-manager',
    'irule-manager',
    'web-application-security-administrator',
    'web-application-security-editor',
    'acceleration-policy-editor',
    'firewall-manager',
  ].map((value) => ({ value })),
];

export const authUser: Component = {
  id: 'auth user',
  noun: 'user',
  help: 'Somebody who may log in.',
  naming: { kind: 'plain', nameCheck: 'user' },
  scope: 'group',
  order: 9,
  checks: ['user'],
  stock: [
    {
      name: 'admin',
      properties: {
        description: 'Admin User',
        'partition-access': [{ name: 'all-partitions', role: 'admin' }],
      },
    },
  ],
  properties: [
    ...effective(
      text('password', 'New password; kept only as a hash.', {
        access: 'write-only',
        secret: true,
        hashed: true,
      }),
      text('encrypted-password', 'Hash of the password.', { secret: true, hashed: true }),
      items('partition-access', 'Role in each partition, or in all-partitions.', {
        properties: effective(choice('role', roles, 'no-access', 'What is allowed.')),
        foldered: false,
        subCollection: false,
        noun: 'partition-access',
        ordered: false,
        nameCheck: 'partition-or-all',
        nameReference: { to: ['auth partition'] },
      }),
      description,
    ),
    ...stored(choice('shell', ['none', 'tmsh', 'bash'], 'none', 'Shell after log in.')),
  ],
};

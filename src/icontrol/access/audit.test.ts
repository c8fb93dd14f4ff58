import assert from 'node:assert/strict';
import { test } from 'node:test';
import { componentById } from '../../catalogue/index.ts';
import type { Caller } from './accounts.ts';
import { auditLine, describeOperations, loginLine } from './audit.ts';
import { fullAccess } from './roles.ts';

const caller: Caller = {
  access: fullAccess('olga'),
  address: '198.18.0.9',
  token: undefined,
  isTmsh: false,
};

test('a line says who, from where, by what, what and how it ended', () => {
  assert.equal(
    auditLine(caller, 'delete ltm pool /Common/web', 'Command OK, commit 1.0@a'),
    '01070417:5: AUDIT - client iControl REST, user olga, address 198.18.0.9 - ' +
      'delete ltm pool /Common/web [Status=Command OK, commit 1.0@a]',
  );
  assert.match(auditLine({ ...caller, isTmsh: true }, 'x', 'y'), /client tmsh/);
});

test('what a client sends cannot end a line, and is not endless', () => {
  const forged = 'x\n2026-11-21 notice control[1] 01070417:5: AUDIT - client tmsh, user admin';
  for (const line of [auditLine(caller, forged, forged), loginLine(forged, forged, 'failed')]) {
    assert.doesNotMatch(line.replace(forged, ''), /[\n\r\u2028]\d{4}-.*AUDIT.*AUDIT.*AUDIT/);
  }
  assert.doesNotMatch(loginLine(forged, '::1', 'failed'), /\n/);
  assert.ok(auditLine(caller, 'y'.repeat(100_000), 'z').length < 2300);
});

test('no secret is described, at any depth', () => {
  const secret = 'hunter2';
  const text = describeOperations(
    [
      {
        kind: 'create',
        component: 'auth user',
        name: 'olga',
        properties: { password: secret, 'encrypted-password': secret, description: 'seen' },
      },
      {
        kind: 'modify',
        component: 'ltm monitor https',
        name: '/Common/m',
        properties: { password: secret, interval: 7 },
      },
    ],
    componentById,
  );
  assert.doesNotMatch(text, /hunter2/);
  assert.match(text, /seen/);
  assert.match(text, /"interval":7/);
});

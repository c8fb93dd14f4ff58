import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { devicePaths } from '../platform/device-paths.ts';
import { openDeviceLogs } from './device-logs.ts';

test('lines go to the file that BIG-IP people look in', () => {
  const root = mkdtempSync(join(tmpdir(), 'logs-'));
  try {
    const paths = devicePaths(root);
    openDeviceLogs(paths, 'control').ltm.write('notice', '01070638:5: Pool /Common/web member');
    openDeviceLogs(paths, 'rest').audit.write('info', 'by admin', { password: 1 });
    const ltm = readFileSync(join(paths.logs, 'ltm'), 'utf8');
    assert.match(ltm, /^\S+Z notice control\[\d+\] 01070638:5: Pool \/Common\/web member\n$/);
    assert.match(readFileSync(join(paths.logs, 'audit'), 'utf8'), /info rest\[\d+\] by admin/);
  } finally {
    rmSync(root, { recursive: true });
  }
});

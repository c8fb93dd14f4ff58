/** Pools of names from named to clients: what is changed and asked is in web/names-device.ts. */
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { whyNot } from './web/haproxy-here.ts';
import { runSteps } from './web/steps.ts';

const skip = existsSync('/usr/sbin/named') ? await whyNot() : 'named is not installed';

test('members follow what named says of their names', { skip }, (t) =>
  runSteps(t, 'names-device.ts', 3),
);

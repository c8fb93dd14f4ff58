/** OCSP stapling from the configuration to a client: what is asked and seen is in web/stapling-device.ts. */
import { test } from 'node:test';
import { whyNot } from './web/haproxy-here.ts';
import { runSteps } from './web/steps.ts';

const skip = await whyNot();

test('OCSP answers are asked for, checked and shown to clients', { skip }, (t) =>
  runSteps(t, 'stapling-device.ts', 3),
);

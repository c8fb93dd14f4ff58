import type { Component } from '../types.ts';
import {
  effective,
  applicationService,
  description,
  monitorRule,
  reference,
  stored,
} from '../properties.ts';
import { ltmMonitors } from './monitor-names.ts';

export const ltmIfile: Component = {
  id: 'ltm ifile',
  noun: 'iFile',
  help: 'A file that rules can read.',
  naming: { kind: 'foldered' },
  scope: 'group',
  order: 20,
  properties: stored(
    reference('file-name', 'sys file ifile', 'The file.', { required: true }),
    description,
    applicationService,
  ),
};

export const ltmDefaultNodeMonitor: Component = {
  id: 'ltm default-node-monitor',
  noun: 'default node monitor',
  help: 'Monitors of nodes that say `default`.',
  naming: { kind: 'singleton' },
  scope: 'group',
  order: 24,
  properties: effective(monitorRule('rule', ltmMonitors, 'The monitors.')),
};

/** Sends what is written to the log files of the device on to log servers. */
import { basename, join } from 'node:path';
import type { ConfigStore } from '../../config/types.ts';
import type { Clock } from '../../platform/clock.ts';
import type { DevicePaths } from '../../platform/device-paths.ts';
import { followFiles } from '../../platform/log-follow.ts';
import { type LogSender, openLogSender } from '../../platform/log-sender.ts';
import { parseLine, renderMessage } from './codec.ts';
import { type Route, routes, serverKey, targetsOf } from './plan.ts';

/** Log file → facility, as BIG-IP's: local0 for traffic, daemon, local0 for audits. */
const facilities: Readonly<Record<string, number>> = { ltm: 16, gtm: 16, daemon: 3, audit: 16 };

export interface SyslogOptions {
  readonly store: ConfigStore;
  readonly clock: Clock;
  readonly paths: DevicePaths;
}

export function startSyslog({ store, clock, paths }: SyslogOptions): { close(): void } {
  const senders = new Map<string, LogSender>();
  let wanted: readonly Route[] = [];
  const plan = (): void => {
    wanted = routes(store.view());
    const keys = new Set(wanted.map(({ server }) => serverKey(server)));
    for (const [key, sender] of senders) {
      if (keys.has(key)) continue;
      sender.close();
      senders.delete(key);
    }
    for (const { server } of wanted) {
      const key = serverKey(server);
      if (!senders.has(key)) senders.set(key, openLogSender(server, clock));
    }
  };
  plan();
  const send = (path: string, text: string): void => {
    const file = basename(path);
    const line = wanted.length === 0 ? undefined : parseLine(text);
    if (line === undefined) return;
    const view = store.view();
    const sender = {
      hostname: view.get('sys global-settings', '')?.properties.hostname ?? 'localhost',
      facility: facilities[file] ?? 1,
      isoDate: view.get('sys syslog', '')?.properties['iso-date'] === 'enabled',
    };
    for (const { server, format } of targetsOf(wanted, { file, ...line })) {
      const way = senders.get(serverKey(server));
      const lost = way?.takeLost() ?? 0;
      if (lost > 0) {
        const loss = { ...line, level: 'err', text: `${lost} lines were lost on the way here` };
        way?.send(renderMessage(loss, format, sender));
      }
      way?.send(renderMessage(line, format, sender));
    }
  };
  const files = Object.keys(facilities).map((file) => join(paths.logs, file));
  const stopFollowing = followFiles(files, clock, send);
  const stopListening = store.onCommit(plan);
  return {
    close() {
      stopFollowing();
      stopListening();
      for (const sender of senders.values()) sender.close();
    },
  };
}

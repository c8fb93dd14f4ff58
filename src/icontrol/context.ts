/** What the endpoints share. */
import type { Component, ComponentId } from '../catalogue/types.ts';
import type { AppliedTracker } from '../config/applied.ts';
import type { EnginePreviews } from '../config/engine-previews.ts';
import type { StateRegistry } from '../config/runtime-state.ts';
import type { ConfigStore } from '../config/types.ts';
import type { HealthFeed } from '../monitor/health.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Machine } from '../platform/host-facts.ts';
import type { PeerChanges } from './history/history.ts';
import type { Accounts, Passwords } from './access/accounts.ts';
import type { PasswordMemory } from './access/password-memory.ts';
import type { Charts } from '../observe/charts/start.ts';
import type { GuiFeed } from './gui/feed.ts';
import type { GuiFiles } from './gui/pages.ts';
import type { ObjectTexts } from './wire/object-texts.ts';
import type { Router } from './wire/route.ts';
import type { Tasks } from './tasks/tasks.ts';
import type { Tokens } from './access/tokens.ts';
import type { WebSettings } from './server/web-settings.ts';
import type { Transactions } from './tm/transactions.ts';

export interface TmshResult {
  readonly status: number;
  readonly output: string;
}

/** Runs tmsh commands in the name of a user; passed in, since tmsh is a client of ours. */
export type TmshRunner = (commands: string, user: string) => Promise<TmshResult>;

export interface Services {
  readonly store: ConfigStore;
  readonly state: StateRegistry;
  readonly applied: AppliedTracker;
  readonly previews: EnginePreviews;
  /** Asks a peer of a device group; absent where there are none. */
  readonly peerChanges?: PeerChanges | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly components: readonly Component[];
  component(id: ComponentId): Component | undefined;
  readonly router: Router;
  /** What collections show of each object. */
  readonly texts: ObjectTexts;
  readonly accounts: Accounts;
  readonly passwords: Passwords;
  readonly passwordMemory: PasswordMemory;
  /** `sys httpd` of this moment. */
  readonly web: () => WebSettings;
  readonly tokens: Tokens;
  readonly transactions: Transactions;
  readonly runTmsh: TmshRunner | undefined;
  /** Where files of clients lie. */
  readonly files: string;
  readonly tasks: Tasks;
  readonly machine: Machine;
  /** Absent where nothing is monitored. */
  readonly health?: HealthFeed | undefined;
  /** Absent: this device has no GUI. */
  readonly gui?: GuiFiles | undefined;
  readonly feed: GuiFeed;
  /** Statistics over time. */
  readonly charts: Charts;
}

/** `sys connection`, looked up in both engines when somebody asks; and ended there. */
import { type Outcome, succeeded } from '../base/fault.ts';
import { type RecordBook, refuse } from '../config/runtime-state.ts';
import {
  type Connection,
  type ConnectionSelection,
  connectionLine,
  connectionRows,
  isSelected,
  ofFlow,
  ofSession,
  parseSelection,
} from './connections.ts';
import type { ProxiedSession } from './haproxy/sessions.ts';
import type { Flow } from './nftables/flows.ts';

export interface ConnectionSource {
  /** Of HAProxy: of the process that serves, and of those that leave. */
  sessions(): Promise<readonly ProxiedSession[]>;
  /** Ends those that are chosen; resolves with how many. */
  endSessions(isChosen: (session: ProxiedSession) => boolean): Promise<number>;
  flows(): Promise<readonly Flow[]>;
  /** Has the kernel forget it. */
  endFlow(flow: Flow): Promise<void>;
  /** Seconds, of the virtual server of a session. */
  idleTimeoutOf(session: ProxiedSession): number;
}

export function connectionBook(source: ConnectionSource): RecordBook {
  const found = async (selection: ConnectionSelection): Promise<readonly Connection[]> => {
    const [sessions, flows] = await Promise.all([source.sessions(), source.flows()]);
    const all = [
      ...sessions.map((session) => ofSession(session, source.idleTimeoutOf(session))),
      ...flows.map(ofFlow),
    ];
    return all.filter((connection) => isSelected(connection, selection));
  };
  return {
    async show(words) {
      const selection = parseSelection(words);
      if (!selection.ok) return selection;
      const lines = (await found(selection.value)).map(connectionLine);
      const total = `Total records returned: ${lines.length}`;
      return succeeded(`${['Sys::Connections', ...lines, total].join('\n')}\n`);
    },
    async rows(words) {
      const selection = parseSelection(words);
      return selection.ok ? succeeded(connectionRows(await found(selection.value))) : selection;
    },
    async remove(words) {
      const selection = parseSelection(words);
      return selection.ok ? await removeAll(source, selection.value) : selection;
    },
  };
}

async function removeAll(
  source: ConnectionSource,
  selection: ConnectionSelection,
): Promise<Outcome<number>> {
  try {
    let count = await source.endSessions((session) =>
      isSelected(ofSession(session, source.idleTimeoutOf(session)), selection),
    );
    for (const flow of await source.flows()) {
      if (!isSelected(ofFlow(flow), selection)) continue;
      await source.endFlow(flow);
      count += 1;
    }
    return succeeded(count);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refuse(`The connections cannot be ended: ${why}`, 503);
  }
}

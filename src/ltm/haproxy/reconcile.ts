/**
 * From the servers that HAProxy has to the servers it should have, as runtime API commands. Pure. Commands of
 * one server are in order: state before weight, since a weight of a drained server is only remembered.
 */
import type { MemberState } from '../member-state.ts';
import type { WantedServer, WantedServers } from './servers.ts';

export interface ActualServer {
  readonly state: MemberState;
  readonly weight: number;
  /** Undefined: not known (just attached), so it is set again. */
  readonly connectionLimit: number | undefined;
}

/** Backend → server → what it holds. */
export type ActualServers = Map<string, Map<string, ActualServer>>;

export interface RuntimeStep {
  readonly command: string;
  readonly backend: string;
  readonly server: string;
  /** What holds once the command succeeded; undefined: the server is gone. */
  readonly result: ActualServer | undefined;
  /** The command may be refused for now (open connections) and is tried again later. */
  readonly mayWait?: true;
}

const haproxyState: Readonly<Record<MemberState, string>> = {
  ready: 'ready',
  drain: 'drain',
  down: 'maint',
};

/** `endSessions`: pools whose service-down-action ends the connections of a member that goes down. */
export function reconcile(
  actual: ActualServers,
  wanted: WantedServers,
  endsSessions: (backend: string) => boolean,
): readonly RuntimeStep[] {
  const steps: RuntimeStep[] = [];
  for (const [backend, servers] of wanted) {
    const held = actual.get(backend) ?? new Map<string, ActualServer>();
    const names = new Set<string>();
    for (const server of servers) {
      names.add(server.name);
      const present = held.get(server.name);
      steps.push(
        ...(present === undefined
          ? addition(backend, server)
          : change(backend, server, present, endsSessions(backend))),
      );
    }
    for (const [name, present] of held) {
      if (!names.has(name)) steps.push(...removal(backend, name, present));
    }
  }
  return steps;
}

function addition(backend: string, server: WantedServer): readonly RuntimeStep[] {
  const limit = server.connectionLimit > 0 ? ` maxconn ${server.connectionLimit}` : '';
  // HAProxy adds servers in maintenance.
  const added: ActualServer = {
    state: 'down',
    weight: server.weight,
    connectionLimit: server.connectionLimit,
  };
  const add: RuntimeStep = {
    command: `add server ${backend}/${server.name} ${server.options} weight ${server.weight}${limit}`,
    backend,
    server: server.name,
    result: added,
  };
  return [add, ...change(backend, server, added, false)];
}

function change(
  backend: string,
  server: WantedServer,
  present: ActualServer,
  endsSessions: boolean,
): readonly RuntimeStep[] {
  const steps: RuntimeStep[] = [];
  let now = present;
  const step = (command: string, next: ActualServer): void => {
    now = next;
    steps.push({ command, backend, server: server.name, result: next });
  };
  const name = `${backend}/${server.name}`;
  if (now.state !== server.state) {
    step(`set server ${name} state ${haproxyState[server.state]}`, { ...now, state: server.state });
    if (server.state === 'down' && endsSessions) step(`shutdown sessions server ${name}`, now);
  }
  if (now.weight !== server.weight) {
    step(`set server ${name} weight ${server.weight}`, { ...now, weight: server.weight });
  }
  if (now.connectionLimit !== server.connectionLimit) {
    step(`set maxconn server ${name} ${server.connectionLimit}`, {
      ...now,
      connectionLimit: server.connectionLimit,
    });
  }
  return steps;
}

/** A server with open connections stays, in maintenance, until they end. */
function removal(backend: string, name: string, present: ActualServer): readonly RuntimeStep[] {
  const down: ActualServer = { ...present, state: 'down' };
  const steps: RuntimeStep[] = [];
  if (present.state !== 'down') {
    const command = `set server ${backend}/${name} state maint`;
    steps.push({ command, backend, server: name, result: down });
  }
  const command = `del server ${backend}/${name}`;
  steps.push({ command, backend, server: name, result: undefined, mayWait: true });
  return steps;
}

/**
 * The endpoints that are made by hand: the one list that requests are routed by, that says which role may
 * come in, and that the OpenAPI documents and the test of all roles are drawn from. All other paths below
 * /mgmt/tm are the catalogue's.
 */
import { backupWorker } from './files/backup-endpoint.ts';
import { configPath, handleConfig } from './files/config-endpoint.ts';
import { handleFileTransfer, transferPlaces } from './files/file-transfer.ts';
import {
  commitsPath,
  diffPath,
  handleCommit,
  handleCommits,
  handleDiff,
} from './history/history-endpoint.ts';
import { handleOpenApi, openApiPath } from './openapi/openapi-endpoint.ts';
import { chartsPath, handleCharts } from './gui/charts-endpoint.ts';
import { handleTmsh, tmshPath } from './gui/tmsh-endpoint.ts';
import { cataloguePath, handleCatalogue } from './gui/catalogue-endpoint.ts';
import {
  handleReferences,
  handleSearch,
  handleUnused,
  referencesPath,
  searchPath,
  unusedPath,
} from './gui/find-endpoints.ts';
import { handleSession, sessionPath } from './gui/session-endpoint.ts';
import { handleHealth, handleStream, healthPath, streamPath } from './gui/state-endpoints.ts';
import { packageWorker } from './tasks/package-tasks.ts';
import { type Worker, handleWorker } from './tasks/worker-tasks.ts';
import { answered } from './wire/reply.ts';
import type { Endpoint, Method } from './endpoint.ts';
import { handleFact } from './shared/shared.ts';
import { factPaths } from './shared/shared-facts.ts';
import { handleTask, handleTaskPlaces, taskBase } from './tasks/task-endpoint.ts';
import { handleExchange, handleTokens } from './access/token-endpoint.ts';
import { handleTransaction, transactionBase } from './tm/transaction-endpoint.ts';
import { handleUcs, ucsBase } from './files/ucs-endpoint.ts';
import { handleUtil, handleUtilities, utilBase, utilityNames } from './util/util.ts';
import { handleUser, usersPath } from './access/users-endpoint.ts';

const tokenPath = '/mgmt/shared/authz/tokens';

export const endpoints: readonly Endpoint[] = [
  {
    path: '/mgmt/{worker*}/available',
    summary: 'Is this worker ready? Whoever can answer is: ours have no start-up of their own.',
    methods: ['GET'],
    read: 'credentials',
    write: 'credentials',
    handle: () => answered({}),
  },
  {
    path: '/mgmt/shared/authn/exchange',
    summary: 'A token for another one of the same user.',
    methods: ['POST'],
    read: 'credentials',
    write: 'credentials',
    handle: handleExchange,
  },
  {
    path: tokenPath,
    summary:
      "Own tokens, read or all ended; an administrator's are everybody's, and POST makes one for a user.",
    methods: ['GET', 'POST', 'DELETE'],
    read: 'credentials',
    write: 'credentials',
    handle: handleTokens,
  },
  {
    path: `${tokenPath}/{token}`,
    isPathSecret: true,
    summary: 'One token: its life is read, changed (timeout) and ended here.',
    methods: ['GET', 'PATCH', 'PUT', 'DELETE'],
    read: 'credentials',
    write: 'credentials',
    handle: handleTokens,
  },
  {
    path: `${usersPath}/{user}`,
    summary: 'One user, and the way to a new password: `oldPassword` and `password`.',
    methods: ['GET', 'PATCH'],
    read: 'credentials',
    write: 'credentials',
    handle: handleUser,
  },
  {
    path: commitsPath,
    summary: 'The history of the configuration, newest first: who, when, from where, why, what.',
    methods: ['GET'],
    read: 'history',
    write: 'device',
    handle: handleCommits,
  },
  {
    path: `${commitsPath}/{number}`,
    summary: 'One commit, with what it changed, property by property.',
    methods: ['GET'],
    read: 'history',
    write: 'device',
    handle: handleCommit,
  },
  {
    path: diffPath,
    summary: 'What lies between two commits, or between one and the running configuration.',
    methods: ['GET'],
    read: 'history',
    write: 'device',
    handle: handleDiff,
  },
  {
    path: configPath,
    summary:
      'The configuration as texts, one a partition and module, and files; secrets are sealed.',
    methods: ['GET'],
    read: 'history',
    write: 'device',
    handle: handleConfig,
  },
  ...['', '/{document}'].map((rest): Endpoint => ({
    path: `${openApiPath}${rest}`,
    summary: rest === '' ? 'The OpenAPI documents of this device.' : 'One OpenAPI document.',
    methods: ['GET'],
    read: 'reader',
    write: 'device',
    handle: (services, request, _caller, path) => handleOpenApi(services, endpoints, request, path),
  })),
  {
    path: sessionPath,
    summary:
      "A browser's session: POST logs in, PATCH keeps it, DELETE ends it. Its cookie is for the GUI only.",
    methods: ['GET', 'POST', 'PATCH', 'DELETE'],
    read: 'credentials',
    write: 'credentials',
    handle: handleSession,
  },
  ...['', '/{component*}'].map((rest): Endpoint => ({
    path: `${cataloguePath}${rest}`,
    summary:
      rest === ''
        ? 'The components of this device.'
        : 'One component as the catalogue has it, and what the caller may do with it (`?name=` for one object).',
    methods: ['GET'],
    read: 'reader',
    write: 'device',
    handle: handleCatalogue,
  })),
  {
    path: searchPath,
    summary: 'Objects of all components in which `?text=` stands: in the name, or in a value.',
    methods: ['GET'],
    read: 'reader',
    write: 'device',
    handle: handleSearch,
  },
  {
    path: chartsPath,
    summary:
      'Connections, throughput and requests over `?span=` hour, day or week, of `&object=` or of the device.',
    methods: ['GET'],
    read: 'reader',
    write: 'device',
    handle: handleCharts,
  },
  {
    path: tmshPath,
    summary: 'Commands of tmsh, with the caller\'s role: `{"commands": "list ltm pool"}`.',
    methods: ['POST'],
    read: 'reader',
    write: 'reader',
    handle: handleTmsh,
  },
  {
    path: referencesPath,
    summary: 'Where an object is used: `?object=ltm pool /Common/web`.',
    methods: ['GET'],
    read: 'reader',
    write: 'device',
    handle: handleReferences,
  },
  {
    path: unusedPath,
    summary: 'Objects of `?component=` to which nothing refers.',
    methods: ['GET'],
    read: 'reader',
    write: 'device',
    handle: handleUnused,
  },
  {
    path: streamPath,
    summary:
      'Commits, health and what the device is just now, as events (`Accept: text/event-stream`); else the latter once.',
    methods: ['GET'],
    read: 'reader',
    write: 'device',
    handle: handleStream,
  },
  {
    path: healthPath,
    summary:
      'States of `?kind=` node, pool, member, virtual or virtual-address, with reasons; `&of=` for one object.',
    methods: ['GET'],
    read: 'reader',
    write: 'device',
    handle: handleHealth,
  },
  ...factPaths.map((path): Endpoint => ({
    path,
    summary: 'A fact about this device.',
    methods: ['GET'],
    read: 'reader',
    write: 'device',
    handle: handleFact,
  })),
  ...workerEndpoints(
    packageWorker,
    'Packages of iControl LX: none are installed, and none can be.',
  ),
  ...workerEndpoints(
    backupWorker,
    'Archives of the configuration, saved and loaded in the background.',
  ),
  ...['', '/{file}'].map((rest): Endpoint => ({
    path: `${ucsBase}${rest}`,
    dryRun: true,
    summary: 'Archives of the configuration: save, load, list, delete.',
    methods: rest === '' ? ['GET', 'POST'] : ['GET', 'DELETE'],
    read: 'device',
    write: 'device',
    handle: handleUcs,
  })),
  ...transferPlaces.map(({ path, direction }): Endpoint => ({
    path: `${path}/{file}`,
    summary: direction === 'up' ? 'A file, in pieces.' : 'A file, or the piece that is asked for.',
    methods: direction === 'up' ? ['POST'] : ['GET'],
    read: 'device',
    write: 'device',
    takesBytes: true,
    handle: handleFileTransfer,
  })),
  ...utilityNames.map((name): Endpoint => ({
    path: `${utilBase}/${name}`,
    summary: `What BIG-IP's shell has as ${name}.`,
    methods: ['POST'],
    read: 'administrator',
    write: 'administrator',
    handle: handleUtil,
  })),
  {
    path: utilBase,
    summary: 'The commands of the shell that there are.',
    methods: ['GET'],
    read: 'reader',
    write: 'device',
    handle: handleUtilities,
  },
  {
    path: taskBase,
    summary: 'The commands that can be run in the background.',
    methods: ['GET'],
    read: 'reader',
    write: 'device',
    handle: handleTaskPlaces,
  },
  {
    path: `${taskBase}/{command*}`,
    summary: 'Commands of the catalogue, in the background.',
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    read: 'device',
    write: 'device',
    handle: handleTask,
  },
  ...['', '/{id}', '/{id}/commands', '/{id}/commands/{number}'].map((rest): Endpoint => ({
    path: `${transactionBase}${rest}`,
    ...(rest === '/{id}' && { dryRun: true }),
    summary:
      'Own transactions. Roles count when one is committed, as for each of its commands alone.',
    methods: transactionMethods(rest),
    read: 'reader',
    write: 'reader',
    handle: handleTransaction,
  })),
];

function workerEndpoints(worker: Worker, summary: string): readonly Endpoint[] {
  return ['', '/{task}'].map((rest) => ({
    path: `${worker.base}${rest}`,
    summary,
    methods: rest === '' ? ['GET', 'POST'] : ['GET', 'DELETE'],
    read: 'device',
    write: 'device',
    handle: (services, request, caller, path) =>
      handleWorker(worker, services, request, caller, path),
  }));
}

function transactionMethods(rest: string): readonly Method[] {
  switch (rest) {
    case '':
      return ['GET', 'POST'];
    case '/{id}':
      return ['GET', 'PUT', 'PATCH', 'DELETE'];
    case '/{id}/commands':
      return ['GET'];
    default:
      return ['GET', 'PATCH', 'DELETE'];
  }
}

const patterns = endpoints.map((endpoint) => ({ endpoint, pattern: patternOf(endpoint.path) }));

function patternOf(path: string): RegExp {
  const source = path
    .split('/')
    .map((segment) => {
      if (/^\{.*\*\}$/.test(segment)) return '.+';
      return segment.startsWith('{') ? '[^/]+' : segment.replaceAll('.', '\\.');
    })
    .join('/');
  return new RegExp(`^${source}$`);
}

/** `path` without its query; the first that fits. */
export function endpointAt(path: string): Endpoint | undefined {
  return patterns.find(({ pattern }) => pattern.test(path))?.endpoint;
}

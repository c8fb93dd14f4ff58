/**
 * Commands that are asked for now and fetched later (icontrol.md 2.7): POST makes a task, PUT
 * `{"_taskState": "VALIDATING"}` starts it, GET tells how far it is. Bounded; the oldest that is over goes
 * first. What is over survives a restart; what was under way then has failed, and says so.
 */
import type { Outcome } from '../../base/fault.ts';
import { faultText } from '../../base/fault.ts';
import type { JsonObject } from '../../config/text/json.ts';
import type { Clock } from '../../platform/clock.ts';

export type TaskState = 'STARTED' | 'VALIDATING' | 'COMPLETED' | 'FAILED';

export interface Task {
  readonly id: number;
  /** Below /mgmt/tm/task: "/sys/config". */
  readonly path: string;
  readonly user: string;
  /** The request as it may be repeated: without secrets. */
  readonly shown: JsonObject;
  /** With them, until the work has begun; in memory only. */
  readonly request: JsonObject;
  readonly state: TaskState;
  readonly result: JsonObject;
}

const maximumTasks = 1000;
/** Of those that are over, what a restart leaves; one small write for each change. */
const maximumKept = 100;
/** What is longer of a task, its request or its result, is not kept over a restart. */
const maximumKeptLength = 16 * 1024;

export interface Tasks {
  /** Undefined when there is no room: all tasks are under way. */
  open(path: string, user: string, shown: JsonObject, request?: JsonObject): Task | undefined;
  find(path: string, id: string, user: string): Task | undefined;
  of(path: string, user: string): readonly Task[];
  change(task: Task, state: TaskState, result?: JsonObject): Task;
  /** Under way from now on, until the work is done; the task is over then, whatever happens. */
  run(task: Task, work: () => Promise<Outcome<JsonObject>>): Task;
  close(task: Task): void;
}

/** Where tasks are kept over a restart. */
export interface TaskKeeper {
  load(): string | undefined;
  save(text: string): void;
}

const restarted: JsonObject = {
  errorMessage:
    'The device was restarted while the task was under way; the commit history tells whether it took effect.',
};

export function createTasks(
  clock: Clock,
  keeper: TaskKeeper,
  onError: (task: Task, error: unknown) => void,
): Tasks {
  const tasks = new Map(keptTasks(keeper.load()).map((task) => [task.id, task]));
  let last = Math.max(0, ...tasks.keys());
  const isOver = ({ state }: Task): boolean => state !== 'VALIDATING';
  const keep = (): void => {
    const kept = [...tasks.values()].slice(-maximumKept).map(shortened);
    keeper.save(JSON.stringify(kept));
  };
  const change = (task: Task, state: TaskState, result: JsonObject = task.result): Task => {
    const next = { ...task, state, result };
    // One that was given up meanwhile does not come back.
    if (!tasks.has(task.id)) return next;
    tasks.set(task.id, next);
    keep();
    return next;
  };
  return {
    open(path, user, shown, request = shown) {
      if (tasks.size >= maximumTasks) {
        const oldest = [...tasks.values()].find(isOver);
        if (oldest === undefined) return undefined;
        tasks.delete(oldest.id);
      }
      last = Math.max(last + 1, Math.round(clock.wallMilliseconds() * 1000));
      const task: Task = { id: last, path, user, shown, request, state: 'STARTED', result: {} };
      tasks.set(task.id, task);
      keep();
      return task;
    },
    find(path, id, user) {
      const task = tasks.get(Number(id));
      return task?.path === path && task.user === user ? task : undefined;
    },
    of: (path, user) =>
      [...tasks.values()].filter((task) => task.path === path && task.user === user),
    change,
    run(task, work) {
      const started = change({ ...task, request: task.shown }, 'VALIDATING');
      work()
        .then((outcome) => {
          if (outcome.ok) return change(started, 'COMPLETED', outcome.value);
          const message = outcome.faults[0] === undefined ? 'failed' : faultText(outcome.faults[0]);
          return change(started, 'FAILED', { errorMessage: message });
        })
        .catch((error: unknown) => {
          onError(started, error);
          change(started, 'FAILED', { errorMessage: 'internal error' });
        });
      return started;
    },
    close(task) {
      if (tasks.delete(task.id)) keep();
    },
  };
}

type KeptTask = Omit<Task, 'request'>;

function shortened({ request: _secret, ...task }: Task): KeptTask {
  // Words of a command line may hold a password anywhere.
  const { utilCmdArgs: _words, ...shown } = task.shown;
  return { ...task, shown: unlessLong(shown), result: unlessLong(task.result) };
}

function unlessLong(value: JsonObject): JsonObject {
  return JSON.stringify(value).length > maximumKeptLength ? {} : value;
}

/** As they were saved; what was not over has failed. */
function keptTasks(text: string | undefined): readonly Task[] {
  if (text === undefined) return [];
  // Written by `keep`; in the same database as the configuration, and as whole.
  const tasks = JSON.parse(text) as readonly KeptTask[];
  return tasks.map((task) => {
    const isOver = task.state === 'COMPLETED' || task.state === 'FAILED';
    const end = isOver ? {} : ({ state: 'FAILED', result: restarted } as const);
    return { ...task, request: task.shown, ...end };
  });
}

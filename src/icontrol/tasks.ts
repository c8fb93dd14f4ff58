/**
 * Commands that are asked for now and fetched later (icontrol.md 2.7): POST makes a task, PUT
 * `{"_taskState": "VALIDATING"}` starts it, GET tells how far it is. Bounded; the oldest finished goes first.
 */
import type { JsonObject } from '../config/text/json.ts';
import type { Clock } from '../platform/clock.ts';

export type TaskState = 'STARTED' | 'VALIDATING' | 'COMPLETED' | 'FAILED';

export interface Task {
  readonly id: number;
  /** Below /mgmt/tm/task: "/sys/config". */
  readonly path: string;
  readonly user: string;
  readonly body: JsonObject;
  state: TaskState;
  result: JsonObject;
}

const maximumTasks = 1000;

export interface Tasks {
  /** Undefined when there is no room: all tasks are under way. */
  open(path: string, user: string, body: JsonObject): Task | undefined;
  find(path: string, id: string, user: string): Task | undefined;
  of(path: string, user: string): readonly Task[];
  close(task: Task): void;
}

export function createTasks(clock: Clock): Tasks {
  const tasks = new Map<number, Task>();
  let last = 0;
  const isOver = (task: Task): boolean => task.state !== 'VALIDATING';
  return {
    open(path, user, body) {
      if (tasks.size >= maximumTasks) {
        const oldest = [...tasks.values()].find(isOver);
        if (oldest === undefined) return undefined;
        tasks.delete(oldest.id);
      }
      last = Math.max(last + 1, Math.round(clock.wallMilliseconds() * 1000));
      const task: Task = { id: last, path, user, body, state: 'STARTED', result: {} };
      tasks.set(task.id, task);
      return task;
    },
    find(path, id, user) {
      const task = tasks.get(Number(id));
      return task?.path === path && task.user === user ? task : undefined;
    },
    of: (path, user) =>
      [...tasks.values()].filter((task) => task.path === path && task.user === user),
    close: (task) => void tasks.delete(task.id),
  };
}

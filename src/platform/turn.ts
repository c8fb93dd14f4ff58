/**
 * Runs `task` after the sockets that have something to read were read once: a timer's callback alone runs
 * before them, and would judge silence while the answer waits in the socket.
 */
export function afterSockets(task: () => void): void {
  setImmediate(task);
}

/** What makes this device a bad owner: its HAProxy is down, or control has been gone for long. */
import type { Cancel, Clock } from '../../platform/clock.ts';
import type { EngineClient } from '../../platform/engines.ts';
import { dataPlane } from './ownership.ts';

/** Without the data plane there is nothing to be active for. */
const watchedEngine = dataPlane;
/** An engine that was restarted counts again after it has run this long. */
const steadyMilliseconds = 2000;
/** A restart of control does not move traffic; a control that stays dead does. */
const controlMilliseconds = 30_000;

export interface Impairments {
  control(isConnected: boolean): void;
  close(): void;
}

export function createImpairments(parts: {
  readonly clock: Clock;
  readonly engines: EngineClient;
  readonly changed: (by: readonly string[]) => void;
}): Impairments {
  const { clock } = parts;
  const present = new Set<string>();
  let cancelEngine: Cancel = () => undefined;
  const set = (name: string, isImpaired: boolean): void => {
    if (present.has(name) === isImpaired) return;
    if (isImpaired) present.add(name);
    else present.delete(name);
    parts.changed([...present]);
  };
  const controlGone = (): Cancel => clock.after(controlMilliseconds, () => set('control', true));
  let cancelControl = controlGone();

  parts.engines.onExit((name) => {
    if (name !== watchedEngine) return;
    cancelEngine();
    set(watchedEngine, true);
  });
  parts.engines.onStatus((engines) => {
    const engine = engines.find((one) => one.name === watchedEngine);
    if (engine?.state === 'running') {
      cancelEngine();
      cancelEngine = clock.after(steadyMilliseconds, () => set(watchedEngine, false));
    } else cancelEngine();
    // Taken away on purpose, or never wanted: no reason to give up.
    if (engine === undefined) set(watchedEngine, false);
  });
  return {
    control(isConnected) {
      cancelControl();
      if (isConnected) set('control', false);
      else cancelControl = controlGone();
    },
    close() {
      cancelControl();
      cancelEngine();
      parts.engines.close();
    },
  };
}

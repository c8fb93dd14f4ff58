import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How long this process kept its callers waiting: the event loop serves one thing at a time. */
export interface LoopDelay {
  /** Milliseconds of the longest delay since the last call. */
  longest(): number;
  close(): void;
}

const resolutionMilliseconds = 5;

export function watchLoop(): LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMilliseconds });
  histogram.enable();
  return {
    longest() {
      // Nanoseconds between two looks, of which the resolution is no delay.
      const milliseconds = histogram.count === 0 ? 0 : histogram.max / 1e6;
      histogram.reset();
      return Math.max(0, milliseconds - resolutionMilliseconds);
    },
    close: () => histogram.disable(),
  };
}

import type { TrustDirectory } from '../../src/iquery/admission.ts';
import { type RunningIquery, startIquery } from '../../src/iquery/channel.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { systemRandom } from '../../src/platform/random.ts';
import type { Stack } from './stack.ts';

const address = '127.0.0.1';

/** The product's own channel, as control starts it. */
export const iqueryStack: Stack = {
  async send(directory, onPort, { onAnswer }) {
    const channel = await start(directory);
    channel.onMessage('subscribe', ({ refreshSeconds }) => onAnswer(refreshSeconds));
    onPort(channel.port);
    return new Promise((resolve) => {
      channel.onSession((session, event) => {
        if (event !== 'open') return;
        resolve({ send: (report) => session.send('control', 'healthReport', report) });
      });
    });
  },
  async take(directory, port, onReport) {
    const channel = await start(directory);
    channel.onMessage('healthReport', (_, session) =>
      onReport((count) => session.send('control', 'subscribe', { refreshSeconds: count })),
    );
    channel.want('bench', [{ address, port }]);
  },
};

function start(directory: TrustDirectory): Promise<RunningIquery> {
  return startIquery({
    trust: { current: () => directory, onChange: () => () => undefined },
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    port: 0,
    addresses: [address],
    software: 'bench',
  });
}

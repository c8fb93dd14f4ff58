/** `run gtm dnssec-rollover key NAME`: what the keeper does in its time, now. */
import { refuse, type StateRegistry } from '../../config/runtime-state.ts';
import { textOf } from '../values.ts';
import type { DnssecKeeper } from './dnssec-keeper.ts';

export function provideRollover(state: StateRegistry, keeper: DnssecKeeper): void {
  state.provideAction('gtm dnssec-rollover', 'run', async ({ parameters }) => {
    const written = textOf(parameters, 'key');
    const name = written.startsWith('/') ? written : `/Common/${written}`;
    const number = await keeper.rollOver(name);
    if (number === undefined) {
      const message = `The requested DNSSEC Key (${name}) was not found, or has no algorithm that signs.`;
      return refuse(message, 404, '01020036');
    }
    return { ok: true, value: { commandResult: `${name} has generation ${number} now.\n` } };
  });
}

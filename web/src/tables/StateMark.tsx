/** A state as shape, colour and word: never as colour alone. */
import type { ReactNode } from 'react';
import type { State } from '../api/queries.ts';
import { stateText } from './rows.ts';

const shapes = { available: '●', unavailable: '▲', offline: '◆', unknown: '■' };

export function StateMark(props: {
  readonly state: State | undefined;
  readonly isShort?: boolean;
}): ReactNode {
  const { state } = props;
  const word = state?.availability ?? 'unknown';
  const kind = state === undefined || state.enabled !== 'enabled' ? 'off' : word;
  return (
    <span className="state" title={state?.reason ?? 'The device has not said'}>
      <span className={`state-${kind}`} aria-hidden="true">
        {shapes[word]}
      </span>{' '}
      <span className={props.isShort === true ? 'pf-v6-screen-reader' : undefined}>
        {stateText(state)}
      </span>
    </span>
  );
}

/** What the device said to a form that belongs to none of its fields; and that somebody else was quicker. */
import { Alert } from '@patternfly/react-core';
import { type ReactNode, useEffect, useRef } from 'react';
import type { Place, RestError } from '../api/rest.ts';
import { isConflict } from '../change/send.ts';

export function FormProblem(props: {
  readonly failure: RestError;
  readonly places: readonly Place[];
}): ReactNode {
  const { failure, places } = props;
  const here = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const form = here.current?.closest('form');
    // Who pressed the button at the end of a long form should not have to look for what is wrong.
    const wrong = form?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? here.current;
    wrong?.focus({ preventScroll: true });
    wrong?.scrollIntoView({ block: 'center' });
  }, [failure]);
  const isAtFields = failure.places.length > 0 && places.length === 0;
  const lines = places.length > 0 ? places.map(({ message }) => message) : [failure.message];
  return (
    <div ref={here} tabIndex={-1}>
      <Alert
        component="h2"
        isInline
        isLiveRegion
        variant="danger"
        title={isConflict(failure) ? 'Somebody else changed this object meanwhile' : 'Not accepted'}
      >
        {isConflict(failure) && (
          <p>
            What you typed is still here. Undo your changes to see the object as it is now, or apply
            them once more to set them on top of it.
          </p>
        )}
        {(isAtFields ? ['See the fields below.'] : lines).map((line) => (
          <p key={line}>{line}</p>
        ))}
      </Alert>
    </div>
  );
}

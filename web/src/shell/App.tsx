/** Signed in or not; and not any more. What was typed stays on the page below while somebody signs in again. */
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { onSignedOut } from '../api/rest.ts';
import { type Session, currentSession } from '../api/session.ts';
import { Frame } from './Frame.tsx';
import { SignIn } from './SignIn.tsx';

type Known =
  | { readonly state: 'asking' }
  | { readonly state: 'out'; readonly reason: string | undefined }
  | { readonly state: 'in'; readonly session: Session; readonly locked: string | undefined };

function isOfForm(kind: unknown): boolean {
  return kind === 'object' || kind === 'component' || kind === 'catalogue';
}

export function App(): ReactNode {
  const queries = useQueryClient();
  const [known, setKnown] = useState<Known>({ state: 'asking' });
  useEffect(() => {
    currentSession()
      .then((session) => setKnown({ state: 'in', session, locked: undefined }))
      .catch(() => setKnown({ state: 'out', reason: undefined }));
  }, []);
  useEffect(
    () =>
      onSignedOut(() =>
        setKnown((now) =>
          now.state === 'in'
            ? { ...now, locked: 'Your session has ended; sign in to go on.' }
            : { state: 'out', reason: undefined },
        ),
      ),
    [],
  );
  if (known.state === 'asking') return <main aria-busy="true" aria-label="Loading" />;
  if (known.state === 'out') {
    return (
      <SignIn
        reason={known.reason}
        onSignedIn={(session) => setKnown({ state: 'in', session, locked: undefined })}
      />
    );
  }
  const { session, locked } = known;
  const signedInAgain = (again: Session): void => {
    // Another user sees nothing of what the first one saw, nor what he typed.
    if (again.user !== session.user) queries.clear();
    else {
      // Nor is another device's state shown as this one's; what is typed stands in forms of objects, which stay.
      if (again.device !== session.device)
        void queries.resetQueries({ predicate: ({ queryKey }) => !isOfForm(queryKey[0]) });
      void queries.invalidateQueries();
    }
    setKnown({ state: 'in', session: again, locked: undefined });
  };
  return (
    <>
      <div hidden={locked !== undefined}>
        <Frame
          key={session.user}
          session={session}
          isLocked={locked !== undefined}
          onLock={(reason) => setKnown({ ...known, locked: reason })}
          onSignedOut={() => {
            queries.clear();
            setKnown({ state: 'out', reason: 'You are signed out.' });
          }}
        />
      </div>
      {locked !== undefined && (
        <SignIn reason={locked} user={session.user} onSignedIn={signedInAgain} />
      )}
    </>
  );
}

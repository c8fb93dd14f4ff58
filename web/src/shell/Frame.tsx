/** Masthead, corner, navigation, and the page between them. */
import {
  Alert,
  AlertActionCloseButton,
  AlertGroup,
  Page,
  PageSection,
  SkipToContent,
  Spinner,
} from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Session } from '../api/session.ts';
import { type Corner, followDevice } from '../api/stream.ts';
import type { Change } from '../change/words.ts';
import { Banners } from './Banners.tsx';
import { type Notice, type Shell, ShellContext } from './context.ts';
import { Failure } from './Failure.tsx';
import { Head } from './Head.tsx';
import { useIdleLock } from './idle.ts';
import { Navigation } from './Navigation.tsx';
import { usePlace } from './router.tsx';
import { type Loaded, routeOf, usePage } from './routes.ts';
import type { PageProps } from './page-props.ts';

interface Shown extends Notice {
  readonly number: number;
}

const maximumNotices = 5;
let nextNumber = 1;

export function Frame(props: {
  readonly session: Session;
  readonly isLocked: boolean;
  onLock(reason: string): void;
  onSignedOut(): void;
}): ReactNode {
  const { session, isLocked, onLock, onSignedOut } = props;
  const { corner, problem } = useDevice(session.device, isLocked, onLock);
  const { tray, trayDevice, setTray } = useTray(session.device);
  const [notices, setNotices] = useState<readonly Shown[]>([]);
  useIdleLock(session.timeoutSeconds, isLocked, onLock);
  const notify = useCallback((notice: Notice) => {
    const shown = { ...notice, number: nextNumber };
    nextNumber += 1;
    setNotices((before) => [...before.slice(1 - maximumNotices), shown]);
  }, []);
  const shell = useMemo<Shell>(
    () => ({ session, corner, problem, isLocked, tray, trayDevice, setTray, notify }),
    [session, corner, problem, isLocked, tray, trayDevice, setTray, notify],
  );
  const close = (number: number): void =>
    setNotices((before) => before.filter((one) => one.number !== number));
  return (
    <ShellContext value={shell}>
      <Page
        masthead={<Head onLock={onLock} onSignedOut={onSignedOut} />}
        sidebar={<Navigation />}
        isManagedSidebar
        skipToContent={<SkipToContent href="#main">Skip to content</SkipToContent>}
        mainContainerId="main"
        // It scrolls: keys have to reach it, also when nothing in it can be focused.
        mainTabIndex={0}
      >
        <Banners />
        <Content />
      </Page>
      <AlertGroup isToast isLiveRegion>
        {(isLocked ? [] : notices).map(({ number, kind, title, text }) => (
          <Alert
            component="p"
            key={number}
            variant={kind}
            title={title}
            timeout={kind === 'danger' ? false : 8000}
            onTimeout={() => close(number)}
            actionClose={
              <AlertActionCloseButton
                aria-label={`Close: ${title}`}
                onClose={() => close(number)}
              />
            }
          >
            {text}
          </Alert>
        ))}
      </AlertGroup>
    </ShellContext>
  );
}

interface Tray {
  readonly tray: readonly Change[];
  readonly trayDevice: string | undefined;
}

function useTray(device: string): Tray & { setTray(changes: readonly Change[]): void } {
  const [held, setHeld] = useState<Tray>({ tray: [], trayDevice: undefined });
  const setTray = useCallback(
    (tray: readonly Change[]) =>
      setHeld((before) => ({
        tray,
        trayDevice: tray.length === 0 ? undefined : (before.trayDevice ?? device),
      })),
    [device],
  );
  return { ...held, setTray };
}

function Content(): ReactNode {
  const place = usePlace();
  const route = routeOf(place.path);
  const isFirst = useRef(true);
  // Whoever came by keyboard or hears the page begins with the new page, not with the link that led to it.
  useEffect(() => {
    if (!isFirst.current) document.querySelector<HTMLElement>('#main')?.focus();
    isFirst.current = false;
  }, [place.path]);
  if (route === undefined) {
    return (
      <PageSection>
        <h1>No such page</h1>
        <p>{place.path}</p>
      </PageSection>
    );
  }
  return (
    <Failure key={place.path + place.query.toString()}>
      <Arriving {...route} query={place.query} />
    </Failure>
  );
}

function Arriving({ page, ...props }: PageProps & { readonly page: Loaded }): ReactNode {
  const Found = usePage(page);
  if (Found !== undefined) return <Found {...props} />;
  return (
    <PageSection>
      <Spinner aria-label="Loading" />
    </PageSection>
  );
}

/** While the page is locked nothing of the device comes in. */
function useDevice(
  device: string,
  isLocked: boolean,
  onLock: (reason: string) => void,
): { readonly corner: Corner | undefined; readonly problem: string | undefined } {
  const queries = useQueryClient();
  // What another device said of itself is nothing about this one.
  const [heard, setHeard] = useState<{ readonly by: string; readonly corner: Corner }>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    if (isLocked) return undefined;
    return followDevice(queries, {
      onCorner: (corner) => setHeard({ by: device, corner }),
      onCommit: () => undefined,
      onConnection: setProblem,
      onEnded: () => onLock('Your session has ended; sign in to go on.'),
    });
    // `onLock` is new with each drawing and does the same.
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- see above
  }, [queries, isLocked, device]);
  const corner = heard !== undefined && heard.by === device ? heard.corner : undefined;
  return { corner, problem };
}

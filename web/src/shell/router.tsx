/** Where we are: the address bar and the browser's history, nothing else. */
import { type MouseEvent, type ReactNode, useEffect, useMemo, useSyncExternalStore } from 'react';

export interface Place {
  /** Below `/ui`: "/list/ltm/pool". */
  readonly path: string;
  readonly query: URLSearchParams;
}

const base = '/ui';
const listeners = new Set<() => void>();
/** Asked before the page is left; a text is the question to put. */
let guard: (() => string | undefined) | undefined;

/** Undefined: nothing would be lost. */
export function guardLeaving(question: (() => string | undefined) | undefined): void {
  guard = question;
}

/** The same while the page is shown; the browser asks by itself before it is closed or loaded anew. */
export function useLeaveGuard(question: string | undefined): void {
  useEffect(() => {
    guardLeaving(question === undefined ? undefined : () => question);
    const warn = (event: BeforeUnloadEvent): void => {
      if (guard?.() !== undefined) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => {
      guardLeaving(undefined);
      window.removeEventListener('beforeunload', warn);
    };
  }, [question]);
}

/** False when the user would rather stay. */
function mayLeave(): boolean {
  const question = guard?.();
  // The browser's own question: it waits, also when the page is busy.
  // oxlint-disable-next-line eslint/no-alert -- nothing may happen before it is answered
  if (question !== undefined && !window.confirm(question)) return false;
  guard = undefined;
  return true;
}

/** What the page shows, whatever the address bar says. */
let shown = hereIs();

function hereIs(): string {
  return window.location.pathname + window.location.search;
}

/** Back and forward of the browser: it has gone there already. */
function onPop(): void {
  if (hereIs() !== shown && !mayLeave()) {
    window.history.pushState(null, '', shown);
    return;
  }
  tell();
}

function tell(): void {
  shown = hereIs();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  // Nobody may have looked while nobody was signed in.
  if (listeners.size === 0) shown = hereIs();
  listeners.add(listener);
  window.addEventListener('popstate', onPop);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener('popstate', onPop);
  };
}

/** False when the user would rather stay. */
export function navigate(to: string, how: 'push' | 'replace' = 'push'): boolean {
  if (!mayLeave()) return false;
  const target = base + to;
  if (how === 'push') window.history.pushState(null, '', target);
  else window.history.replaceState(null, '', target);
  tell();
  if (how === 'push') window.scrollTo(0, 0);
  return true;
}

export function usePlace(): Place {
  const href = useSyncExternalStore(subscribe, () => shown);
  return useMemo(() => {
    const question = href.indexOf('?');
    const path = question < 0 ? href : href.slice(0, question);
    const query = new URLSearchParams(question < 0 ? '' : href.slice(question));
    const own = path.startsWith(base) ? path.slice(base.length) : path;
    return { path: own === '' ? '/' : own, query };
  }, [href]);
}

export function listPlace(id: string): string {
  return `/list/${id.replaceAll(' ', '/')}`;
}

export function newPlace(id: string): string {
  return `/new/${id.replaceAll(' ', '/')}`;
}

/** `name` is '' for a singleton. */
export function objectPlace(id: string, name: string): string {
  const query = name === '' ? '' : `?name=${encodeURIComponent(name)}`;
  return `/object/${id.replaceAll(' ', '/')}${query}`;
}

/** A link of the GUI's own; a new tab works as everywhere. */
export function Go(props: {
  readonly to: string;
  readonly children: ReactNode;
  readonly className?: string;
  readonly label?: string;
}): ReactNode {
  const { to, children, className, label } = props;
  return (
    <a
      href={base + to}
      className={className}
      aria-label={label}
      onClick={(event) => follow(event, to)}
    >
      {children}
    </a>
  );
}

/** For links that others draw. */
export function follow(event: MouseEvent, to: string): void {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  navigate(to);
}

export function hrefOf(to: string): string {
  return base + to;
}

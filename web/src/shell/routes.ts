/**
 * Path → page; each page is loaded when it is first looked at. Not by React's `lazy`: it shows what it waited for not
 * before 0.3 s have passed since it showed that it waits, and a page is here after 0.02 s.
 */
import { type ComponentType, useEffect, useState } from 'react';

import type { PageProps } from './page-props.ts';

type Page = ComponentType<PageProps>;

/** A page, as soon as it is here. */
export interface Loaded {
  page: Page | undefined;
  readonly load: () => Promise<Page>;
}

interface Route {
  readonly start: string;
  readonly page: Loaded;
}

const page = (load: () => Promise<Page>): Loaded => ({ page: undefined, load });

const routes: readonly Route[] = [
  { start: '/list/', page: page(async () => (await import('../pages/ListPage.tsx')).ListPage) },
  {
    start: '/object/',
    page: page(async () => (await import('../pages/ObjectPage.tsx')).ObjectPage),
  },
  { start: '/new/', page: page(async () => (await import('../pages/NewPage.tsx')).NewPage) },
  {
    start: '/history',
    page: page(async () => (await import('../pages/HistoryPage.tsx')).HistoryPage),
  },
  {
    start: '/tmsh',
    page: page(async () => (await import('../pages/ConsolePage.tsx')).ConsolePage),
  },
  { start: '/map', page: page(async () => (await import('../pages/MapPage.tsx')).MapPage) },
  {
    start: '/cluster',
    page: page(async () => (await import('../pages/ClusterPage.tsx')).ClusterPage),
  },
  {
    start: '/certificates',
    page: page(async () => (await import('../pages/CertificatesPage.tsx')).CertificatesPage),
  },
  { start: '/logs', page: page(async () => (await import('../pages/LogsPage.tsx')).LogsPage) },
  {
    start: '/explain',
    page: page(async () => (await import('../pages/ExplainPage.tsx')).ExplainPage),
  },
  { start: '/world', page: page(async () => (await import('../pages/WorldPage.tsx')).WorldPage) },
  {
    start: '/queries',
    page: page(async () => (await import('../pages/QueriesPage.tsx')).QueriesPage),
  },
  { start: '/zones', page: page(async () => (await import('../pages/ZonesPage.tsx')).ZonesPage) },
  {
    start: '/catalogue',
    page: page(async () => (await import('../pages/CataloguePage.tsx')).CataloguePage),
  },
];

const home = page(async () => (await import('../pages/HomePage.tsx')).HomePage);

/** Undefined: there is no such page. */
export function routeOf(
  path: string,
): { readonly page: Loaded; readonly rest: string } | undefined {
  if (path === '/') return { page: home, rest: '' };
  const found = routes.find(({ start }) =>
    start.endsWith('/') ? path.startsWith(start) : path === start,
  );
  if (found === undefined) return undefined;
  return { page: found.page, rest: decodeURI(path.slice(found.start.length)).replaceAll('/', ' ') };
}

/** Undefined until it is here; throws when it cannot be had. */
export function usePage(loaded: Loaded): Page | undefined {
  const [, setNews] = useState<Loaded>();
  const [failed, setFailed] = useState<{ readonly error: unknown }>();
  useEffect(() => {
    if (loaded.page !== undefined) return undefined;
    let isOver = false;
    loaded
      .load()
      // Once more: a device that hands over is away for a moment.
      .catch(() => loaded.load())
      .then((found) => {
        loaded.page = found;
        if (!isOver) setNews(loaded);
      })
      .catch((error: unknown) => {
        if (!isOver) setFailed({ error });
      });
    return () => {
      isOver = true;
    };
  }, [loaded]);
  if (failed !== undefined) throw failed.error;
  return loaded.page;
}

/** Path → page; each page is loaded when it is first looked at. */
import { type ComponentType, lazy } from 'react';

import type { PageProps } from './page-props.ts';

type Page = ComponentType<PageProps>;

interface Route {
  readonly start: string;
  readonly page: Page;
}

const page = (load: () => Promise<Page>): Page => lazy(async () => ({ default: await load() }));

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
export function routeOf(path: string): { readonly page: Page; readonly rest: string } | undefined {
  if (path === '/') return { page: home, rest: '' };
  const found = routes.find(({ start }) =>
    start.endsWith('/') ? path.startsWith(start) : path === start,
  );
  if (found === undefined) return undefined;
  return { page: found.page, rest: decodeURI(path.slice(found.start.length)).replaceAll('/', ' ') };
}

/** The way to the pages: what most people come for; everything else is one page away. */
import {
  Nav,
  NavExpandable,
  NavItem,
  NavList,
  PageSidebar,
  PageSidebarBody,
} from '@patternfly/react-core';
import { type MouseEvent, type ReactNode, useEffect } from 'react';
import { follow, hrefOf, usePlace } from './router.tsx';
import { listPlace } from './router.tsx';

interface Entry {
  readonly title: string;
  readonly to: string;
}

const of = (title: string, id: string): Entry => ({ title, to: listPlace(id) });

const sections: readonly { readonly title: string; readonly entries: readonly Entry[] }[] = [
  {
    title: 'Local traffic',
    entries: [
      of('Virtual servers', 'ltm virtual'),
      of('Pools', 'ltm pool'),
      of('Nodes', 'ltm node'),
      of('iRules', 'ltm rule'),
      of('Policies', 'ltm policy'),
      of('Virtual addresses', 'ltm virtual-address'),
      { title: 'Profiles', to: '/catalogue?text=ltm+profile' },
      { title: 'Monitors', to: '/catalogue?text=ltm+monitor' },
    ],
  },
  {
    title: 'DNS',
    entries: [
      { title: 'Global DNS', to: '/world' },
      of('Wide IPs (A)', 'gtm wideip a'),
      of('Pools (A)', 'gtm pool a'),
      of('Servers', 'gtm server'),
      of('Data centers', 'gtm datacenter'),
      of('Listeners', 'gtm listener'),
      { title: 'Zones', to: '/zones' },
      { title: 'Explain an answer', to: '/explain' },
      { title: 'Live queries', to: '/queries' },
    ],
  },
  {
    title: 'Network',
    entries: [
      of('Self IPs', 'net self'),
      of('VLANs', 'net vlan'),
      of('Routes', 'net route'),
      of('Route domains', 'net route-domain'),
    ],
  },
  {
    title: 'Device management',
    entries: [
      of('Devices', 'cm device'),
      of('Device groups', 'cm device-group'),
      of('Traffic groups', 'cm traffic-group'),
    ],
  },
  {
    title: 'System',
    entries: [
      of('Users', 'auth user'),
      { title: 'Certificates', to: '/certificates' },
      of('Database', 'sys db'),
    ],
  },
];

const pages: readonly Entry[] = [
  { title: 'Overview', to: '/' },
  { title: 'Network map', to: '/map' },
  { title: 'Cluster', to: '/cluster' },
  { title: 'History', to: '/history' },
  { title: 'Logs', to: '/logs' },
  { title: 'tmsh', to: '/tmsh' },
  { title: 'All components', to: '/catalogue' },
];

export function Navigation(): ReactNode {
  const { path } = usePlace();
  useEffect(() => {
    // Where we are is in sight, also far down.
    document.querySelector('nav [aria-current="page"]')?.scrollIntoView({ block: 'nearest' });
  }, [path]);
  return (
    <PageSidebar>
      <PageSidebarBody>
        <Nav aria-label="Pages">
          <NavList>
            {pages.map((entry) => (
              <Item key={entry.to} entry={entry} path={path} />
            ))}
            {sections.map(({ title, entries }) => {
              const isHere = entries.some(({ to }) => to === path);
              return (
                <NavExpandable
                  key={title}
                  title={title}
                  isActive={isHere}
                  isExpanded={isHere || title === 'Local traffic' ? true : undefined}
                >
                  {entries.map((entry) => (
                    <Item key={entry.to} entry={entry} path={path} />
                  ))}
                </NavExpandable>
              );
            })}
          </NavList>
        </Nav>
      </PageSidebarBody>
    </PageSidebar>
  );
}

function Item({ entry, path }: { readonly entry: Entry; readonly path: string }): ReactNode {
  return (
    <NavItem
      to={hrefOf(entry.to)}
      isActive={path === entry.to}
      onClick={(event) => follow(event as unknown as MouseEvent, entry.to)}
    >
      {entry.title}
    </NavItem>
  );
}

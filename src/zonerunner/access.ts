/** The configuration's zones → what listeners hand to named, and for whom. Pure. */
import type { SharedZone, ViewAccess, ZoneAccess } from '../base/dns/zone-access.ts';
import type { ConfigView } from '../config/types.ts';
import { isAskedElsewhere } from './render.ts';
import { viewAddress } from './view-address.ts';
import { defaultView, readZone, viewComponent, type Zone, zoneComponent } from './zone.ts';

export function zoneAccess(view: ConfigView, port: number, updatePort: number): ZoneAccess {
  const byView = new Map<string, Zone[]>();
  for (const object of view.list(zoneComponent)) {
    const { zone } = readZone(object);
    byView.set(zone.view, [...(byView.get(zone.view) ?? []), zone]);
  }
  const others = view
    .list(viewComponent)
    .filter(({ name }) => name !== defaultView)
    .toSorted(
      (a, b) =>
        (a.properties['view-order'] ?? 0) - (b.properties['view-order'] ?? 0) ||
        (a.name < b.name ? -1 : 1),
    );
  return {
    port,
    updatePort,
    views: [
      ...others.map(({ name, properties }) => ({
        clients: properties['match-clients'] ?? [],
        ...viewAccess(name, byView.get(name) ?? []),
      })),
      viewAccess(defaultView, byView.get(defaultView) ?? []),
    ],
  };
}

/** No longer than control waits for the dns process to forget (`explainMilliseconds` there). */
const stillMilliseconds = 1_000;
/** Where named changes something by itself: soon enough for whoever does not wait for it. */
const movingMilliseconds = 50;

/** Only commits change it. */
function isStill({ kind, links }: Zone): boolean {
  return kind === 'hint' || (kind === 'primary' && links.dnssecPolicy === 'none');
}

function viewAccess(name: string, zones: readonly Zone[]): ViewAccess {
  return {
    queryAddress: viewAddress(name, 'query'),
    recursionAddress: viewAddress(name, 'recursion'),
    transferAddress: viewAddress(name, 'transfer'),
    asked: zones.filter(isAskedElsewhere).map(({ domain }) => domain),
    zones: zones.flatMap(sharedZone),
    heldMilliseconds: zones.every(isStill) ? stillMilliseconds : movingMilliseconds,
  };
}

function sharedZone({ domain, kind, links }: Zone): SharedZone[] {
  if (kind !== 'primary' && kind !== 'secondary') return [];
  const clients = links.transferClients;
  const isSigned = links.transferKeys.length > 0;
  const notifiers = kind === 'secondary' ? [...links.primaries, ...links.allowNotify] : [];
  const takesUpdates = links.updateKeys.length > 0;
  if (clients.length + notifiers.length === 0 && !isSigned && !takesUpdates) return [];
  return [{ domain, clients, isSigned, notifiers, takesUpdates }];
}

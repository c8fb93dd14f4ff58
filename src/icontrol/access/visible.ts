/** The configuration as far as a user may see it. Pure. */
import type { Component, ComponentId } from '../../catalogue/types.ts';
import type { ConfigView } from '../../config/types.ts';
import { type Access, maySee, seesEverything } from './roles.ts';

/**
 * What the user may not see is not there: reads, lists and statistics need no check of their own, and a
 * client cannot tell a hidden object from one that does not exist.
 */
export function visibleView(
  view: ConfigView,
  access: Access,
  component: (id: ComponentId) => Component | undefined,
): ConfigView {
  if (seesEverything(access)) return view;
  const isVisible = (id: ComponentId, name: string): boolean => {
    const entry = component(id);
    return entry !== undefined && maySee(access, entry, name);
  };
  return {
    sequence: view.sequence,
    deviceName: view.deviceName,
    plain: (secret) => view.plain(secret),
    get: (id: ComponentId, name: string) => (isVisible(id, name) ? view.get(id, name) : undefined),
    stored: (id, name) => (isVisible(id, name) ? view.stored(id, name) : undefined),
    list: (id: ComponentId) => view.list(id).filter(({ name }) => isVisible(id, name)),
    names: (id) => view.names(id).filter((name) => isVisible(id, name)),
    count: (id) => view.names(id).filter((name) => isVisible(id, name)).length,
    referrers: (id, name) =>
      isVisible(id, name)
        ? view.referrers(id, name).filter((one) => isVisible(one.component, one.name))
        : [],
  };
}

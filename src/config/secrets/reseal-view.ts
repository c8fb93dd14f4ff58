/** The same configuration with its secrets sealed anew. Pure. */
import { components } from '../../catalogue/index.ts';
import type { TreeChange } from '../model/tree.ts';
import { TreeView } from '../model/view.ts';
import type { SecretBox } from './types.ts';
import { mapSecrets, resealing } from './walk.ts';

export function resealedView(view: TreeView, box: SecretBox): TreeView {
  const map = resealing(box);
  const changes = components.flatMap(({ id }) =>
    view.tree.names(id).flatMap((name): TreeChange[] => {
      const before = view.stored(id, name);
      const after = before && mapSecrets(before, map);
      return after === before ? [] : [{ component: id, name, before, after }];
    }),
  );
  return new TreeView(view.tree.with(changes), view.sequence, view.deviceName, box);
}

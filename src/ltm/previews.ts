/** Where dry runs learn what the engines of this room would do. */
import type { EnginePreviews } from '../config/engine-previews.ts';
import { finishInSlices } from '../platform/turn.ts';
import { haproxyEngine } from './haproxy/apply.ts';
import { nftablesEngine } from './nftables/apply.ts';
import { snatEngine } from './nftables/snat-table.ts';
import { type PreviewContext, previewSnats, previewTraffic } from './preview.ts';

export function registerPreviews(
  previews: Pick<EnginePreviews, 'register'> | undefined,
  context: PreviewContext,
): void {
  const { haproxy, nftables } = previewTraffic(context);
  previews?.register({
    engine: haproxyEngine,
    changes: (...change) => finishInSlices(haproxy(...change)),
  });
  previews?.register({
    engine: nftablesEngine,
    changes: (...change) => finishInSlices(nftables(...change)),
  });
  previews?.register({ engine: snatEngine, changes: previewSnats(context.facts) });
}

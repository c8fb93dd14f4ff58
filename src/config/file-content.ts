/** What a file object holds: what was put there, or what the device has for it by itself. Pure. */
import { defaultFileContents, defaultFilesId } from '../catalogue/sys/default-files.ts';
import type { ComponentId } from '../catalogue/types.ts';
import { textValue } from './property-values.ts';
import type { ConfigView } from './types.ts';

/** Plain, a key too. Undefined: no such object, or nothing in it. */
export function fileContent(
  view: ConfigView,
  component: ComponentId,
  name: string,
): string | undefined {
  const object = view.get(component, name);
  if (object === undefined) return undefined;
  const text = textValue(object.properties, 'content') ?? defaultContent(view, name);
  return text === undefined ? undefined : view.plain(text);
}

/** As it is stored. */
function defaultContent(view: ConfigView, name: string): string | undefined {
  const property = defaultFileContents[name];
  const files = property === undefined ? undefined : view.get(defaultFilesId, '');
  return property && files && textValue(files.properties, property);
}

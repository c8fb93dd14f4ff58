/**
 * Names: `/Common/app/web` is the object `web` in folder `/Common/app` of partition `Common`. Pure.
 */

export const commonFolder = '/Common';

/** "/Common/x" → "/Common"; "/Common" → "/"; "/" and plain names → undefined. */
export function folderOf(name: string): string | undefined {
  if (!name.startsWith('/') || name === '/') return undefined;
  const slash = name.lastIndexOf('/');
  return slash === 0 ? '/' : name.slice(0, slash);
}

/** "/Common/app/web" → "web"; a plain name is its own leaf. */
export function leafOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** "/Common/app/web" → "Common"; "" for plain names and the root. */
export function partitionOf(name: string): string {
  return name.startsWith('/') ? (name.split('/')[1] ?? '') : '';
}

/** Plain names are put into the folder. */
export function qualify(name: string, folder: string): string {
  if (name.startsWith('/')) return name;
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

const longestName = 255;

/** What is wrong with the last part of a name, if anything. */
export function leafFault(leaf: string): string | undefined {
  if (leaf === '') return 'a name is needed';
  if (leaf === 'example') {
    return 'example is a reserved keyword and must not be used as resource name';
  }
  if (leaf.length > longestName) return `a name has at most ${longestName} characters`;
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  const bad = /[\u0000-\u001f\u007f"'\\{}|;<>&#~]/.exec(leaf);
  return bad === null ? undefined : `"${bad[0]}" may not be part of a name`;
}

/** `/Common/10.0.0.1:80` → node `/Common/10.0.0.1` and port text `80`; IPv6 has a dot before the port. */
export function splitMember(name: string): { readonly node: string; readonly port: string } {
  const folder = folderOf(name);
  const leaf = leafOf(name);
  const isIpv6 = leaf.indexOf(':') !== leaf.lastIndexOf(':');
  const cut = isIpv6 ? leaf.lastIndexOf('.') : leaf.lastIndexOf(':');
  if (cut < 0) return { node: name, port: '' };
  const node = leaf.slice(0, cut);
  return {
    node: folder === undefined ? node : qualify(node, folder),
    port: leaf.slice(cut + 1),
  };
}

/** `/Common/server:/Common/vs` → server `/Common/server` and virtual server `/Common/vs`. */
export function splitGtmMember(name: string): {
  readonly server: string;
  readonly virtualServer: string;
} {
  const colon = name.indexOf(':');
  return colon < 0
    ? { server: name, virtualServer: '' }
    : { server: name.slice(0, colon), virtualServer: name.slice(colon + 1) };
}

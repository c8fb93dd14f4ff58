/**
 * Begin of the names of interfaces that the failover process makes for MAC masquerade: nobody else configures,
 * counts or hooks them.
 */
export const masqueradePrefix = 'ekm';

export function isMasquerade(name: string): boolean {
  return name.startsWith(masqueradePrefix);
}

/** Of a traffic group on an interface: the same on each start; within the kernel's 15 characters. */
export function masqueradeName(group: string, parent: string): string {
  return `${masqueradePrefix}${textHash(`${group} ${parent}`).toString(16).padStart(8, '0')}`;
}

/** FNV-1a, 32 bits: short and the same everywhere; nobody gains by a collision. */
export function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/**
 * Begin of the names of interfaces that the failover process makes for MAC masquerade: nobody else configures,
 * counts or hooks them.
 */
export const masqueradePrefix = 'ekm';

export function isMasquerade(name: string): boolean {
  return name.startsWith(masqueradePrefix);
}

/** What is checked: addresses of the loopback, all on one port. */
export const targetPort = 8080;

export function addressOfTarget(index: number): string {
  return `127.1.${index >> 8}.${index & 0xff}`;
}

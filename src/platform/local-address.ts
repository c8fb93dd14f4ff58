import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';

/** The own address from which `remote` would be reached; nothing is sent. Rejects without a route. */
export function localAddressTowards(remote: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(remote) ? 'udp6' : 'udp4');
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    // Any port: connecting a datagram socket only asks the kernel's routes.
    socket.connect(9, remote, () => {
      const { address } = socket.address();
      socket.close();
      resolve(address);
    });
  });
}

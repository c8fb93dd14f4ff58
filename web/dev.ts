/**
 * `node web/dev.ts [--device https://192.0.2.1]`: the sources of the GUI, served as they are; REST goes to the device. Without
 * one it goes to the product's own REST on an empty configuration, without engines: whatever the catalogue has is there.
 */
import { parseArgs } from 'node:util';
import { createServer } from 'vite';
import { adminPassword, startTestDevice } from '../src/icontrol/test-device.ts';
import { settings } from './settings.ts';

const { values } = parseArgs({ options: { device: { type: 'string' } } });
const target = values.device ?? (await startOwnRest());

async function startOwnRest(): Promise<string> {
  const device = await startTestDevice();
  process.stdout.write(`no device: an own REST; user admin, password ${adminPassword}\n`);
  return `https://127.0.0.1:${device.port}`;
}

const server = await createServer({
  ...settings,
  server: {
    proxy: {
      '/mgmt': {
        target,
        // Devices have certificates of their own making.
        secure: false,
        changeOrigin: true,
        // The cookie insists on TLS and its prefix with it; this server is on loopback and has neither.
        configure: (proxy) => {
          proxy.on('proxyRes', ({ headers }) => {
            headers['set-cookie'] = headers['set-cookie']?.map((cookie) =>
              cookie.replace('__Host-', '').replace('; Secure', ''),
            );
          });
          proxy.on('proxyReq', (request) => {
            const cookie = request.getHeader('cookie');
            if (typeof cookie === 'string') {
              request.setHeader('cookie', cookie.replace('evenkeel=', '__Host-evenkeel='));
            }
          });
        },
      },
    },
  },
});
await server.listen();
server.printUrls();

/** `node web/dev.ts --device https://192.0.2.1`: the sources of the GUI, served as they are; REST goes to the device. */
import { parseArgs } from 'node:util';
import { createServer } from 'vite';
import { settings } from './settings.ts';

const { values } = parseArgs({ options: { device: { type: 'string' } } });
if (values.device === undefined) {
  process.stderr.write('web/dev: --device https://ADDRESS is missing\n');
  process.exit(2);
}
const server = await createServer({
  ...settings,
  server: {
    proxy: {
      '/mgmt': {
        target: values.device,
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

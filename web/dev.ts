/**
 * `node web/dev.ts [--device https://192.0.2.1 | --mock]`: the sources of the GUI, served as they are; REST goes to the device.
 * Without one it goes to the product's own REST on an empty configuration, without engines: whatever the catalogue has is
 * there. With --mock there is no REST at all: the page answers itself, out of the catalogue (web/mock).
 */
import { parseArgs } from 'node:util';
import { type Plugin, createServer } from 'vite';
import { adminPassword, startTestDevice } from '../src/icontrol/test-device.ts';
import { settings } from './settings.ts';

const { values } = parseArgs({
  options: { device: { type: 'string' }, mock: { type: 'boolean' }, port: { type: 'string' } },
});
const isMock = values.mock === true;
const target = isMock ? undefined : (values.device ?? (await startOwnRest()));

async function startOwnRest(): Promise<string> {
  const device = await startTestDevice();
  process.stdout.write(`no device: an own REST; user admin, password ${adminPassword}\n`);
  return `https://127.0.0.1:${device.port}`;
}

/** Before the page's own script: both are deferred, in their order. */
const mock: Plugin = {
  name: 'evenkeel-mock',
  transformIndexHtml: () => [
    { tag: 'script', attrs: { type: 'module', src: '/mock/install.ts' }, injectTo: 'head-prepend' },
  ],
};

const server = await createServer({
  ...settings,
  plugins: isMock ? [mock] : [],
  server: {
    ...(values.port !== undefined && { port: Number(values.port) }),
    proxy:
      target === undefined
        ? {}
        : {
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

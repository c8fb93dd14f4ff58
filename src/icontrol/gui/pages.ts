/**
 * The built GUI at `/`: its page, whatever is below `/ui`, and the files that the page names. All of it is the
 * same for everybody and holds nothing of this device: it asks by REST.
 */
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import type { StaticFile } from '../../platform/static-files.ts';

/** Undefined while it is not built. */
export type GuiFiles = () => ReadonlyMap<string, StaticFile> | undefined;

const page = 'index.html';
const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=UTF-8',
  js: 'text/javascript; charset=UTF-8',
  css: 'text/css; charset=UTF-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
  json: 'application/json; charset=UTF-8',
};

/**
 * Scripts, styles and answers come from this device only, nobody may frame it, and no page of it sends forms:
 * what runs in the page is what was built.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': policy,
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** Names of files have a hash of their content in them. */
const assetAge = 'public, max-age=31536000, immutable';

/** Undefined for what is no path of the GUI. `path` without its query and last slash. */
export function guiAnswer(
  files: GuiFiles | undefined,
  request: Pick<HttpRequest, 'method' | 'headers'>,
  path: string,
): HttpResponse | undefined {
  const isPage = path === '' || path === '/ui' || path.startsWith('/ui/');
  const isAsset = path.startsWith('/assets/');
  if (files === undefined || request.method !== 'GET' || !(isPage || isAsset)) return undefined;
  const built = files();
  if (built === undefined) return isPage ? notBuilt : undefined;
  const name = isPage ? page : path.slice(1);
  const file = built.get(name);
  if (file === undefined) return undefined;
  const acceptsSmall = /\bbr\b/.test(request.headers['accept-encoding'] ?? '');
  const small = acceptsSmall ? file.brotli : undefined;
  const type = types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  return {
    status: 200,
    headers: {
      'content-type': type,
      'cache-control': isPage ? 'no-cache' : assetAge,
      vary: 'accept-encoding',
      ...pageHeaders,
      ...(small !== undefined && { 'content-encoding': 'br' }),
    },
    body: small ?? file.bytes,
  };
}

const notBuilt: HttpResponse = {
  status: 503,
  headers: { 'content-type': types['html'] ?? '', ...pageHeaders },
  body: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Evenkeel: the GUI is not built</title></head>
<body><h1>The web GUI is not built on this device</h1>
<p>iControl REST and tmsh work as always. To have the GUI: run <code>evenkeel gui build</code> on the device, then load
this page again.</p></body></html>
`,
};

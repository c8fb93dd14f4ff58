/**
 * Tiny web servers: one for each `name@address:port` argument; each answers with its name, who asks and with which
 * headers. `?status=N&location=L&type=T&cookie=C&wait=MS` says how; `?hold=1` is answered with the next `?release=1`. `name@address:port@FILE` speaks TLS with the key and
 * certificate in FILE, and asks for the client's.
 */
import { readFileSync } from 'node:fs';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { TLSSocket } from 'node:tls';

const held: (() => void)[] = [];

for (const argument of process.argv.slice(2)) {
  const [name = '', place = '', pem] = argument.split('@');
  const colon = place.lastIndexOf(':');
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    const ask = new URL(request.url ?? '/', 'http://here').searchParams;
    const body = {
      name,
      from: socket.remoteAddress,
      forwarded: request.headers['x-forwarded-for'],
      headers: request.headers,
      ...(socket instanceof TLSSocket && {
        sni: socket.servername,
        certificate: socket.getPeerCertificate().subject?.CN,
      }),
    };
    response.statusCode = Number(ask.get('status') ?? 200);
    const location = ask.get('location');
    if (location !== null) response.setHeader('Location', location);
    const cookie = ask.get('cookie');
    if (cookie !== null) response.setHeader('Set-Cookie', cookie);
    response.setHeader('Content-Type', ask.get('type') ?? 'application/json');
    if (ask.has('release')) for (const answer of held.splice(0)) answer();
    if (ask.has('hold')) {
      held.push(() => response.end(JSON.stringify(body)));
      return;
    }
    setTimeout(() => response.end(JSON.stringify(body)), Number(ask.get('wait') ?? 0));
  };
  const server =
    pem === undefined
      ? createServer(listener)
      : createTlsServer(
          {
            key: readFileSync(pem),
            cert: readFileSync(pem),
            requestCert: true,
            rejectUnauthorized: false,
          },
          listener,
        );
  server.listen(Number(place.slice(colon + 1)), place.slice(0, colon));
}
process.stdout.write('ready\n');

/** A web server that says who it is. Arguments: name, port, pid file. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [name = 'web', port = '80', pidFile] = process.argv.slice(2);

const server = createServer((request, response) => {
  const forwarded = request.headers['x-forwarded-for'];
  const client = typeof forwarded === 'string' ? forwarded : request.socket.remoteAddress;
  response.setHeader('X-Served-By', name);
  response.end(`${name} ${client ?? ''} ${request.url ?? ''}\n`);
});
server.listen({ host: '::', port: Number(port) }, () => {
  if (pidFile !== undefined) writeFileSync(pidFile, String(process.pid));
});
process.once('SIGTERM', () => process.exit(0));

/** Tiny web servers: one for each `name@address:port` argument; each answers with its name and who asks. */
import { createServer } from 'node:http';

for (const argument of process.argv.slice(2)) {
  const [name = '', place = ''] = argument.split('@');
  const colon = place.lastIndexOf(':');
  const server = createServer((request, response) => {
    const body = {
      name,
      from: request.socket.remoteAddress,
      forwarded: request.headers['x-forwarded-for'],
    };
    response.end(JSON.stringify(body));
  });
  server.listen(Number(place.slice(colon + 1)), place.slice(0, colon));
}
process.stdout.write('ready\n');

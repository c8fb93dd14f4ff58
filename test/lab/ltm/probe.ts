/** One request as the JSON argument says; one line of JSON with all that came back. */
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { TLSSocket } from 'node:tls';

interface Ask {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly servername?: string;
  /** Certificate with its key. */
  readonly pem?: string;
}

const ask = JSON.parse(process.argv[2] ?? '{}') as Ask;
const pem = ask.pem === undefined ? undefined : readFileSync(ask.pem);
const request = ask.url.startsWith('https:') ? tlsRequest : plainRequest;
const out = (value: object): never => {
  process.stdout.write(JSON.stringify(value));
  process.exit(0);
};
const options = {
  method: ask.method ?? 'GET',
  headers: ask.headers ?? {},
  agent: false as const,
  timeout: 3000,
  rejectUnauthorized: false,
  ...(ask.servername !== undefined && { servername: ask.servername }),
  ...(pem !== undefined && { cert: pem, key: pem }),
};
request(ask.url, options, (response: IncomingMessage) => {
  const { socket } = response;
  const tls =
    socket instanceof TLSSocket
      ? {
          protocol: socket.getProtocol(),
          cipher: socket.getCipher().name,
          certificate: socket.getPeerCertificate().subject?.CN,
        }
      : {};
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('end', () =>
    out({
      status: response.statusCode,
      headers: response.headers,
      body: Buffer.concat(chunks).toString('latin1'),
      ...tls,
    }),
  );
})
  .on('timeout', () => out({ error: 'timeout' }))
  .on('error', (error: NodeJS.ErrnoException) => out({ error: error.code ?? error.message }))
  .end();

import { readFileSync } from 'node:fs';
import {
  Client,
  credentials,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { createCodec, type Message } from '../../src/iquery/codec.ts';
import type { Stack } from './stack.ts';

const codec = createCodec(
  readFileSync(new URL('../../proto/iquery.proto', import.meta.url), 'utf8'),
);
const encode = (message: Message): Buffer => Buffer.from(codec.encode([message]));
const decode = (bytes: Buffer): Message | undefined => codec.decode(bytes)?.[0];

const path = '/evenkeel.bench.Health/Talk';

/** One stream of messages each way, with the codec of iQuery: what differs is what lies around it. */
const service: ServiceDefinition = {
  talk: {
    path,
    requestStream: true,
    responseStream: true,
    requestSerialize: encode,
    requestDeserialize: decode,
    responseSerialize: encode,
    responseDeserialize: decode,
  },
};

/** An address may be no server name of TLS. */
const named = { 'grpc.ssl_target_name_override': 'sender.bench' };

export const grpcStack: Stack = {
  send(directory, onPort, { onAnswer }) {
    const { certificate, key } = directory.identity;
    const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(certificate) };
    const server = new Server();
    return new Promise((resolve, reject) => {
      server.addService(service, {
        talk(stream: ServerDuplexStream<Message, Message>) {
          stream.on('data', ({ body }: Message<'subscribe'>) => onAnswer(body.refreshSeconds));
          resolve({ send: (body) => void stream.write({ kind: 'healthReport', body }) });
        },
      });
      const secure = ServerCredentials.createSsl(Buffer.from(directory.authority), [pair], true);
      server.bindAsync('127.0.0.1:0', secure, (error, port) => {
        if (error === null) onPort(port);
        else reject(error);
      });
    });
  },
  async take(directory, port, onReport) {
    const { certificate, key } = directory.identity;
    const secure = credentials.createSsl(
      Buffer.from(directory.authority),
      Buffer.from(key),
      Buffer.from(certificate),
      // Devices are known by their keys, not by names in their certificates.
      { checkServerIdentity: () => undefined },
    );
    const client = new Client(`127.0.0.1:${port}`, secure, named);
    const stream = client.makeBidiStreamRequest(path, encode, decode);
    stream.on('data', () =>
      onReport((refreshSeconds) => stream.write({ kind: 'subscribe', body: { refreshSeconds } })),
    );
    // The server hears of a stream with its first message.
    stream.write({ kind: 'subscribe', body: { refreshSeconds: 0 } });
  },
};

import { request as httpRequest } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';

/**
 * JSON requests to an HTTPS server that is known by its certificate's fingerprint only. Nothing is sent
 * before the certificate was seen to be that one.
 */
export interface Fingerprints {
  /** Upper case hexadecimal with colons, as openssl and Node print them. */
  readonly sha1: string;
  readonly sha256: string;
}

export interface PinnedAnswer {
  readonly status: number;
  readonly text: string;
}

const connectMilliseconds = 5000;
const answerMilliseconds = 30_000;
const maximumAnswerBytes = 64 * 1024 * 1024;

/** Rejects when there is no TLS server within 5 s. */
export async function readFingerprints(address: string, port: number): Promise<Fingerprints> {
  const socket = await open(address, port);
  const fingerprints = fingerprintsOf(socket);
  socket.destroy();
  return fingerprints;
}

export async function postPinned(
  address: string,
  port: number,
  sha256: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<PinnedAnswer> {
  const socket = await open(address, port);
  if (fingerprintsOf(socket).sha256 !== sha256) {
    socket.destroy();
    throw new Error('the certificate is another one than before');
  }
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        method: 'POST',
        path,
        host: address,
        headers: { ...headers, 'content-type': 'application/json', connection: 'close' },
        createConnection: () => socket,
        timeout: answerMilliseconds,
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > maximumAnswerBytes) sent.destroy(new Error('the answer is too large'));
          else chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** "" when a TCP connection can be made within 3 s, or why not. */
export function probeTcp(address: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host: address, port });
    const end = (reason: string): void => {
      socket.destroy();
      resolve(reason);
    };
    socket.setTimeout(3000, () => end('no answer in 3 s'));
    socket.on('connect', () => end(''));
    socket.on('error', (error) => end(error.message));
  });
}

function open(address: string, port: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    // Devices sign their own certificates: the fingerprint decides, by the caller.
    const socket = connect({ host: address, port, rejectUnauthorized: false });
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(connectMilliseconds, () => fail(new Error('no answer in 5 s')));
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      socket.setTimeout(0);
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

function fingerprintsOf(socket: TLSSocket): Fingerprints {
  const certificate = socket.getPeerCertificate();
  return { sha1: certificate.fingerprint, sha256: certificate.fingerprint256 };
}

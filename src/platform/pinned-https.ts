import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
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

/** What a TLS server shows of itself. */
export interface ShownCertificate extends Fingerprints {
  readonly md5: string;
  /** Hexadecimal. */
  readonly serial: string;
  readonly subject: string;
  readonly issuer: string;
  /** As OpenSSL prints dates. */
  readonly validFrom: string;
  readonly validTo: string;
}

export interface PinnedAnswer {
  readonly status: number;
  readonly text: string;
}

const connectMilliseconds = 5000;
const answerMilliseconds = 30_000;
const maximumAnswerBytes = 64 * 1024 * 1024;

/** Rejects when there is no TLS server within 5 s. */
export async function readCertificate(address: string, port: number): Promise<ShownCertificate> {
  const socket = await open(address, port);
  const certificate = socket.getPeerX509Certificate();
  socket.destroy();
  if (certificate === undefined) throw new Error('no certificate was shown');
  return {
    sha1: certificate.fingerprint,
    sha256: certificate.fingerprint256,
    md5: (createHash('md5').update(certificate.raw).digest('hex').match(/../g) ?? [])
      .join(':')
      .toUpperCase(),
    serial: certificate.serialNumber,
    subject: certificate.subject,
    issuer: certificate.issuer,
    validFrom: certificate.validFrom,
    validTo: certificate.validTo,
  };
}

export async function postPinned(
  address: string,
  port: number,
  sha256: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  method: 'POST' | 'PATCH' = 'POST',
): Promise<PinnedAnswer> {
  const socket = await open(address, port);
  if (fingerprintsOf(socket).sha256 !== sha256) {
    socket.destroy();
    throw new Error('the certificate is another one than before');
  }
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        method,
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

/** An authority of its own for a test, made by openssl: certificates, and the list of those that it took back. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChecked } from '../../../src/platform/process.ts';

export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

export class TestAuthority {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ek-ca-'));
  #count = 0;

  static async make(): Promise<TestAuthority> {
    const authority = new TestAuthority();
    const folder = authority.#folder;
    mkdirSync(join(folder, 'new'));
    writeFileSync(join(folder, 'index.txt'), '');
    for (const file of ['crlnumber', 'serial']) writeFileSync(join(folder, file), '01\n');
    writeFileSync(join(folder, 'ca.cnf'), settings(folder));
    const made = ['-subj', '/CN=Test authority', '-days', '30'];
    const files = ['-keyout', authority.#path('ca.key'), '-out', authority.#path('ca.crt')];
    await runChecked('openssl', ['req', '-x509', ...curve, ...made, ...files]);
    return authority;
  }

  get certificate(): string {
    return readFileSync(this.#path('ca.crt'), 'utf8');
  }

  /** What openssl's OCSP responder needs to speak for it. */
  get responder(): readonly string[] {
    const [certificate, key] = [this.#path('ca.crt'), this.#path('ca.key')];
    const signer = ['-rsigner', certificate, '-rkey', key];
    return ['-index', this.#path('index.txt'), '-CA', certificate, ...signer];
  }

  /** `days`: below 0, it has expired. */
  async issue(name: string, days = 30): Promise<Pair> {
    this.#count += 1;
    const path = this.#path(`${this.#count}-${name}`);
    const asked = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
    await runChecked('openssl', [
      'req',
      ...curve,
      ...asked,
      '-keyout',
      `${path}.key`,
      '-out',
      `${path}.csr`,
    ]);
    const until =
      days < 0
        ? ['-startdate', '20200101000000Z', '-enddate', '20200201000000Z']
        : ['-days', String(days)];
    await runChecked('openssl', [
      'ca',
      '-batch',
      '-notext',
      '-config',
      this.#path('ca.cnf'),
      '-in',
      `${path}.csr`,
      '-out',
      `${path}.crt`,
      ...until,
    ]);
    return {
      certificate: readFileSync(`${path}.crt`, 'utf8'),
      key: readFileSync(`${path}.key`, 'utf8'),
    };
  }

  /** The list, with that one on it, too. */
  async revoke({ certificate }: Pair): Promise<string> {
    const path = this.#path('revoked.crt');
    writeFileSync(path, certificate);
    const config = ['-config', this.#path('ca.cnf')];
    await runChecked('openssl', ['ca', ...config, '-revoke', path]);
    return runChecked('openssl', ['ca', ...config, '-gencrl', '-crldays', '30']);
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

function settings(folder: string): string {
  return [
    '[ca]',
    'default_ca = own',
    '[own]',
    `database = ${folder}/index.txt`,
    'unique_subject = no',
    `serial = ${folder}/serial`,
    `crlnumber = ${folder}/crlnumber`,
    `new_certs_dir = ${folder}/new`,
    `certificate = ${folder}/ca.crt`,
    `private_key = ${folder}/ca.key`,
    'default_md = sha256',
    'policy = any',
    'copy_extensions = copy',
    '[any]',
    'commonName = supplied',
    '',
  ].join('\n');
}

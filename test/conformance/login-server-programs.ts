/** A directory (slapd) and a RADIUS server (FreeRADIUS) of Debian, each in a folder of its own on loopback. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { findFreePort } from '../../src/platform/free-port.ts';
import { run, runChecked } from '../../src/platform/process.ts';
import { systemRandom } from '../../src/platform/random.ts';

export interface LoginServer {
  readonly port: number;
  close(): Promise<void>;
}

const startMilliseconds = 60_000;

/** A reason to skip, or undefined. */
export async function without(program: string): Promise<string | undefined> {
  const found = await run('sh', ['-c', `command -v ${program}`]).catch(() => undefined);
  return found?.status === 0 ? undefined : `skipped: ${program} is not installed`;
}

function startProgram(program: string, args: readonly string[], folder: string) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000);
    });
  }
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return {
    said: () => said,
    isRunning: () => child.exitCode === null,
    async close(): Promise<void> {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const directoryBase = 'dc=example,dc=com';
export const directoryManager = { name: `cn=manager,${directoryBase}`, password: 'bind me' };

const people = `dn: ${directoryBase}
objectClass: dcObject
objectClass: organization
o: example
dc: example

dn: ou=people,${directoryBase}
objectClass: organizationalUnit
ou: people

dn: uid=olga,ou=people,${directoryBase}
objectClass: inetOrgPerson
objectClass: extensibleObject
uid: olga
cn: Olga
sn: O
employeeType: netops
host: bigip1.example.com
userPassword: olga's word

dn: uid=paul,ou=people,${directoryBase}
objectClass: inetOrgPerson
uid: paul
cn: Paul
sn: P
employeeType: contractor
userPassword: paul's word

dn: uid=rita (ext),ou=people,${directoryBase}
objectClass: inetOrgPerson
uid: rita (ext)
cn: Rita
sn: R
userPassword: rita's word

dn: cn=readers,${directoryBase}
objectClass: groupOfNames
cn: readers
member: uid=paul,ou=people,${directoryBase}
`;

/** `certificate`: PEM files, for StartTLS. */
export async function startDirectory(certificate: {
  readonly certificate: string;
  readonly key: string;
}): Promise<LoginServer> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-slapd-'));
  mkdirSync(join(folder, 'data'));
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const settings = write(
    'slapd.conf',
    `${['core', 'cosine', 'inetorgperson'].map((one) => `include /etc/ldap/schema/${one}.schema`).join('\n')}
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile ${write('cert.pem', certificate.certificate)}
TLSCertificateKeyFile ${write('key.pem', certificate.key)}
database mdb
maxsize 10485760
suffix "${directoryBase}"
rootdn "${directoryManager.name}"
rootpw "${directoryManager.password}"
directory ${join(folder, 'data')}
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
`,
  );
  await runChecked('slapadd', ['-f', settings, '-l', write('people.ldif', people)]);
  const port = await findFreePort(systemRandom);
  const url = `ldap://127.0.0.1:${port}`;
  const server = startProgram('slapd', ['-h', url, '-f', settings, '-d', '0'], folder);
  const asks = ['-x', '-H', url, '-D', directoryManager.name, '-w', directoryManager.password];
  await waitUntil(systemClock, `slapd: ${server.said()}`, startMilliseconds, async () => {
    if (!server.isRunning()) throw new Error(`slapd ended: ${server.said()}`);
    return (await run('ldapwhoami', asks)).status === 0;
  });
  return { port, close: server.close };
}

export const radiusSecret = 'a shared secret';

export async function startRadius(): Promise<LoginServer> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-radius-'));
  const port = await findFreePort(systemRandom);
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write(
    'radiusd.conf',
    `prefix = /usr
logdir = ${folder}
db_dir = ${folder}
run_dir = ${folder}
pidfile = ${folder}/radiusd.pid
libdir = /usr/lib/freeradius
max_request_time = 30
log {
 destination = stdout
}
security {
 allow_vulnerable_openssl = yes
}
thread pool {
 start_servers = 1
 max_servers = 2
 min_spare_servers = 1
 max_spare_servers = 2
}
client here {
 ipaddr = 127.0.0.1
 secret = "${radiusSecret}"
 require_message_authenticator = yes
}
modules {
 pap {
 }
 files {
  filename = ${folder}/users
 }
}
server default {
 listen {
  type = auth
  ipaddr = 127.0.0.1
  port = ${port}
 }
 authorize {
  files
  pap
 }
 authenticate {
  Auth-Type PAP {
   pap
  }
 }
}
`,
  );
  write(
    'users',
    `olga Cleartext-Password := "olga's word"
\tF5-LTM-User-Info-1 = "netops"

paul Cleartext-Password := "a password that is longer than sixteen octets"
\tF5-LTM-User-Info-1 = "by-name",
\tF5-LTM-User-Role = Operator,
\tF5-LTM-User-Partition = "Common"
`,
  );
  write('dictionary', '$INCLUDE /usr/share/freeradius/dictionary\n');
  const server = startProgram('freeradius', ['-f', '-d', folder, '-l', 'stdout'], folder);
  await waitUntil(systemClock, 'freeradius to start', startMilliseconds, () => {
    if (!server.isRunning()) throw new Error(`freeradius ended: ${server.said()}`);
    return server.said().includes('Ready to process requests');
  });
  return { port, close: server.close };
}

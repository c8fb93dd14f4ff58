/** Debian's DNS servers, each answering www.example.test from one core and one thread. Undefined: not installed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const serverCore = '0';

export interface Server {
  readonly name: string;
  readonly process: ChildProcess;
  readonly port: number;
  /** Works for it: its CPU counts, too. */
  readonly behind?: ChildProcess;
}

export const staticHosts = ['www', 'm', 'mail1', 'static', 'downloads', 'support-portal'] as const;

/** Two addresses for each of these names, of several lengths, and the records that every zone has. */
export const zoneText = `$ORIGIN example.test.
$TTL 30
@ IN SOA ns1 hostmaster 1 3600 600 86400 60
@ IN NS ns1
ns1 IN A 192.0.2.53
${staticHosts.map((host) => `${host} IN A 192.0.2.1\n${host} IN A 192.0.2.2\n`).join('')}`;

type Peer = (folder: string, port: number) => readonly string[];

const peers: Readonly<Record<string, { readonly program: string; readonly prepare: Peer }>> = {
  bind: {
    program: '/usr/sbin/named',
    prepare(folder, port) {
      writeFileSync(join(folder, 'zone'), zoneText);
      const options = [
        `directory "${folder}"; pid-file "${folder}/pid"; session-keyfile "${folder}/key";`,
        `managed-keys-directory "${folder}"; lock-file none; minimal-responses yes;`,
        `listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };`,
        'recursion no; dnssec-validation no;',
      ].join('\n');
      const zone = `zone "example.test" { type primary; file "${folder}/zone"; };`;
      writeFileSync(join(folder, 'named.conf'), `options { ${options} };\ncontrols {};\n${zone}\n`);
      return ['-f', '-n', '1', '-U', '1', '-c', join(folder, 'named.conf')];
    },
  },
  knot: {
    program: '/usr/sbin/knotd',
    prepare(folder, port) {
      writeFileSync(join(folder, 'example.test.zone'), zoneText);
      const lines = [
        'server:',
        `  rundir: ${folder}`,
        `  listen: 127.0.0.1@${port}`,
        '  udp-workers: 1',
        '  tcp-workers: 1',
        'database:',
        `  storage: ${folder}`,
        'template:',
        '  - id: default',
        `    storage: ${folder}`,
        'zone:',
        '  - domain: example.test',
        '    file: example.test.zone',
      ];
      writeFileSync(join(folder, 'knot.conf'), `${lines.join('\n')}\n`);
      return ['-c', join(folder, 'knot.conf')];
    },
  },
  nsd: {
    program: '/usr/sbin/nsd',
    prepare(folder, port) {
      writeFileSync(join(folder, 'zone'), zoneText);
      const lines = [
        'server:',
        '  server-count: 1',
        `  ip-address: 127.0.0.1@${port}`,
        `  zonesdir: "${folder}"`,
        `  pidfile: "${folder}/pid"`,
        `  xfrdfile: "${folder}/xfrd"`,
        `  xfrdir: "${folder}"`,
        `  zonelistfile: "${folder}/list"`,
        '  database: ""',
        // Of every second answer to one client it makes none, otherwise.
        '  rrl-ratelimit: 0',
        '  username: ""',
        'remote-control:',
        '  control-enable: no',
        'zone:',
        '  name: example.test',
        '  zonefile: zone',
      ];
      writeFileSync(join(folder, 'nsd.conf'), `${lines.join('\n')}\n`);
      return ['-d', '-c', join(folder, 'nsd.conf')];
    },
  },
  'gdnsd multifo': {
    program: '/usr/sbin/gdnsd',
    prepare(folder, port) {
      mkdirSync(join(folder, 'zones'), { recursive: true });
      const zone = zoneText.replaceAll(/^www.*\n/gm, '').replace('$ORIGIN example.test.\n', '');
      writeFileSync(join(folder, 'zones', 'example.test'), `${zone}www 30 DYNA multifo!web\n`);
      const config = [
        `options => { listen => [ 127.0.0.1:${port} ], udp_threads => 1, tcp_threads => 1,`,
        `  run_dir => ${folder}/run, state_dir => ${folder}/state }`,
        'service_types => { tcp => { plugin => tcp_connect, port => 9, interval => 100 } }',
        'plugins => { multifo => { web => { up_thresh => 0.01, service_types => up,',
        '  a1 => 192.0.2.1, a2 => 192.0.2.2 } } }',
      ].join('\n');
      writeFileSync(join(folder, 'config'), `${config}\n`);
      return ['-c', folder, 'start'];
    },
  },
  powerdns: {
    program: '/usr/sbin/pdns_server',
    prepare(folder, port) {
      writeFileSync(join(folder, 'zone'), zoneText);
      writeFileSync(
        join(folder, 'named.conf'),
        `zone "example.test" { type master; file "${folder}/zone"; };\n`,
      );
      const lines = [
        'launch=bind',
        `bind-config=${folder}/named.conf`,
        'local-address=127.0.0.1',
        `local-port=${port}`,
        `socket-dir=${folder}`,
        'receiver-threads=1',
        'distributor-threads=1',
        'guardian=no',
        'daemon=no',
        'log-dns-queries=no',
      ];
      writeFileSync(join(folder, 'pdns.conf'), `${lines.join('\n')}\n`);
      return [`--config-dir=${folder}`];
    },
  },
  'dnsdist spoof': {
    program: '/usr/bin/dnsdist',
    prepare(folder, port) {
      const lines = [
        `setLocal("127.0.0.1:${port}")`,
        'setSecurityPollSuffix("")',
        'newServer("127.0.0.1:9")',
        'addAction("www.example.test.", SpoofAction({"192.0.2.1", "192.0.2.2"}))',
      ];
      writeFileSync(join(folder, 'dnsdist.conf'), `${lines.join('\n')}\n`);
      return ['-C', join(folder, 'dnsdist.conf'), '--supervised'];
    },
  },
};

export const peerNames: readonly string[] = Object.keys(peers);

export function startPeer(name: string, root: string, port: number): Server | undefined {
  const peer = peers[name];
  if (peer === undefined || !existsSync(peer.program)) return undefined;
  const folder = join(root, name.replaceAll(/\W/g, '-'));
  mkdirSync(folder, { recursive: true });
  const words = peer.prepare(folder, port);
  return { name, port, process: startOnCore(peer.program, words, join(folder, 'log')) };
}

export function startOnCore(program: string, words: readonly string[], log: string): ChildProcess {
  const child = spawn('taskset', ['-c', serverCore, program, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const keep = (chunk: Buffer): void => {
    // After the end its folder is gone.
    if (existsSync(dirname(log))) writeFileSync(log, chunk, { flag: 'a' });
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return child;
}

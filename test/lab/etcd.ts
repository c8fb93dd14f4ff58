/** A real etcd with one member, for the arbiter's tests. */
import { type ChildProcess, spawn } from 'node:child_process';

export interface EtcdPlace {
  readonly namespace: string;
  /** Where clients ask; peers (there are none) would on another port. */
  readonly url: string;
  readonly peerUrl: string;
  readonly folder: string;
  readonly tls?: { readonly certificate: string; readonly key: string; readonly authority: string };
}

/** The caller kills it. `namespace` '' is the present one. */
export function startEtcd({ namespace, url, peerUrl, folder, tls }: EtcdPlace): ChildProcess {
  const flags: Readonly<Record<string, string>> = {
    'data-dir': folder,
    'listen-client-urls': url,
    'advertise-client-urls': url,
    'listen-peer-urls': peerUrl,
    'initial-advertise-peer-urls': peerUrl,
    'initial-cluster': `default=${peerUrl}`,
    logger: 'zap',
    'unsafe-no-fsync': 'true',
    ...(tls !== undefined && {
      'cert-file': tls.certificate,
      'key-file': tls.key,
      'trusted-ca-file': tls.authority,
      'client-cert-auth': 'true',
    }),
  };
  const words = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const options = { stdio: 'ignore' } as const;
  return namespace === ''
    ? spawn('etcd', words, options)
    : spawn('ip', ['netns', 'exec', namespace, 'etcd', ...words], options);
}

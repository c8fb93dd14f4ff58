/** What `evenkeel doctor` makes of what a device says about itself and its peers. Pure. */

export interface PeerFacts {
  readonly address: string;
  /** Empty: not known yet. */
  readonly device: string;
  /** Of `gtm server`; empty for members of the trust domain only. */
  readonly server: string;
  readonly state: string;
  readonly reason: string;
  readonly version: string;
  /** As OpenSSL writes it; "None" without a session. */
  readonly certificateExpires: string;
  readonly skewMilliseconds: number | undefined;
}

export interface DeviceFacts {
  readonly name: string;
  readonly isSelf: boolean;
  readonly version: string;
  readonly certificateExpires: string;
}

export interface DoctorFacts {
  /** Wall clock, milliseconds. */
  readonly now: number;
  /** `synchronization-time-tolerance`; 0: the difference does not matter. */
  readonly toleranceSeconds: number;
  readonly peers: readonly PeerFacts[];
  readonly devices: readonly DeviceFacts[];
  readonly sync: {
    readonly status: string;
    readonly summary: string;
    readonly details: readonly string[];
  };
  /** Which devices say that they are active for it. */
  readonly trafficGroups: readonly { readonly name: string; readonly active: readonly string[] }[];
  readonly listeners: readonly {
    readonly name: string;
    readonly isOpen: boolean;
    readonly reason: string;
  }[];
}

export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly problem:
    | 'iquery-blocked'
    | 'certificate-mismatch'
    | 'certificate-expiry'
    | 'clock-skew'
    | 'version-mismatch'
    | 'sync-stuck'
    | 'split'
    | 'disconnected'
    | 'listener-closed';
  readonly object: string;
  readonly what: string;
  readonly cure: string;
}

const dayMilliseconds = 86_400_000;
/** Certificates are renewed by themselves long before; one that comes so near was not. */
const soonDays = 30;

export function diagnose(facts: DoctorFacts): readonly Finding[] {
  return [
    ...facts.peers.flatMap((peer) => peerFindings(peer, facts)),
    ...facts.devices.flatMap((device) => deviceFindings(device, facts)),
    ...splitFindings(facts),
    ...syncFindings(facts),
    ...facts.listeners.filter(({ isOpen }) => !isOpen).map(listenerFinding),
  ];
}

function peerFindings(peer: PeerFacts, facts: DoctorFacts): readonly Finding[] {
  const object = peerName(peer);
  if (peer.state !== 'connected') return unconnected(peer, object);
  const skew = skewFinding(peer, object, facts.toleranceSeconds);
  const isMember = facts.devices.some(({ name }) => leafOf(name) === peer.device);
  const found = skew === undefined ? [] : [skew];
  // Members are in `cm device`, with what they will show next.
  return isMember
    ? found
    : [...found, ...expiryFindings(object, peer.certificateExpires, facts.now)];
}

function unconnected(peer: PeerFacts, object: string): readonly Finding[] {
  const { reason } = peer;
  // An attempt that has not failed yet says nothing; the device's own address needs no session.
  if (reason === '' || reason === 'this device itself') return [];
  const base = { severity: 'error', object, what: `no iQuery session: ${reason}` } as const;
  if (/not valid|expired|clocks/.test(reason)) {
    const isClock = /not valid before/.test(reason);
    return [
      {
        ...base,
        problem: isClock ? 'clock-skew' : 'certificate-expiry',
        cure: isClock
          ? 'Set both clocks right: tmsh modify sys ntp servers add { ADDRESS }'
          : 'Renew it, on that device: tmsh run cm rotate-certificates Root devices',
      },
    ];
  }
  if (/speaks version/.test(reason)) {
    const cure = 'Upgrade the older of both devices';
    return [{ ...base, problem: 'version-mismatch', cure }];
  }
  if (/certificate|authority|removed from|belongs to|, not |alert|refused by/i.test(reason)) {
    const cure = `Exchange certificates: tmsh run gtm bigip-add device ${peer.address} username USER password PASSWORD (a member of the trust domain: remove and add it, docs/howto/trust.md)`;
    return [{ ...base, problem: 'certificate-mismatch', cure }];
  }
  return [{ ...base, problem: 'iquery-blocked', cure: blockedCure(peer) }];
}

function blockedCure({ address, reason }: PeerFacts): string {
  if (/ECONNREFUSED/.test(reason)) {
    return `Nothing listens on ${address} port 4353: is the address right, and a device up there? A firewall may refuse it, too`;
  }
  return `Let TCP port 4353 through to ${address}: firewalls on the way, the route, and port lockdown there (tmsh modify net self NAME allow-service add { tcp:4353 })`;
}

function skewFinding(peer: PeerFacts, object: string, tolerance: number): Finding | undefined {
  const { skewMilliseconds } = peer;
  if (skewMilliseconds === undefined || tolerance === 0) return undefined;
  if (Math.abs(skewMilliseconds) <= tolerance * 1_000) return undefined;
  const seconds = (Math.abs(skewMilliseconds) / 1_000).toFixed(1);
  const side = skewMilliseconds > 0 ? 'ahead of' : 'behind';
  return {
    severity: 'error',
    problem: 'clock-skew',
    object,
    what: `its clock was ${seconds} s ${side} ours when the session began; ${tolerance} s are allowed`,
    cure: 'Give both the same time servers: tmsh modify sys ntp servers add { ADDRESS }',
  };
}

function deviceFindings(device: DeviceFacts, facts: DoctorFacts): readonly Finding[] {
  const object = `device ${leafOf(device.name)}`;
  const found = [...expiryFindings(object, device.certificateExpires, facts.now)];
  const self = facts.devices.find(({ isSelf }) => isSelf);
  if (self !== undefined && device.version !== self.version) {
    found.push({
      severity: 'warning',
      problem: 'version-mismatch',
      object,
      what: `it runs ${device.version}, this device ${self.version}`,
      cure: 'Upgrade the older one; until then configuration is not shared between both',
    });
  }
  return found;
}

function expiryFindings(object: string, text: string, now: number): readonly Finding[] {
  const end = Date.parse(text);
  if (Number.isNaN(end)) return [];
  const days = Math.floor((end - now) / dayMilliseconds);
  if (days >= soonDays) return [];
  const isOver = end <= now;
  return [
    {
      severity: isOver ? 'error' : 'warning',
      problem: 'certificate-expiry',
      object,
      what: isOver ? `its certificate ended on ${text}` : `its certificate ends in ${days} days`,
      cure: 'Renew it, on that device: tmsh run cm rotate-certificates Root devices',
    },
  ];
}

function splitFindings({ trafficGroups }: DoctorFacts): readonly Finding[] {
  return trafficGroups
    .filter(({ active }) => active.length > 1)
    .map(({ active, name }) => ({
      severity: 'error',
      problem: 'split',
      object: `traffic group ${name}`,
      what: `more than one device is active for it: ${active.map(leafOf).join(', ')}`,
      cure: 'Mend the network between them (UDP port 1026, every unicast address: tmsh show cm failover-status); a witness or an arbiter keeps a pair from that',
    }));
}

/** Of states that pass by themselves, `Syncing` is the one that the asker waits for. */
const calm: ReadonlySet<string> = new Set(['In Sync', 'Standalone']);

function syncFindings({ sync }: DoctorFacts): readonly Finding[] {
  const lost = sync.details.flatMap((line): Finding[] => {
    const device = /^(\S+): disconnected$/.exec(line)?.[1];
    if (device === undefined) return [];
    return [
      {
        severity: 'error',
        problem: 'disconnected',
        object: `device ${device}`,
        what: 'this device has no connection to it',
        cure: `Is it up? Let TCP port 4353 through between the configsync addresses of both; when it is gone for good: tmsh run cm remove-from-trust Root device-name ${device}`,
      },
    ];
  });
  if (calm.has(sync.status)) return lost;
  if (sync.status === 'Disconnected' && lost.length > 0) return lost;
  const advice = sync.details.flatMap((line) => /Recommended action: (.*)/.exec(line)?.[1] ?? []);
  const [first] = advice;
  return [
    ...lost,
    {
      severity: sync.status === 'Sync Failure' ? 'error' : 'warning',
      problem: sync.status === 'Incompatible Version' ? 'version-mismatch' : 'sync-stuck',
      object: 'configuration synchronisation',
      what: `${sync.status}: ${sync.summary}`,
      cure:
        first ??
        'tmsh show cm sync-status says which group; then: tmsh run cm config-sync to-group GROUP',
    },
  ];
}

function listenerFinding(listener: DoctorFacts['listeners'][number]): Finding {
  return {
    severity: 'error',
    problem: 'listener-closed',
    object: `gtm listener ${listener.name}`,
    what: listener.reason,
    cure: 'Its address must be on this device (tmsh list net self) and its port free',
  };
}

function peerName({ address, device, server }: PeerFacts): string {
  const names = [server === '' ? [] : [`server ${server}`], device === '' ? [] : [device]].flat();
  return names.length === 0 ? `peer ${address}` : `peer ${address} (${names.join(', ')})`;
}

function leafOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** For people. */
export function findingsText(findings: readonly Finding[], checked: string): string {
  const parts = findings.map(
    ({ cure, object, severity, what }) => `${severity}: ${object}: ${what}\n  cure: ${cure}\n`,
  );
  const count = findings.length;
  const sum = count === 0 ? 'nothing found' : `${count} finding${count === 1 ? '' : 's'}`;
  return `${parts.join('')}${checked}: ${sum}`;
}

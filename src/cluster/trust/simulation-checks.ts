import { gatherMilliseconds } from '../../iquery/lobby.ts';
import type { Line, SimulatedDevice } from './simulation-device.ts';
import { isReachable, pair, type Scene } from './simulation-scene.ts';
import { contentText, rootOf } from './simulation-store.ts';

/** What must hold at each step of a simulated trust domain, and at its end. Pure. */
export class Violation extends Error {}

export function checkOpened(scene: Scene, device: SimulatedDevice, line: Line): void {
  const { key, device: name } = line;
  if (device.store.revoked.has(key)) {
    throw new Violation(`${device.name} talks to ${name}, which it knows to be removed`);
  }
  if (device.openLines().some((one) => one !== line)) return;
  // It was alone: whoever it can reach, and would listen to, tells it first.
  const now = scene.timeline.now();
  for (const teller of scene.devices.values()) {
    const isKnown = device.admits(teller.name, teller.key) && device.isCertifier(teller.name);
    if (teller === device || !isKnown || !teller.admits(device.name, device.key)) continue;
    if (teller.store.guid !== device.store.guid || !teller.store.revoked.has(key)) continue;
    const since = scene.metAt.get(pair(device.name, teller.name)) ?? 0;
    const isInReach = isReachable(scene, device, teller) && now - since > gatherMilliseconds;
    const toldAt = scene.toldAt.get(`${teller.name} ${key}`) ?? now;
    const isOld = now - toldAt > gatherMilliseconds;
    if (isInReach && isOld) {
      throw new Violation(
        `${device.name}, back alone, talks to ${name}, though ${teller.name} could have told it`,
      );
    }
  }
}

/** Removed keys, and an authority that was made knowing of them. */
export function checkAuthority({ knowers }: Scene, { name, store }: SimulatedDevice): void {
  const { authority, answered } = rootOf(store);
  const knowing = answered.find((key) => knowers.get(authority)?.has(key) === true);
  if (knowing === undefined) return;
  throw new Violation(`on ${name} the removed ${knowing} knows the key of ${authority}`);
}

export function checkCalm(scene: Scene): void {
  const all = [...scene.devices.values()];
  for (const one of all) {
    for (const other of all) {
      if (one !== other) checkPair(one, other);
    }
    checkAlone(one);
  }
}

function checkPair(one: SimulatedDevice, other: SimulatedDevice): void {
  const isMutual = one.admits(other.name, other.key) && other.admits(one.name, one.key);
  const isConnected = one.openLines().some(({ device }) => device === other.name);
  if (isMutual && !isConnected) {
    throw new Violation(`${one.name} and ${other.name} are members and have no session`);
  }
  if (!isConnected) return;
  if (!isMutual) throw new Violation(`${one.name} talks to ${other.name}, which is no member`);
  if (one.store.guid !== other.store.guid) return;
  const [here, there] = [contentText(one.store), contentText(other.store)];
  if (here !== there) {
    throw new Violation(`${one.name} and ${other.name} hold different domains: ${here} ${there}`);
  }
}

/** What every device has to have come to by itself. */
function checkAlone(device: SimulatedDevice): void {
  const { store, name } = device;
  const root = rootOf(store);
  const present = new Set([name, ...device.openLines().map((line) => line.device)]);
  if (!device.isCertifier(name) && device.held !== undefined) {
    throw new Violation(`${name} may not sign and holds the key of ${device.held}`);
  }
  const isComplete = root.certifiers.every((one) => present.has(one));
  // Where a certifier is away for good, people decide: the key may come back with it.
  if (!isComplete || root.certifiers.length === 0) return;
  if (device.isCertifier(name) && !device.canSign()) {
    throw new Violation(`${name} may sign and has not got the key of ${root.authority}`);
  }
  const unanswered = [...store.revoked.keys()].find((key) => !root.answered.includes(key));
  if (unanswered !== undefined) {
    throw new Violation(`on ${name} the authority was made without knowing of ${unanswered}`);
  }
  for (const [member, { value }] of store.devices) {
    if (value === undefined) continue;
    if (store.revoked.has(value.key)) throw new Violation(`${name} lists the removed ${member}`);
    if (value.signedBy !== root.authority) {
      throw new Violation(`on ${name} ${member} is signed by ${value.signedBy}`);
    }
    if (![...root.certifiers, ...root.others].includes(member)) {
      throw new Violation(`on ${name} ${member} is in no list`);
    }
  }
}

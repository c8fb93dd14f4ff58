/** The faults of a simulated run: what may befall devices and links. */
import type { SimulatedDevice } from './device.ts';
import { goodLink, type LinkFaults } from './network.ts';
import type { Scene } from './scene.ts';

/** One random fault, or the end of one. */
export function strike(scene: Scene): void {
  const { random } = scene;
  const device = random.pick(scene.devices);
  const network = networkFaults(scene, device);
  const kinds = { ...network, ...deviceFaults(scene, device) };
  random.pick([
    ...Object.values(kinds),
    network.heal,
    network.heal,
    network.isolate,
    kinds.pause,
    kinds.amnesia,
  ])();
}

type Kinds<Name extends string> = Readonly<Record<Name, () => void>>;

function networkFaults(
  scene: Scene,
  device: SimulatedDevice,
): Kinds<'cutOneWay' | 'cutBothWays' | 'isolate' | 'lossy' | 'slow' | 'heal' | 'thirdParty'> {
  const { random, network, devices } = scene;
  return {
    cutOneWay: () => fault(scene, random.pick(devices), random.pick(devices), { loss: 1 }),
    cutBothWays: () => {
      const other = random.pick(devices);
      fault(scene, device, other, { loss: 1 });
      fault(scene, other, device, { loss: 1 });
    },
    isolate: () => {
      const isAll = random.chance(0.5);
      const others = devices.map(({ name }) => name);
      for (const other of isAll ? [...others, ...scene.thirdParties] : others) {
        link(scene, device.name, other, { loss: 1 });
        if (random.chance(0.7)) link(scene, other, device.name, { loss: 1 });
      }
    },
    lossy: () => fault(scene, device, random.pick(devices), { loss: random.between(0.05, 0.7) }),
    slow: () =>
      fault(scene, device, random.pick(devices), {
        delay: random.between(1, 150),
        jitter: random.between(0, 500),
        duplicate: 0.2,
      }),
    heal: () => network.heal(),
    thirdParty: () => {
      const third = scene.thirdParties.length === 0 ? undefined : random.pick(scene.thirdParties);
      if (third === undefined) return;
      const some = random.chance(0.5) ? devices : [device];
      for (const one of some) {
        const kind = random.chance(0.5) ? { loss: 1 } : { delay: random.between(1, 800) };
        link(scene, one.name, third, kind);
        if (random.chance(0.8)) link(scene, third, one.name, kind);
      }
    },
  };
}

function deviceFaults(
  scene: Scene,
  device: SimulatedDevice,
): Kinds<
  'kill' | 'power' | 'crash' | 'jump' | 'pause' | 'amnesia' | 'standby' | 'offline' | 'engine'
> {
  const { random, devices, members, timeline } = scene;
  // Who is dead when the chaos is over stays so until everything is healed.
  const restart = (one: SimulatedDevice): void => {
    if (scene.isChaos) one.start();
  };
  return {
    kill: () => {
      device.kill();
      timeline.at(timeline.now() + random.between(20, 2500), () => restart(device));
    },
    power: () => {
      device.powerOff();
      timeline.at(timeline.now() + random.between(100, 4000), () => restart(device));
    },
    crash: () => {
      device.powerOff();
      device.spoilDisk(random.chance(0.5) ? 'torn' : 'restored');
      timeline.at(timeline.now() + random.between(20, 4000), () => restart(device));
    },
    jump: () => device.jump(random.between(-1e8, 1e8)),
    pause: () => device.pause(random.between(5, random.chance(0.3) ? 3000 : 500)),
    amnesia: () => {
      const other = random.pick(devices);
      fault(scene, device, other, { loss: 1 });
      fault(scene, other, device, { loss: 1 });
      const forgetful = random.pick(devices);
      timeline.at(timeline.now() + random.between(100, 1200), () => {
        if (!scene.isChaos) return;
        forgetful.kill();
        timeline.at(timeline.now() + random.between(1, 60), () => restart(forgetful));
      });
    },
    standby: () =>
      random.pick(members).happen({
        type: 'command',
        command: { kind: 'standby', trafficGroup: undefined, device: undefined },
      }),
    offline: () => {
      device.happen({ type: 'command', command: { kind: 'offline' } });
      timeline.at(timeline.now() + random.between(100, 2000), () =>
        device.happen({ type: 'command', command: { kind: 'online' } }),
      );
    },
    engine: () => {
      device.happen({ type: 'impaired', by: ['haproxy'] });
      timeline.at(timeline.now() + random.between(10, 2000), () =>
        device.happen({ type: 'impaired', by: [] }),
      );
    },
  };
}

export function fault(
  scene: Scene,
  from: SimulatedDevice,
  to: SimulatedDevice,
  change: Partial<LinkFaults>,
): void {
  link(scene, from.name, to.name, change);
}

/** Between any two nodes, one way. */
export function link(scene: Scene, from: string, to: string, change: Partial<LinkFaults>): void {
  scene.network.set(from, to, { ...goodLink, ...change });
}

/** The faults of a simulated run: what may befall devices and links. */
import type { SimulatedDevice } from './device.ts';
import { goodLink, type LinkFaults } from './network.ts';
import type { Scene } from './scene.ts';

/** One random fault, or the end of one. */
export function strike(scene: Scene): void {
  const { random, network, devices, members, timeline } = scene;
  const device = random.pick(devices);
  const kinds = {
    cutOneWay: () => fault(scene, random.pick(devices), random.pick(devices), { loss: 1 }),
    cutBothWays: () => {
      const other = random.pick(devices);
      fault(scene, device, other, { loss: 1 });
      fault(scene, other, device, { loss: 1 });
    },
    isolate: () => {
      for (const other of devices) {
        fault(scene, device, other, { loss: 1 });
        if (random.chance(0.7)) fault(scene, other, device, { loss: 1 });
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
    kill: () => {
      device.kill();
      timeline.at(timeline.now() + random.between(20, 2500), () => device.start());
    },
    power: () => {
      device.powerOff();
      timeline.at(timeline.now() + random.between(100, 4000), () => device.start());
    },
    pause: () => device.pause(random.between(5, random.chance(0.3) ? 3000 : 500)),
    amnesia: () => {
      const other = random.pick(devices);
      fault(scene, device, other, { loss: 1 });
      fault(scene, other, device, { loss: 1 });
      const forgetful = random.pick(devices);
      timeline.at(timeline.now() + random.between(100, 1200), () => {
        if (!scene.isChaos) return;
        forgetful.kill();
        timeline.at(timeline.now() + random.between(1, 60), () => forgetful.start());
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
  random.pick([
    ...Object.values(kinds),
    kinds.heal,
    kinds.heal,
    kinds.isolate,
    kinds.pause,
    kinds.amnesia,
  ])();
}

export function fault(
  scene: Scene,
  from: SimulatedDevice,
  to: SimulatedDevice,
  change: Partial<LinkFaults>,
): void {
  scene.network.set(from.name, to.name, { ...goodLink, ...change });
}

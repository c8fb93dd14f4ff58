/** What `/mgmt/shared/…`, `/mgmt/tm/shared/…` and `/mgmt/cm/…` say when they are read. */
import { bigipBuild, bigipVersion } from '../../catalogue/version.ts';
import type { EffectiveObject } from '../../config/types.ts';
import type { JsonObject } from '../../config/text/json.ts';
import type { Services } from '../context.ts';
import { host } from '../wire/paths.ts';
import type { Access } from '../access/roles.ts';
import { visibleView } from '../access/visible.ts';

type Fact = (services: Services, access: Access) => JsonObject;

const facts: Readonly<Record<string, Fact>> = {
  '/mgmt/shared/echo': () => ({
    stage: 'STARTED',
    kind: 'shared:echo:echoworkerstate',
    selfLink: `${host}/mgmt/shared/echo`,
  }),
  '/mgmt/shared/identified-devices/config/device-info': deviceInfo,
  '/mgmt/shared/authz/users': users,
  '/mgmt/shared/iapp/global-installed-packages': () => ({
    items: [],
    generation: 0,
    kind: 'shared:iapp:global-installed-packages:installedpackagecollectionstate',
    selfLink: `${host}/mgmt/shared/iapp/global-installed-packages`,
  }),
  '/mgmt/tm/gtm/sync-status': globalSync,
  '/mgmt/tm/shared/bigip-failover-state': failoverState,
  '/mgmt/tm/shared/licensing/registration': () => ({
    vendor: 'Evenkeel',
    licensedVersion: bigipVersion,
    platformId: 'Z100',
    registrationKey: 'none',
    kind: 'tm:shared:licensing:registration:registrationlicensestate',
    selfLink: `${host}/mgmt/tm/shared/licensing/registration`,
  }),
  '/mgmt/cm/system/authn/providers/tmos': () => ({
    items: [],
    generation: 0,
    kind: 'cm:system:authn:providers:tmos:tmosauthprovidercollectionstate',
    selfLink: `${host}/mgmt/cm/system/authn/providers/tmos`,
  }),
};

export const factPaths: readonly string[] = Object.keys(facts);

export function sharedFact(path: string): Fact | undefined {
  return Object.hasOwn(facts, path) ? facts[path] : undefined;
}

function ownDevice(services: Services): EffectiveObject | undefined {
  const devices = services.store.view().list('cm device');
  return devices.find(({ properties }) => properties['self-device'] === 'true');
}

/** From the device's own `cm device`, and from the machine. */
function deviceInfo(services: Services): JsonObject {
  const self = ownDevice(services);
  const hostname = services.store.view().get('sys global-settings', '')?.properties['hostname'];
  const text = (name: string, preset: string): string => String(self?.properties[name] ?? preset);
  const { machine } = services;
  return {
    hostname: hostname ?? '',
    machineId: machine.id === '' ? text('hostname', '') : machine.id,
    halUuid: machine.id,
    hostMac: machine.mac,
    chassisSerialNumber: machine.id,
    mcpDeviceName: self?.name ?? '',
    managementAddress: text('management-ip', ''),
    address: text('management-ip', ''),
    baseMac: text('base-mac', machine.mac),
    physicalMemory: machine.memoryMegabytes,
    cpu: machine.cpuModel,
    platform: text('platform-id', 'Z100'),
    platformMarketingName: text('marketing-name', 'Evenkeel'),
    product: 'BIG-IP',
    version: bigipVersion,
    build: text('build', bigipBuild),
    edition: text('edition', 'Final'),
    restFrameworkVersion: bigipVersion,
    isClustered: false,
    isVirtual: true,
    generation: 0,
    lastUpdateMicros: 0,
    kind: 'shared:resolver:device-groups:deviceinfostate',
    selfLink: `${host}/mgmt/shared/identified-devices/config/device-info`,
  };
}

function users(services: Services, access: Access): JsonObject {
  const view = visibleView(services.store.view(), access, (id) => services.component(id));
  const names = view.names('auth user');
  return {
    items: names.flatMap((name) => userJson(services, name) ?? []),
    generation: names.length,
    kind: 'shared:authz:users:userscollectionstate',
    selfLink: `${host}/mgmt/shared/authz/users`,
  };
}

/** Undefined when there is no such user. */
export function userJson(services: Services, name: string): JsonObject | undefined {
  const properties = services.store.view().get('auth user', name)?.properties;
  if (properties === undefined) return undefined;
  return {
    name,
    displayName: properties.description ?? name,
    shell: properties.shell ?? 'none',
    generation: 1,
    kind: 'shared:authz:users:usersworkerstate',
    selfLink: `${host}/mgmt/shared/authz/users/${encodeURIComponent(name)}`,
  };
}

/** A worker's answer, without kind or link, as recorded. Global devices share by the same sync as all. */
function globalSync({ state, clock }: Services): JsonObject {
  const status = state.statistics('cm sync-status', undefined, '')?.['status'];
  return {
    big3dDateTime: new Date(clock.wallMilliseconds()).toISOString(),
    generation: 0,
    lastUpdateMicros: 0,
    syncing: status === 'Syncing',
  };
}

const pollMilliseconds = 3_600_000;

function failoverState(services: Services): JsonObject {
  const self = ownDevice(services);
  const fields = self === undefined ? {} : services.state.fields('cm device', undefined, self.name);
  return {
    failoverState: String(fields['failover-state'] ?? 'unknown'),
    isEnabled: true,
    nextPollTime: new Date(services.clock.wallMilliseconds() + pollMilliseconds).toISOString(),
    pollCyclePeriodMillis: pollMilliseconds,
    generation: 0,
    lastUpdateMicros: 0,
    kind: 'tm:shared:bigip-failover-state:bigipfailoverstate',
    selfLink: `${host}/mgmt/tm/shared/bigip-failover-state`,
  };
}

/** The table: every component, in the order of modules. */
import type { Component, ComponentId } from './types.ts';
import { absentComponents } from './absent.ts';
import { authPartition } from './auth/partition.ts';
import { authUser } from './auth/user.ts';
import {
  cmAddToTrust,
  cmConfigSync,
  cmDeviceInformation,
  cmWatchDevicegroupDevice,
  cmFailoverHistory,
  cmFailoverLease,
  cmFailoverPath,
  cmFailoverStatus,
  cmRemoveFromTrust,
  cmRotateCertificates,
  cmSyncStatus,
} from './cm/commands.ts';
import { cmDevice } from './cm/device.ts';
import { cmDeviceGroup } from './cm/device-group.ts';
import { cmIqueryTrust } from './cm/iquery-trust.ts';
import { cmTrafficGroup } from './cm/traffic-group.ts';
import { cmTrustDomain } from './cm/trust-domain.ts';
import { cmTrustRevocation } from './cm/trust-revocation.ts';
import { cmTrustExchange } from './cm/trust-exchange.ts';
import {
  gtmAdd,
  gtmBigipAdd,
  gtmExplain,
  gtmDnssecRollover,
  gtmIqdump,
  gtmIquery,
  gtmTap,
  gtmWhatIf,
} from './gtm/commands.ts';
import { gtmDatacenter } from './gtm/datacenter.ts';
import { gtmGeneral, gtmLoadBalancing, gtmMetrics } from './gtm/global-settings.ts';
import { gtmListener } from './gtm/listener.ts';
import { gtmMonitorBigip } from './gtm/monitor.ts';
import { gtmPoolA, gtmPoolAaaa } from './gtm/pool.ts';
import { gtmServer } from './gtm/server.ts';
import { gtmNameWideips, gtmWideipA, gtmWideipAaaa } from './gtm/wideip.ts';
import { gtmZoneRunnerCommands } from './gtm/zone-runner-commands.ts';
import {
  gtmZoneRunnerDnssecKey,
  gtmZoneRunnerTsigKey,
  gtmZoneRunnerView,
  gtmZoneRunnerZone,
} from './gtm/zone-runner.ts';
import { gtmRule } from './gtm/rule.ts';
import { gtmNamePools } from './gtm/pools-of-names.ts';
import {
  gtmDistributedApp,
  gtmLink,
  gtmMetricsExclusions,
  gtmProberPool,
  gtmRegion,
  gtmTopology,
} from './gtm/places.ts';
import { authSettings } from './auth/settings.ts';
import { authLoginServers } from './auth/login-servers.ts';
import { cliAliasPrivate, cliScript } from './cli/script.ts';
import { cliSettings } from './cli/settings.ts';
import { ltmAuth } from './ltm/auth.ts';
import { ltmDnssec } from './ltm/dnssec.ts';
import { ltmHtmlRules } from './ltm/html-rule.ts';
import { ltmLsn } from './ltm/lsn.ts';
import { ltmMatching } from './ltm/matching.ts';
import { ltmMessageRouting } from './ltm/message-routing.ts';
import { ltmHelperProfiles } from './ltm/profiles-helper.ts';
import { ltmQuicProfiles } from './ltm/profiles-quic.ts';
import { ltmSettings } from './ltm/settings.ts';
import { ltmState } from './ltm/state.ts';
import { gtmState } from './gtm/state.ts';
import { netIpsec } from './net/ipsec.ts';
import { netLinks } from './net/links.ts';
import { netRouting } from './net/routing.ts';
import { netShaping } from './net/shaping.ts';
import { netState } from './net/state.ts';
import { netSettings } from './net/settings.ts';
import {
  netAddressList,
  netArp,
  netDnsResolver,
  netFdbTunnel,
  netFdbVlan,
  netNdp,
  netPortList,
  netRoutingBgp,
  netServicePolicy,
  netTimerPolicy,
  netTrunk,
  netTunnel,
} from './net/stored.ts';
import { netTunnelProfiles } from './net/tunnel-profiles.ts';
import { absentFromSystem } from './sys/absent.ts';
import { sysCrypto } from './sys/crypto.ts';
import { sysStoredFiles } from './sys/file-kinds.ts';
import { sysHostState } from './sys/host-state.ts';
import { sysMasterKey } from './sys/master-key.ts';
import { cmCertificates, sysMachine } from './sys/machine.ts';
import { sysStoredClouds } from './sys/stored-clouds.ts';
import { sysStoredServices } from './sys/stored-services.ts';
import { sysConfig, sysUcs } from './sys/config.ts';
import { sysForeign } from './sys/foreign.ts';
import { sysOpaque } from './sys/opaque.ts';
import { securityStored } from './security/stored.ts';
import { sysHttpd } from './sys/httpd.ts';
import { sysSettings } from './sys/settings.ts';
import { sysSyslog } from './sys/syslog.ts';
import { sysStored } from './sys/stored.ts';
import { ltmCipherGroup, ltmCipherRule } from './ltm/cipher.ts';
import { ltmDataGroupExternal, ltmDataGroupInternal } from './ltm/data-group.ts';
import { ltmDnsCaches, ltmDnsNameserver, ltmDnsTsigKey, ltmDnsZone } from './ltm/dns.ts';
import { ltmDefaultNodeMonitor, ltmIfile } from './ltm/ifile.ts';
import { ltmPolicy, ltmPolicyStrategy } from './ltm/policy.ts';
import { ltmRule } from './ltm/rule.ts';
import { ltmNat, ltmSnat, ltmSnatTranslation, ltmTrafficClass } from './ltm/translation.ts';
import { ltmProbedMonitors } from './ltm/monitors-probed.ts';
import { ltmStoredMonitors } from './ltm/monitors-stored.ts';
import { ltmStoredPersistence } from './ltm/persistence-stored.ts';
import { ltmProtocolProfiles } from './ltm/profiles-protocols.ts';
import { ltmWebProfiles } from './ltm/profiles-web.ts';
import { gtmHostMonitors } from './gtm/monitors-of-hosts.ts';
import {
  ltmMonitorGatewayIcmp,
  ltmMonitorHttp,
  ltmMonitorHttps,
  ltmMonitorIcmp,
  ltmMonitorTcp,
} from './ltm/monitors.ts';
import { ltmNode } from './ltm/node.ts';
import { ltmPersistenceCookie, ltmPersistenceSourceAddr } from './ltm/persistence.ts';
import { ltmPool } from './ltm/pool.ts';
import { ltmProfileFastl4 } from './ltm/profile-fastl4.ts';
import { ltmProfileHttp } from './ltm/profile-http.ts';
import { ltmProfileOneConnect } from './ltm/profile-one-connect.ts';
import { ltmProfileClientSsl, ltmProfileServerSsl } from './ltm/profile-ssl.ts';
import { ltmProfileTcp } from './ltm/profile-tcp.ts';
import { ltmProfileUdp } from './ltm/profile-udp.ts';
import { ltmSnatpool } from './ltm/snatpool.ts';
import { ltmVirtualAddress } from './ltm/virtual-address.ts';
import { ltmVirtual } from './ltm/virtual.ts';
import { netInterface } from './net/interface.ts';
import { netRouteDomain } from './net/route-domain.ts';
import { netRoute } from './net/route.ts';
import { netSelf } from './net/self.ts';
import { netVlan } from './net/vlan.ts';
import { sysCommit, sysDatabase } from './sys/commit.ts';
import { sysDb } from './sys/db.ts';
import { sysDefaultFiles } from './sys/default-files.ts';
import { sysFileSslCert, sysFileSslKey } from './sys/file.ts';
import { sysFolder } from './sys/folder.ts';
import { sysGlobalSettings } from './sys/global-settings.ts';
import { sysProvision } from './sys/provision.ts';
import { sysDns, sysNtp } from './sys/services.ts';
import {
  cliVersion,
  sysClock,
  sysFailover,
  sysHardware,
  sysLicense,
  sysMcpState,
  sysReady,
  sysVersion,
} from './sys/state.ts';

export const components: readonly Component[] = [
  authPartition,
  authUser,
  ...authSettings,
  ...authLoginServers,
  cliAliasPrivate,
  cliScript,
  ...cliSettings,
  cliVersion,
  cmAddToTrust,
  ...cmCertificates,
  cmConfigSync,
  cmWatchDevicegroupDevice,
  cmDevice,
  cmDeviceGroup,
  cmDeviceInformation,
  cmFailoverHistory,
  cmFailoverLease,
  cmFailoverPath,
  cmFailoverStatus,
  cmIqueryTrust,
  cmRemoveFromTrust,
  cmRotateCertificates,
  cmSyncStatus,
  cmTrafficGroup,
  cmTrustDomain,
  cmTrustExchange,
  cmTrustRevocation,
  gtmAdd,
  gtmBigipAdd,
  gtmDatacenter,
  gtmDistributedApp,
  gtmExplain,
  gtmGeneral,
  gtmLoadBalancing,
  gtmMetrics,
  gtmMetricsExclusions,
  gtmIquery,
  gtmLink,
  gtmListener,
  gtmMonitorBigip,
  ...gtmHostMonitors,
  gtmPoolA,
  gtmPoolAaaa,
  ...gtmNamePools,
  gtmProberPool,
  gtmRegion,
  gtmRule,
  gtmServer,
  gtmTap,
  gtmDnssecRollover,
  gtmIqdump,
  gtmTopology,
  gtmWhatIf,
  gtmWideipA,
  gtmWideipAaaa,
  ...gtmNameWideips,
  ...gtmZoneRunnerCommands,
  gtmZoneRunnerDnssecKey,
  gtmZoneRunnerTsigKey,
  gtmZoneRunnerView,
  gtmZoneRunnerZone,
  ...gtmState,
  ...ltmAuth,
  ltmCipherGroup,
  ltmCipherRule,
  ltmDataGroupExternal,
  ltmDataGroupInternal,
  ltmDefaultNodeMonitor,
  ...ltmDnsCaches,
  ltmDnsNameserver,
  ...ltmDnssec,
  ltmDnsTsigKey,
  ltmDnsZone,
  ...ltmHtmlRules,
  ltmIfile,
  ...ltmLsn,
  ...ltmMatching,
  ...ltmMessageRouting,
  ltmMonitorGatewayIcmp,
  ltmMonitorHttp,
  ltmMonitorHttps,
  ltmMonitorIcmp,
  ltmMonitorTcp,
  ...ltmProbedMonitors,
  ...ltmStoredMonitors,
  ltmNat,
  ltmNode,
  ltmPersistenceCookie,
  ltmPersistenceSourceAddr,
  ...ltmStoredPersistence,
  ltmPolicy,
  ltmPolicyStrategy,
  ltmPool,
  ltmProfileClientSsl,
  ltmProfileFastl4,
  ltmProfileHttp,
  ltmProfileOneConnect,
  ltmProfileServerSsl,
  ltmProfileTcp,
  ltmProfileUdp,
  ...ltmHelperProfiles,
  ...ltmProtocolProfiles,
  ...ltmQuicProfiles,
  ...ltmWebProfiles,
  ltmRule,
  ...ltmSettings,
  ltmSnat,
  ltmSnatTranslation,
  ltmSnatpool,
  ...ltmState,
  ltmTrafficClass,
  ltmVirtual,
  ltmVirtualAddress,
  netAddressList,
  netArp,
  netDnsResolver,
  netFdbTunnel,
  netFdbVlan,
  netInterface,
  ...netIpsec,
  ...netLinks,
  netNdp,
  netPortList,
  netRoute,
  netRouteDomain,
  ...netRouting,
  netRoutingBgp,
  netSelf,
  netServicePolicy,
  ...netSettings,
  ...netShaping,
  ...netState,
  netTimerPolicy,
  netTrunk,
  netTunnel,
  ...netTunnelProfiles,
  netVlan,
  ...securityStored,
  sysClock,
  sysConfig,
  sysForeign,
  sysOpaque,
  sysUcs,
  sysCommit,
  sysDatabase,
  sysDb,
  sysDns,
  sysFailover,
  sysDefaultFiles,
  sysFileSslCert,
  sysFileSslKey,
  ...sysStoredFiles,
  sysFolder,
  sysGlobalSettings,
  sysHardware,
  sysLicense,
  sysMcpState,
  sysNtp,
  sysProvision,
  sysReady,
  ...sysCrypto,
  sysHttpd,
  ...sysSettings,
  sysSyslog,
  ...sysHostState,
  sysMasterKey,
  ...sysMachine,
  ...sysStored,
  ...sysStoredClouds,
  ...sysStoredServices,
  sysVersion,
  ...absentComponents,
  ...absentFromSystem,
];

const byId = new Map<ComponentId, Component>(
  components.map((component) => [component.id, component]),
);

export function componentById(id: ComponentId): Component | undefined {
  return byId.get(id);
}

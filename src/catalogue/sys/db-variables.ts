/**
 * The database variables of BIG-IP with their defaults: data, read by `db.ts`. A line `= travels range`
 * opens a group of variables with that range ("disable enable", "integer min:0 max:9"), and says whether
 * their values travel with the configuration; then one variable a line, and its default when it has one.
 * Taken from a recording of a device; texts of web pages left out.
 */
export const dbVariables = `
= false -1 10 180 20 30 300 60
ui.system.preferences.screenrefreshinterval -1
= true 1 1024 128 16 2 256 32 4 512 64 8
ipsec.reorderqdepth 1
= true 128 128k 16k 32k 64k
antserver.reply.cache.size 64k
= true Alert Critical Debug Emergency Error Info Notice Warning
acceleration.wam_assembly.loglevel Notice
acceleration.wam_bigdb.loglevel Notice
acceleration.wam_cache.loglevel Notice
acceleration.wam_event.loglevel Notice
acceleration.wam_log.loglevel Notice
acceleration.wam_mstor.loglevel Notice
acceleration.wam_mtags.loglevel Notice
acceleration.wam_parse.loglevel Notice
acceleration.wam_plugin.loglevel Notice
acceleration.wam_proxy.loglevel Notice
= false Alert Critical Debug Emergency Error Informational Notice Verbose Warning
log.clusterd.level Notice
log.csyncd.level Notice
log.evrouted.level Notice
log.guestagentd.level Informational
log.hostagentd.level Informational
log.hwpd.level Notice
log.istatsd.level Notice
log.lind.level Notice
log.pccd.level Notice
log.pfmand.level Informational
log.policy.level Informational
log.statusd.level Notice
log.vcmpd.level Informational
log.vxland.level Notice
= false Alert Critical Debug Emergency Error Informational Notice Warning
log.autodosd.level Error
log.dosl7.acy.level Notice
log.dosl7.all.level Notice
log.dosl7.bot.level Notice
log.dosl7.challenge.level Notice
log.dosl7.conf.level Notice
log.dosl7.datasync.level Notice
log.dosl7.main.level Notice
log.dosl7.misc.level Notice
log.dosl7.mobile.level Notice
log.dosl7.tcl.level Notice
log.fw_fqdn.level Notice
log.fw_nat.level Notice
log.mgmt_acld.level Informational
log.pkcs11d.level Error
log.pktclass.level Notice
log.rewrite.level Notice
log.sflow.level Notice
log.ssl.level Warning
log.tmm.level Notice
= true Alert Critical Debug Emergency Error Informational Notice Warning
log.accesscontrol.level Notice
log.accessperrequest.level Notice
log.apmacl.level Notice
log.auth.level Error
log.connector.level Error
log.duplicateaddress.level Warning
log.eca.level Notice
log.failover.level Informational
log.fix.level Notice
log.ftp.level Notice
log.ha.level Notice
log.halmsg.level Error
log.imap.level Error
log.isession.level Notice
log.libhal.level Notice
log.networkaccess.level Notice
log.pop3.level Error
log.rba.level Notice
log.service.level Error
log.smtps.level Error
log.sso.level Notice
log.swg.level Notice
log.tamd.level Error
log.ts.level Informational
log.webapplications.level Notice
tmm.dhcp.log.level Error
= true Allow Block Warning
security.minkeysize.level Warning
= true Brief Full
tmm.gpa.cec.log.detail Brief
= true Critical Debug Error Informational Notice Trace Warning
log.mdm.level Notice
log.vdi.level Notice
= false Critical Debug Error Informational Notice Warning
log.hclientd.level Notice
log.hornet.lib.level Notice
log.hornet.nest.level Notice
log.hornet.nestflowmanager.level Notice
log.hornet.nestupdater.level Notice
log.hornet.neuronupdater.level Notice
log.hornet.server.level Notice
log.hornet.textclient.level Notice
log.net.level Warning
= true Critical Debug Error Informational Warning
tmm.pem.log.level Critical
= false Critical Debug Error Notice Verbose Warning
log.bdosd.level Error
log.flowspecd.level Error
= false Debug Error Info
log.botd.level Info
log.iprep.level Info
= true Debug Error Informational
log.monpd.level Informational
= false Debug Error Informational Notice Trace Warning
log.devmgmt.level Informational
= false Debug Error Informational Notice Warning
log.antifraud.level Notice
log.arp.level Warning
log.deflate.level Error
log.gtp.level Error
log.http.level Error
log.map.level Notice
log.rules.level Informational
log.tunnel.level Notice
= true Debug Error Informational Notice Warning
log.adapt.level Error
log.bcm56xxd.level Informational
log.config.level Error
log.diameter.level Error
log.em.admin.level Notice
log.em.alert.level Notice
log.em.device.level Notice
log.em.file.level Notice
log.em.stats.level Notice
log.em.swim.level Notice
log.icap.level Error
log.ipfix.level Notice
log.ipfixirules.level Notice
log.ipsecalg.level Notice
log.ivs.level Error
log.lacpd.level Informational
log.lldpd.level Informational
log.lsn.level Error
log.lsnapi.level Error
log.mr.level Error
log.mrmqtt.level Error
log.mrsip.level Error
log.pcp.level Error
log.pptp.level Notice
log.sctp.level Warning
log.stpd.level Warning
log.tcpdump.level Notice
log.tftp.level Notice
log.tma.level Notice
log.wr_urldb.level Warning
= false Debug Error Informational Warning
log.dwbld.level Informational
log.sshplugin.level Informational
= false Debug Error Notice
log.httpsecurity.level Notice
= false Debug Informational Notice
log.layer4.level Notice
= true Debug Informational Notice
tmm.ipother.log.level Notice
= false Debug Informational Notice Warning
log.ip.level Warning
= true Debug Informational Notice Warning
log.dosprotect.level Warning
tmm.cec.log.level Warning
tmm.dpi.log.level Warning
tmm.gpa.cec.log.hsl_level Warning
tmm.gpa.cec.log.ignore_level Warning
tmm.gpa.log.level Warning
tmm.lib.urlcat.log.level Warning
tmm.protocol_inspection.log.level Warning
tmm.urlcat.log.level Warning
= true Hardware-enabled Software-only
tm.tcpudptxchecksum Hardware-enabled
= true IBPB0-IBRS0 IBPB0-IBRS1 IBPB0-IBRS2 IBPB1-IBRS0 IBPB1-IBRS1 IBPB1-IBRS2 IBPB2-IBRS0
kernel.ibpb_ibrs IBPB0-IBRS0
= false IP address
configsync.peeripaddr ::
hostname.ip.custom ::
statemirror.ipaddr ::
statemirror.peeripaddr ::
statemirror.secondary.ipaddr ::
statemirror.secondary.peeripaddr ::
= true IP address
nethsm.thales.rfsip ::
= false Integer
platform.cpu.fanspeed.threshold 0
platform.cpu.temperature.threshold 0
= true None Reboot ResetI2C Restart
switchboard.link.recoveryaction None
= true TCP UDP
tmm.gpa.cec.log.hsl_proto TCP
= true TCP-fingerprint User-Agent
tmm.pem.dtos.sampled.os.from User-Agent
= true accept discard reject
packetfilter.defaultaction accept
= true accept drop reject
tm.fw.defaultaction accept
= false active disabled legacy restricted unavailable
wam.cache.disk.status active
= false active forced_offline offline standby
failover.state offline
= true active passive
switchboard.failsafe.mode active
= false activedirectory apm-auth cert-ldap ldap local radius tacacs
systemauth.source local
= true adaptive latency ratio size softwareonly speed
compression.strategy speed
= false advanced basic
ui.system.preferences.advancedselection basic
= true afc slc
pccd.form.global afc
pccd.form.iapp afc
pccd.form.rtdom afc
pccd.form.selfip afc
pccd.form.virtual afc
= true after_head at_the_end
avr.cspm.inject.location at_the_end
= false agree disagree
failover.crcvalues agree
= false alert crit debug emerg err error info notice panic warn warning
log.mcpd.level notice
log.merged.level warning
log.statsd.level warning
= true alert crit debug emerg err error info notice panic warn warning
log.big3d.level notice
log.big3dshim.level notice
log.gtm.level notice
log.sdmd.level info
log.zrd.level notice
log.zxfrd.level notice
= true alert crit debug emerg err info none notice warning
avr.trafficcapture.external.syslogseverity info
= false alert crit debug emerg err info notice warning
log.keymgmtd.level notice
= true alert critical debug emerg error info none notice verbose warn
wocd.log.level info
= false alert critical debug1 debug2 debug3 debug4 debug5 emerg error info notice warning
dnscacheresolver.loglevel notice
= true all auth none vendor
tmm.diameter.application.enforce.capability.exchange.avps all
= false all disable enable verbose
config.auditing enable
= false all disable incoming outgoing
gtm.verbosemcpmessages disable
tmm.verbosemcpmessages disable
= true all down none
bigd.reportinitnodestate all
= true all get none post
antifraud.componentsvalidation.method post
= false all_tables public_tables
merged.merge public_tables
= true allow detect discard
tm.icsaicmpreplay allow
= true allow drop_connection drop_pkt reset
tm.simultaneousopen allow
= true allow_from deny none same_origin
apm.xframeoptions deny
= true always matching never
ucs.asm.traffic_data.load matching
= true always never when_awake
scheduler.hsbpollmode.ltm always
= true any unicast unicast-multicast
tm.allowethernetsourcetype unicast
= false arithmetic characters random
dosl7.captcha_challenge_type characters
= true assist dedicated full none
pva.acceleration full
= true auto manual
platform.fantray.speedcontrol auto
= true auto user
vlan.stpassignment auto
= true autoselectbest large medium
quickassist.compression.buffertype medium
= true balanced optimized
trunk.cluster.distribution optimized
= false base high none wide
mcpd.initialload wide
= false being-compiled being-deployed failed-compilation failed-deployment pccd-failed pending-compilation pending-deployment quiescent
pccd.status quiescent
= true between within
statemirror.clustermirroring within
= false blue green orange red yellow
ui.advisory.color green
= true broadcast failover none
config.auditing.forward.multiple none
= false busy fail quiescent
hwpd.status quiescent
= false change growth limit none
platform.diskmonitor.monitor._root_ limit
platform.diskmonitor.monitor.appdata limit
platform.diskmonitor.monitor.config limit
platform.diskmonitor.monitor.dev limit
platform.diskmonitor.monitor.dev_shm limit
platform.diskmonitor.monitor.run limit
platform.diskmonitor.monitor.shared limit
platform.diskmonitor.monitor.shared_rrd.1.2 limit
platform.diskmonitor.monitor.usr limit
platform.diskmonitor.monitor.var limit
platform.diskmonitor.monitor.var_log limit
platform.diskmonitor.monitor.var_loipc limit
platform.diskmonitor.monitor.var_prompt limit
platform.diskmonitor.monitor.var_tmstat limit
platform.diskmonitor.monitor.vmdisk limit
= false clear none print
tmm.umem.trace_log none
= true client reset server
dnsexpress.rrtcpclose server
= true color_level color_line no_color
acceleration.log.color no_color
= true complex simple
did.match_mode complex
= true config none strict syntax
rule.validation strict
= true console devnull
bigstart.childoutput console
= true continue terminate
tmm.pem.session.quota.gy.failurehandling terminate
= false cps throughput
d68.acceleration.strategy throughput
= false critical debug error informational notice warning
log.icr_eventd.level notice
= false custom mgmt statemirror
hostname.ip.mode mgmt
= false debug debug_msg deep_debug error info none
dynconfd.loglevel error
saspd.loglevel error
= true debug err error info trace warn warning
log.asm.asmconfig.level info
log.asm.asmconfigevent.level info
log.asm.asmconfigverbose.level info
log.asm.asmcrond.level info
log.asm.asmlogd.level info
log.asm.bdagent.level debug
log.asm.clustering.level info
log.asm.dos.level info
log.asm.other.level debug
= true debug error fatal info trace warn
capture.log_level info
log.nsyncd.level info
= true debug info notice warning
log.alertd.level notice
= false debug none
bd.loglevel none
tsconfd.loglevel none
= false debug none trace
icontrol.loglevel none
= true debug_lite debug_normal debug_verbose debug_verbose_remote error info warning
adm.logs.level info
= false default disabled enabled
vcmp.installer.use_vdisk_templates default
= true default software-reverify
tm.tcpudpiprxchecksum default
= true destmac srcdestip srcdestmac
trunk.internal.distribution srcdestip
= false device_list em_custom_lists em_device_list em_device_monitor_list em_task_list guest_list network_map performance statistics traffic virtual_servers welcome wide_ips
ui.system.preferences.startscreen welcome
= false dhcpv4 dhcpv6 disable enable
dhclient.mgmt enable
= false disable enable
afm.portmisuse enable
alertd.lcdwarn enable
asm.fastl4_allow disable
avr.requestcache enable
bcm56xxd.hybridfwdmode disable
boot.netreboot disable
boot.quiet enable
configsync.copyonswitch disable
connection.autolasthop enable
connection.vlankeyed enable
ddm.bcm56xxd.enable disable
did.test_fp_requests disable
dns.queuing enable
dosl7.cs_encode enable
dosl7.cs_encrypt disable
dosl7.fastl4_allow disable
dosl7.test disable
failover.activemode disable
failover.forceactive disable
failover.forceoffline disable
failover.forcestandby disable
failover.network disable
failover.packetcheck enable
failover.packetchecklog enable
failover.selinuxallowscripts disable
failover.usetty01 enable
geolocation.preload enable
gtm.coredump enable
gtm.debugprobelogging disable
gtm.onetimeautoconfig disable
icsa.forceadminpacketlogging disable
iprep.autoupdate enable
ipsec.icsaforceipfrag disable
ipsec.icsalogrejectedesp disable
ipsec.if.checkpolicy enable
ipsec.ivchaining disable
ipsec.lookupspi enable
ipsec.passesp enable
lcd.showmenu enable
led.locator disable
liveinstall.checksig disable
liveinstall.longmode enable
liveinstall.moveconfig enable
liveinstall.movelicense enable
liveinstall.saveconfig enable
liveinstall.savelicense enable
log.ipfix.display_info disable
log.lsn.session.destination disable
log.mcpd.timing disable
mcpd.validation.fqdn enable
mgmt.autolasthop enable
mode.maint disable
neurond.debug.driver disable
neurond.debug.force_nsp_rsp disable
neurond.debug.i2c disable
neurond.debug.ilk disable
neurond.debug.lookup disable
neurond.debug.lookup_force disable
neurond.debug.mcp disable
neurond.debug.mpde disable
neurond.debug.no_keepalive disable
neurond.debug.no_nsp_keepalive disable
neurond.debug.rule_add disable
neurond.debug.rule_del disable
neurond.debug.rule_move disable
neurond.debug.rule_sort disable
neurond.debug.sanity disable
neurond.debug.sanity_light disable
service.ssh enable
snat.anyipprotocol disable
snmp.daemon enable
softpva.ipv4 disable
softpva.ipv6 disable
statemirror.state enable
tamd.crldp.nosignature disable
tamd.crldp.nullcrl disable
tm.acceptipoptions disable
tm.acceptipsourceroute disable
tm.allowigmprouteralert enable
tm.allowipsourceroute disable
tm.pathmtudiscovery enable
tm.tcp.enforce.tcp enable
tm.tcp.enforcepathmtu disable
tm.tcp.oc.proxymss disable
tm.tcpinitwinafterxon enable
tm.tcpmemorypressure enable
tm.tcpmptcpdebugenabled disable
tm.tcpmptcpdiagenabled disable
tm.tcpmptcpenabled enable
tm.tcpmptcpselectivertx disable
tm.tcpmptcptokensync enable
tm.tcpprogressive.autobuffertuning disable
tm.tcpprogressive.burstcontrol disable
tm.tcpsendrandomtimestamp disable
tm.tcpsendsynackmssalways enable
tm.tcpslowstartafteridle enable
tm.tcptimestampmirror enable
tm.tcpwoodsidefasterrecovery disable
tmm.sctp.program_forwarding_flows enable
tmm.sctp.redirect_packets enable
tmm.umem.trace disable
trunk.internal.ffp enable
ui.logaccess.accelerationpolicyeditor disable
ui.logaccess.applicationeditor disable
ui.logaccess.applicationsecurityadmin disable
ui.logaccess.applicationsecurityeditor disable
ui.logaccess.certificatemanager disable
ui.logaccess.firewallmanager disable
ui.logaccess.fraudprotectionmanager disable
ui.logaccess.guest disable
ui.logaccess.irulemanager disable
ui.logaccess.manager disable
ui.logaccess.operator disable
ui.logaccess.usermanager disable
users.strictpasswords enable
wam.use.also.if.none.match disable
watchdog.state enable
= true disable enable
admdb.debug.traffic.sample disable
ah.lookupip disable
alertd.nokia.alarm disable
antifraud.autotransactions.parameternameintegrity disable
antifraud.closefakeconnection enable
antifraud.forensic.showgui disable
antifraud.injectplainjson disable
antifraud.injectsecurechannelcontext disable
antifraud.internalconfig.flag1 disable
antifraud.internalconfig.flag2 disable
antifraud.internalconfig.flag3 disable
antifraud.loadjavascriptasync disable
antifraud.riskengine.reportlogins disable
antifraud.riskengine.reportrequests disable
antifraud.srcintegrity.lowseverityalerts enable
antserver.reply.cache.enable enable
apm.ldap.autoescape enable
apm.rotatesessionid enable
arp.addreciprocal enable
arp.proxyarpusesselfmac disable
arp.proxygratuitousreplies disable
avr.addrandomdelaybeforesnapshot disable
avr.collectonlyhostnamefromuri disable
avr.dosl7.parse_path_info disable
avr.gui.widgets.sync enable
avr.includeserverinuri disable
avr.monpdloaderindicator disable
avr.purple.collectors.dns enable
avr.purple.collectors.http_main enable
avr.purple.collectors.ssl_orchestrator_reporting enable
avr.purple.collectors.tcp_reporting enable
avr.purple.limit_entities_per_vip disable
bcm56xxd.hgmaclearning enable
bcm56xxd.hgvlan_check_disable disable
bcm56xxd.vwire.4kvlans disable
bigd.adaptive.tmstat disable
bigd.debug disable
bigd.debug.timing disable
bigd.debug.timingstats disable
bigd.ipv4externaddr disable
bigd.lognodestatuschange disable
bigd.mgmtroutecheck disable
bigd.reusesocket enable
bigd.tmm disable
bigstart.logging disable
botdefense.cshui_cscloud_enabled disable
botdefense.support_http2_proxy disable
bwc.dist enable
bwc.dynamic.proxybuffering enable
bwc.iflow.fairness disable
bwc.policy enable
bwc.static.proxybuffering enable
bwc.tc enable
bwc.trace disable
capture.delete_after_send enable
capture.premonitor.asm_brute_force_attack disable
capture.premonitor.asm_web_scraping_attack disable
capture.premonitor.dosl7_attack disable
capture.send disable
capture.ssl_modify_ciphers enable
capture.tcpdump enable
capture.trigger.asm_brute_force_attack disable
capture.trigger.asm_web_scraping_attack disable
capture.trigger.dosl7_attack disable
compression.adaptive.allownullcompression disable
compression.allowproviderselectiondeferral enable
compression.reselect.provider enable
config.allow.rfc3927 disable
config.auditing.truncate disable
configsync.allowmanagement disable
connection.dsrsynfloodprotect disable
crypto.ha enable
crypto.hwacceleration enable
datasync.core_dump_on_sigabrt disable
datasync.del_old_update_files enable
datasync.extract_update_files enable
datasync.generated_data_sync enable
datasync.gzip enable
datasync.gzip_fpm disable
datasync.ignore_installed_updates.clntcap disable
datasync.ignore_installed_updates.fps_engine disable
datasync.ignore_installed_updates.fps_signatures disable
datasync.inline_scripts disable
datasync.offline_until_devices_ack disable
datasync.save_config_after_change enable
datasync.update_clntcap_from_factory enable
datasync.update_engine_from_factory enable
datasync.update_file_gen_profile enable
datasync.update_file_report disable
datasync.update_signatures_from_factory enable
datasync.use_mcp_for_update_files enable
debug.afm.shun.notify_peers enable
debug.afm.shun.persistence disable
diameter.allowemptyorigin disable
did.always_refresh disable
did.anchors_must_match_query enable
did.use_browser_local_storage enable
dns.cache disable
dns.dns64statsincludecache disable
dns.udptruncate enable
dos.behavioral.analysis enable
dosl7.assume_https disable
dosl7.captcha_case_sensitivity disable
dosl7.cs_validate_ip enable
dosl7.cscloud_enabled disable
dosl7.efoxy_cookie enable
dosl7.efoxy_local_storage enable
dosl7.efoxy_websql enable
dosl7.efoxy_window_name enable
dosl7.geolocation_drop_private_ips disable
dosl7.idle_fast_path enable
dosl7.proactive_defense_simple_redirect enable
dosl7.proactive_defense_simple_redirect_on_grace enable
dosl7.proactive_defense_validate_ip enable
dosl7.report_acy_perf disable
dosl7.sign_embeded_script disable
dosl7.use_secure_cookies disable
dosl7d.force_core_on_sigabrt disable
dosl7d.grafana_report disable
dosl7d.grafana_report_top_only enable
dosl7d.publish_custom_message disable
dosl7d.shun_list enable
dosl7d.static_uri_protection enable
dosl7d.tcpdump_rstcause disable
failover.debug disable
failover.debugsteadystate disable
failover.manfailback disable
failover.mirrorl4pkts disable
failover.printpeerstate enable
failover.rebootviasod enable
failover.secure disable
failover.vlanfailsafe.standbynoaction disable
fw_nat.source.translation.proxy_arp enable
gre.lookupip disable
gtm.loadlinkcost disable
gtm.querylogging disable
gtm.wideiptoporandom disable
icontrol.dtdparsing disable
icontrol.forcesessions disable
icontrol.webrootenforcement disable
ipproto.lookupip disable
ipsec.aesgmacinterop disable
ipsec.lookupip disable
ipsec.proxymode disable
ipsec.removeredundantsa disable
iptunnel.configsync enable
iptunnel.csumoffload enable
iptunnel.macaddr_per_tunnel disable
iptunnel.transparent.flow.allocate enable
iptunnel.v6rd.antispoofing disable
isession.control.ipsec disable
isession.ctrl.apm enable
kernel.iommu disable
kernel.pti enable
liveupdate.autodownload enable
log.access.db enable
log.access.syslog enable
log.access.tmm.async enable
log.antifraud.datasync disable
log.antifraud.request disable
log.antifraud.response disable
log.antifraud.sessiondb disable
log.clusterd.stdout disable
log.csyncd.stdout disable
log.evrouted.stdout disable
log.lind.stdout disable
log.lsn.comma disable
log.lsn.inbound disable
log.lsn.session.end disable
log.lsn.session.start enable
log.pfmand.stdout disable
log.sdmd.stdout disable
log.vcmpd.stdout disable
nsh.demodebug disable
nsh.enable enable
nsh.ingresscheck disable
nsh.vxlangpe.innermac.replace enable
packetfilter disable
packetfilter.allow.arp enable
packetfilter.allow.important.icmp enable
packetfilter.defaultlog disable
packetfilter.sendicmperrors disable
pccd.overlap.check enable
persist.destaddrcarpipport disable
persist.srcaddrcarpipport disable
pfmand.healthstatus disable
platform.chassis.lcd enable
platform.diskmonitor.state enable
platform.powersupplymonitor enable
provision.1nicautoconfig enable
provision.sadc disable
pva.fix.lowlatency disable
pva.fwdaccel disable
ramcache.gzipconsolidate enable
rateshaper.cmpdivide enable
riskengine.status disable
route.metrics.mtu enable
security.cabundledownload enable
security.cloud_services.allow disable
service.cloudinit enable
snat.hosttraffic disable
snmp.bigiptraps enable
snmp.v1.enabled enable
snmp.v2.enabled enable
ssl.fallback_scsv enable
ssl.outerrecordtls1_0 enable
ssl.renegotiatewithinitialclienthello disable
statemirror.mirrorsessions enable
statemirror.secure disable
statemirror.verify disable
switchboard.bcm5692_a1_fe_ipg_fix enable
switchboard.buffer.ingress.pgdynamic disable
switchboard.failsafe enable
switchboard.wred disable
tm.allowmulticastl2destinationtraffic disable
tm.blackholeunreachable disable
tm.clonel2higigcontrol enable
tm.dsrlocalencap disable
tm.dupsynenforce enable
tm.enforcepathmtu enable
tm.expirenatondelete disable
tm.fastl4_ack_mirror enable
tm.fastl4_ignore_sctp_zero_checksum disable
tm.fastl4_mirroring_taciturn disable
tm.fastl4_rst_on_icmp enable
tm.fw.defaultrule.log disable
tm.fw.globaldefaultrule.log disable
tm.fw.stageddefaultrule.log disable
tm.fw.stagedglobaldefaultrule.log disable
tm.icsastricttcpforwarding disable
tm.monitorencap disable
tm.pathmtudontfragoverride disable
tm.rstcause.log disable
tm.rstcause.pkt disable
tm.strongipid disable
tm.sweeper.flow.acl enable
tm.sweeper.flow.del.dist disable
tm.sweeper.flow.ipint enable
tm.tcpallowinsecurerst disable
tm.tcplargereceivecompact enable
tm.tcplargereceiveoffload enable
tm.tcpsegmentationoffload enable
tmm.access.auta disable
tmm.access.logouturlrefererheadercheck disable
tmm.access.policytrace disable
tmm.classallocatemetadata enable
tmm.coredump enable
tmm.gpa.datagroup disable
tmm.gradualfileloadadjust enable
tmm.hsb.txpause enable
tmm.http.passthru.invalid_content_length disable
tmm.http.rfc_cookies enable
tmm.http.tcl.validation enable
tmm.lb.wlcoffset disable
tmm.lognonsessionpackets disable
tmm.mpifailsafe enable
tmm.pem.actions.steering.response enable
tmm.pem.irule.action.error.abort disable
tmm.pem.rancon.towerid.enabled disable
tmm.pem.session.delete.if.max.ipaddr.per.class.exceeded enable
tmm.pem.session.dropped.flow.count disable
tmm.pem.session.multiple.ip.stats.enabled enable
tmm.pem.session.provisioning.continuous enable
tmm.pem.session.quota.reject.ignore enable
tmm.returnmemory disable
tmm.ssl.alwaysstaple disable
tmm.ssl.certlifespaninhours disable
tmm.ssl.closerevoked disable
tmm.ssl.cn.shunt enable
tmm.ssl.loggingcreatedcerts disable
tmm.ssl.servercert_softval disable
tmm.switchboard.rxbusy disable
tmm.urldb.no.ip disable
tmm.validate disable
tmm.verbose disable
tmm.verbosecmp disable
tmm.vlantxfilter enable
tmm.wlite enable
tmm.wlite.pinning disable
tmrouted.tmos.routing disable
ucs.asm.traffic_data.save enable
vcmp.guest.console.logging disable
vcmpd.fake_qemu disable
vlangroup.flow.allocate enable
vlangroup.forwarding.override enable
vpn.logstats disable
= true disable enable first
packetfilter.established disable
= true disable enable forced_disable forced_enable
provision.1nic disable
= true disable enable monitor
switchboard.l2.mitigation monitor
= true disable enable pfc
bcm56xxd.lossless.mode disable
= false disable tmsh
users.remoteconsoleaccess disable
= true disabled dynamic firstMatch static
tmm.pem.session.quota.provision dynamic
= true disabled enabled
configsync.hotfixversionmatch disabled
= false diskmgmt none reboot
provision.action none
= true drop reset
adm.mitigation.accelerated.signatures.drop.mode drop
= true erase passthrough reject
tmm.http.cookie.decrypt.policy erase
= true failover go-offline-downlinks go-offline-downlinks-restart none reboot restart-all
crypto.ha.action go-offline-downlinks
= false failover_abort_tm go_offline go_offline_abort_tm reboot restart_all
switchboard.failsafe.action go_offline_abort_tm
= false failsafe-fault monitor-fault none
failover.substate none
= false false true
afm.activerules.disablesearchforall false
afm.inlineruleeditor true
appiq.config.innetwork false
avr.collapseasmhttpstat false
avr.ecmenabled false
avr.trafficcapture.internal.enabled true
bigd.hostlookup false
bigpipe.displayhostnames false
bigpipe.displayservicenames true
bigpipe.hostnamelookup false
cluster.primary false
clustered.environment false
clustermbr.offlineondisable true
configsync.peertimeoutofsync false
fad.ignoreresult false
failover.isredundant false
failover.linksup false
httpagents.realserver.log false
httpagents.wmi.log false
httpsecurity.avrstatenabled true
httpsecurity.uselastxff false
ipsec.disablepfs false
license.allowea true
license.ignorecrc false
license.operational false
license.servicecheckdateok true
mcpd.baseconfigloaded false
mcpd.mvenabled false
merged.correlateprocess.enable true
merged.snapshots true
mode.master false
mysqlhad.debug false
provision.enforce true
provision.initialized false
provision.noautoreboot false
provision.pending false
pva.offload.uniflow false
pvasyncookies.enabled true
scheduler.busypoll false
scheduler.dynamicsleepduration.ltm true
scheduler.enableschedpause.ltm false
scheduler.splitplanes.asmopt true
scheduler.splitplanes.ltm true
scheduler.usertc.ltm false
security.configexport false
setup.run true
snmp.snmpdca.log false
systemauth.fallback.remotetolocal false
tm.continuematching false
tm.macmasqaddr_per_vlan false
tm.portfind.threshold.warning true
tm.rejectunmatched true
tmm.ffwd.enable true
tmm.http.uselastxff false
tmui.system.setup.network.canconfigureexternal true
tmui.system.setup.network.canconfigureha true
tmui.system.setup.network.canconfigureinternal true
tmui.system.setup.network.canconfiguretrust true
tmui.system.setup.network.configsync.choice true
tmui.system.setup.network.failover.choice true
tmui.system.setup.network.failover.method.choice true
trust.configupdatedone false
ucs.platformcheck true
ucs.resettrust false
ui.advisory.enabled false
ui.is24hour false
ui.statistics.modulestatistics.dnsdelivery.persistencerecords false
ui.statistics.modulestatistics.dnsgslb.persistencerecords false
ui.statistics.modulestatistics.localtraffic.persistencerecords false
ui.system.preferences.displayhostnameswhenpossible false
ui.users.redirectsuperuserstoauthsummary false
ui.wom.quickstart false
vcmp.mgmt.allow_host_guest_communication true
vcmp.mgmt.allow_tagged_traffic false
vcmp.mgmt.allow_vlan_1_tagged_traffic false
vcmp.mgmt.enable_hnet true
vcmp.mgmt.guest_source_ip_checks true
vcmp.mgmt.guest_source_mac_checks true
vcmp.scheduler.allow_splitplanes true
vcmp.scheduler.hrtimer false
ve.scheduler.splitplanes false
= true false true
antifraud.disableserversidessl.alert true
antifraud.disableserversidessl.cloudservice true
antifraud.disableserversidessl.rules true
antifraud.quirkssupport false
antifraud.rsadecryption.synchronous false
antifraud.securemsgenforceip true
antifraud.strippathparameters true
antifraud.uselastxff false
apm.apd.conncrtl true
asm.brute_force_bypass_non_qualified_url false
asm.strip_asm_cookies true
asmconffailure.enabled true
autoscale.samezoneonly false
avr.send.configuration.to.offbox false
avr.update.vip.app.table false
avr.upgrade.enabled true
bigd.resettransparent true
bigd.simulatepings false
botdefense.disable_cache_upon_injection false
ccdb.allow.edge.jpegxr false
clusterd.communicateovertmmbp true
dag.enabledagv2 true
dnsexpress.dbwritensd false
dnsexpress.dumpastext false
dnsexpress.includeds false
dnsexpress.minimalresponse false
dnsexpress.persisthugepages false
dnsexpress.rrperzonestats true
dnsexpress.xfrjitter false
dnssec.signaturecachensec3 true
dos.allvlans true
dos.auto.threshold.learnalways true
dos.debug.noneuron.wl false
dos.dns.respfrag.allow true
dos.dropv4mapped false
dos.forceswdos false
dos.globalsflimits true
dos.ipv6.swexthdr true
dos.spvabl.checkdynamicwl true
failover.vlanfailsafe.resettimeronanyframe false
httpagents.stripipv6mappedipv4 true
ipv6.enabled true
ipv6.strictcompliance false
isession.controlconnection.lock false
isession.dedup.wirecheck true
l4bdos.netflow.disable.selective.bins false
lacpd.refport.stick true
log.sweeper.activation.enabled true
logpublisher.atomic true
logpublisher.logstash_rfc5424_fix false
mcpd.restrictsecondary true
mgmt_acld.disable_ifmap false
mgmt_acld.ucase_dom false
mgmt_acld.use_debug_timeouts false
mysqldfailure.enabled true
pccd.alwaysfromscratch false
pccd.perpolicycompilation true
pccd.rule.debug false
platform.disklatency.enabled true
pva.reoffload.exponential true
pva.validatetcpseqinicmp true
restjavad.useextramb false
scrubber.counthwdrop false
security.commoncriteria false
security.fips140.compliance false
sshplugin.allow_return_auth_success_for_auth_none_request false
sshplugin.enable_3des_and_blowfish_ciphers false
ssl.tls12.ios5 false
systemauth.disablebash false
systemauth.disableduserhardening.lock false
systemauth.disableduserhardening.shell false
systemauth.disablelocaladminlockout false
systemauth.disablemanualunlock false
systemauth.disablerootlogin false
systemauth.nolocalonly false
tm.fw.log.action.acceptdecisiveasaccept false
tm.fw.log.syslogrfc5424.customfields false
tm.tcpforwardchecksumadjust false
tmm.ce.statsuppressed false
tmm.cec.classifier.abr.enable false
tmm.cec.classifier.asme.enable true
tmm.cec.classifier.bittorrent.enable true
tmm.cec.classifier.dfa.enable true
tmm.cec.classifier.dns.enable true
tmm.cec.classifier.ftp.enable true
tmm.cec.classifier.http.enable true
tmm.cec.classifier.http2.enable true
tmm.cec.classifier.ixe.enable false
tmm.cec.classifier.openvpn.enable true
tmm.cec.classifier.quic.enable true
tmm.cec.classifier.rtmp.enable true
tmm.cec.classifier.rtsp.enable true
tmm.cec.classifier.sip.enable true
tmm.cec.classifier.skype.enable true
tmm.cec.classifier.ssl.enable true
tmm.cec.classifier.ssl_training.enable false
tmm.cec.classifier.ssl_training.log.stats false
tmm.cec.classifier.stun.enable true
tmm.gpa.behavioranalysis true
tmm.gpa.cec.behavioral.ignore_low_ports false
tmm.gpa.cec.enable true
tmm.gpa.cec.fast_rtmp_e.enabled false
tmm.gpa.cec.flow_bundling.enable true
tmm.gpa.cec.flow_bundling.l4.behavioral.enable true
tmm.gpa.classification.enable true
tmm.gpa.ixe.enable true
tmm.gpa.optimization true
tmm.gpa.transactional true
tmm.gpa.urlcat true
tmm.gpa.urlcat.cloud.only false
tmm.gpa.urlcat.customdb.only false
tmm.gpa.urlcat.no.cloud false
tmm.http.oc.droponerror true
tmm.http2.sendrstwhy false
tmm.pem.cppe.timeintervalreportonzerovolume false
tmm.pem.diameter.application.ignoreunsupportedmandatoryavps true
tmm.pem.diameter.application.silentdelete.prov.error.sessions false
tmm.pem.diameter.application.trigger.delete.onpeer.failure true
tmm.pem.session.actions.apply.onlylowprecedence false
tmm.pem.session.endpointimmediatedelete true
tmm.pem.session.gx.reporting.disable.afterthreshold true
tmm.pem.session.gx.reporting.immediate false
tmm.pem.session.policy.installunknown true
tmm.pem.session.ppe.recreate.afterpeerfailure false
tmm.pem.srdb.enable true
tmm.pem.static.subscriber.ppe.lookup.enabled true
tmm.sessiondb.match_ha_unit true
tmm.sessiondb.table_cmd_timeout_override false
tmm.ssl.extmsenabled true
tmm.urlcat.no_db_limit false
ui.advancedsearch false
urldb.masterdb.index.building false
urldb.rtsudb.index.building false
vcmp.guest.deprecate_legacy_vlans false
ve.ndal.pkt_trace false
wom.discovered.autosave true
zxfrd.dependency.named true
= false fast_merge slow_merge
merged.method fast_merge
= true fifo poll
bcm56xxd.l2xmsg.mode fifo
= true file telnet
vcmp.guest.console telnet
= false global unique vmw-compat
vlan.macassignment unique
= true go_offline go_offline_downlinks no_action restart_all
asmconffailure.haaction.primary restart_all
asmconffailure.haaction.secondary go_offline
= true go_offline no_action restart restart_all
mysqldfailure.haaction.primary restart_all
mysqldfailure.haaction.secondary go_offline
= true hardware software
connection.syncookies.algorithm hardware
= true high low medium
avr.stats.aggregation medium
= false high normal
arp.priority normal
ipv6.nbr.priority normal
= false hrsleep poll rtc usleep
tmplugin.scheduler poll
= false http https
proxy.protocol http
= false in-progress none sync-failure sync-success
tmrouted.tmos.routing.status none
= true inner outer
cmp.hash.tunnel outer
qinq.cos outer
= false integer
platform.diskmonitor.freelast._root_ 0
platform.diskmonitor.freelast.appdata 0
platform.diskmonitor.freelast.config 0
platform.diskmonitor.freelast.dev 0
platform.diskmonitor.freelast.dev_shm 0
platform.diskmonitor.freelast.run 0
platform.diskmonitor.freelast.shared 0
platform.diskmonitor.freelast.shared_rrd.1.2 0
platform.diskmonitor.freelast.usr 0
platform.diskmonitor.freelast.var 0
platform.diskmonitor.freelast.var_log 0
platform.diskmonitor.freelast.var_loipc 0
platform.diskmonitor.freelast.var_prompt 0
platform.diskmonitor.freelast.var_tmstat 0
platform.diskmonitor.freelast.vmdisk 0
platform.diskmonitor.time._root_ 0
platform.diskmonitor.time.appdata 0
platform.diskmonitor.time.config 0
platform.diskmonitor.time.dev 0
platform.diskmonitor.time.dev_shm 0
platform.diskmonitor.time.run 0
platform.diskmonitor.time.shared 0
platform.diskmonitor.time.shared_rrd.1.2 0
platform.diskmonitor.time.usr 0
platform.diskmonitor.time.var 0
platform.diskmonitor.time.var_log 0
platform.diskmonitor.time.var_loipc 0
platform.diskmonitor.time.var_prompt 0
platform.diskmonitor.time.var_tmstat 0
platform.diskmonitor.time.vmdisk 0
= false integer min:-1 max:100
scheduler.idleenforcercue.ltm -1
= false integer min:-1 max:1000
merged.istats.merge.interval 10
merged.merge.interval 1
= false integer min:-1 max:1000000
scheduler.idleenforcerhaltus.ltm -1
scheduler.idleenforceryieldus.ltm -1
= false integer min:-1 max:10000000
scheduler.maxsleepduration.ltm -1
scheduler.minsleepduration.ltm -1
= false integer min:-1 max:16384
wam.cache.smallobject.threshold -1
= false integer min:-1 max:2147483647
gtm.peerinfolocalid -1
= true integer min:-1 max:2147483647
tm.maxipfragpkts 4096
= false integer min:-1 max:7
arp.vlanpriority -1
ipv6.nbr.vlanpriority -1
= false integer min:-1 max:8192
scheduler.rtcfrequency.ltm -1
= false integer min:-1 max:86400
scheduler.resetstatsfrequency.ltm -1
= true integer min:-1 max:86401
saspd.gwmdowndelay 30
= false integer min:-20 max:19
tmplugin.splitplanes.nice 0
= false integer min:0 max:1
ecm.tm.compression 0
ecm.tm.customcert 0
ecm.tm.ssl 0
= true integer min:0 max:1
adm.block.enable 0
adm.enable 0
adm.record.cloud 0
adm.record.stats 0
adm.record.traffic 0
adm.signature.sampling 1
apm.oauth.sqlcompressionlevel 1
= true integer min:0 max:10
adm.log.level 0
apm.ad.kdclockout 0
configsync.timesyncthreshold 3
= false integer min:0 max:100
log.alertapmaccessthreshold 75
log.alertapmconnectivitythreshold 75
log.alertapmurlflimitedthreshold 75
log.alertapmurlfthreshold 75
log.alertbwthreshold 75
platform.diskmonitor.growthalert._root_ 5
platform.diskmonitor.growthalert.appdata 5
platform.diskmonitor.growthalert.config 5
platform.diskmonitor.growthalert.dev 5
platform.diskmonitor.growthalert.dev_shm 5
platform.diskmonitor.growthalert.run 5
platform.diskmonitor.growthalert.shared 5
platform.diskmonitor.growthalert.shared_rrd.1.2 5
platform.diskmonitor.growthalert.usr 5
platform.diskmonitor.growthalert.var 3
platform.diskmonitor.growthalert.var_log 5
platform.diskmonitor.growthalert.var_loipc 5
platform.diskmonitor.growthalert.var_prompt 5
platform.diskmonitor.growthalert.var_tmstat 5
platform.diskmonitor.growthalert.vmdisk 5
platform.diskmonitor.limitalert._root_ 3
platform.diskmonitor.limitalert.appdata 20
platform.diskmonitor.limitalert.config 20
platform.diskmonitor.limitalert.dev 20
platform.diskmonitor.limitalert.dev_shm 20
platform.diskmonitor.limitalert.run 20
platform.diskmonitor.limitalert.shared 20
platform.diskmonitor.limitalert.shared_rrd.1.2 20
platform.diskmonitor.limitalert.usr 20
platform.diskmonitor.limitalert.var 20
platform.diskmonitor.limitalert.var_log 10
platform.diskmonitor.limitalert.var_loipc 20
platform.diskmonitor.limitalert.var_prompt 20
platform.diskmonitor.limitalert.var_tmstat 20
platform.diskmonitor.limitalert.vmdisk 25
platform.diskmonitor.limitwarn._root_ 5
platform.diskmonitor.limitwarn.appdata 30
platform.diskmonitor.limitwarn.config 30
platform.diskmonitor.limitwarn.dev 30
platform.diskmonitor.limitwarn.dev_shm 30
platform.diskmonitor.limitwarn.run 30
platform.diskmonitor.limitwarn.shared 30
platform.diskmonitor.limitwarn.shared_rrd.1.2 30
platform.diskmonitor.limitwarn.usr 30
platform.diskmonitor.limitwarn.var 40
platform.diskmonitor.limitwarn.var_log 20
platform.diskmonitor.limitwarn.var_loipc 30
platform.diskmonitor.limitwarn.var_prompt 30
platform.diskmonitor.limitwarn.var_tmstat 30
platform.diskmonitor.limitwarn.vmdisk 40
provision.cpu.afm 0
provision.cpu.am 0
provision.cpu.apm 0
provision.cpu.asm 0
provision.cpu.avr 0
provision.cpu.dos 0
provision.cpu.em 0
provision.cpu.fps 0
provision.cpu.gtm 0
provision.cpu.host 0
provision.cpu.ilx 0
provision.cpu.lc 0
provision.cpu.ltm 0
provision.cpu.pem 0
provision.cpu.sslo 0
provision.cpu.swg 0
provision.cpu.tam 0
provision.cpu.tmos 10
provision.cpu.urldb 0
provision.cpu.vcmp 0
provisioned.cpu.afm 0
provisioned.cpu.am 0
provisioned.cpu.apm 0
provisioned.cpu.asm 0
provisioned.cpu.avr 0
provisioned.cpu.dos 0
provisioned.cpu.em 0
provisioned.cpu.fps 0
provisioned.cpu.gtm 0
provisioned.cpu.host 0
provisioned.cpu.ilx 0
provisioned.cpu.lc 0
provisioned.cpu.ltm 0
provisioned.cpu.pem 0
provisioned.cpu.sslo 0
provisioned.cpu.swg 0
provisioned.cpu.tam 0
provisioned.cpu.tmos 10
provisioned.cpu.urldb 0
provisioned.cpu.vcmp 0
scheduler.hsblowlatencyborder.ltm 20
vpn.packetdropperiod 5
= true integer min:0 max:100
adm.mitigation.greylist.expire.time.jitter 40
adm.mitigation.greylist.global.ratio 5
adm.mitigation.vs.global.ratio 95
logcheck.alertthres 90
logcheck.warnthres 80
logrotate.logage 8
ramcache.interstripecachememorypercent 25
tm.tcpanalytics.min_geoip_cf 0
= false integer min:0 max:1000
license.maxcores 0
scheduler.hsbtimeout.ltm 250
users.defaultrole 900
= true integer min:0 max:1000
afm.shun.insert.count 0
statsd.process.cleanup.offset 10
= false integer min:0 max:1000000
provision.memory.afm 0
provision.memory.afm.host 0
provision.memory.am 0
provision.memory.am.host 0
provision.memory.apm 0
provision.memory.apm.host 0
provision.memory.asm 0
provision.memory.asm.host 0
provision.memory.avr 0
provision.memory.avr.host 0
provision.memory.dos 0
provision.memory.dos.host 0
provision.memory.em 0
provision.memory.em.host 0
provision.memory.fps 0
provision.memory.fps.host 0
provision.memory.gtm 0
provision.memory.gtm.host 0
provision.memory.host 0
provision.memory.ilx 0
provision.memory.ilx.host 0
provision.memory.lc 0
provision.memory.lc.host 0
provision.memory.ltm 0
provision.memory.ltm.host 0
provision.memory.pem 0
provision.memory.pem.host 0
provision.memory.sslo 0
provision.memory.sslo.host 0
provision.memory.swg 0
provision.memory.swg.host 0
provision.memory.tam 0
provision.memory.tam.host 0
provision.memory.tmos 0
provision.memory.tmos.host 0
provision.memory.ui 0
provision.memory.urldb 0
provision.memory.urldb.host 0
provision.memory.vcmp 0
provision.memory.vcmp.host 0
provisioned.memory.afm 0
provisioned.memory.afm.host 0
provisioned.memory.am 0
provisioned.memory.am.host 0
provisioned.memory.apm 0
provisioned.memory.apm.host 0
provisioned.memory.asm 0
provisioned.memory.asm.host 0
provisioned.memory.avr 0
provisioned.memory.avr.host 0
provisioned.memory.dos 0
provisioned.memory.dos.host 0
provisioned.memory.em 0
provisioned.memory.em.host 0
provisioned.memory.fps 0
provisioned.memory.fps.host 0
provisioned.memory.gtm 0
provisioned.memory.gtm.host 0
provisioned.memory.host 0
provisioned.memory.ilx 0
provisioned.memory.ilx.host 0
provisioned.memory.lc 0
provisioned.memory.lc.host 0
provisioned.memory.ltm 0
provisioned.memory.ltm.host 0
provisioned.memory.pem 0
provisioned.memory.pem.host 0
provisioned.memory.sslo 0
provisioned.memory.sslo.host 0
provisioned.memory.swg 0
provisioned.memory.swg.host 0
provisioned.memory.tam 0
provisioned.memory.tam.host 0
provisioned.memory.tmos 0
provisioned.memory.tmos.host 0
provisioned.memory.ui 0
provisioned.memory.urldb 0
provisioned.memory.urldb.host 0
provisioned.memory.vcmp 0
provisioned.memory.vcmp.host 0
= true integer min:0 max:1000000
log.bcm56xxd.tbuf 50000
= false integer min:0 max:1024
provision.tmmcount 0
provision.tmmcountactual 0
scheduler.hsbasleeprxlimit.ltm 256
scheduler.hsbawakerxlimit.ltm 256
= true integer min:0 max:1024
provision.tomcat.extramb 0
= false integer min:0 max:127
password.dcredit 0
password.lcredit 0
password.ocredit 0
password.remember 0
password.ucredit 0
= true integer min:0 max:128
spdy.serverhighwatermark 128
spdy.serverlowwatermark 0
= true integer min:0 max:18
cmp.hash.p8sp.ip.bitshift 0
= false integer min:0 max:19
merged.nice.level 5
= true integer min:0 max:2
cmp.hash.p8.port.bitshift 0
tm.lhpnomemberaction 0
tmm.policy.tracelevel 0
= false integer min:0 max:2000000
provision.disk.afm 0
provision.disk.am 0
provision.disk.apm 0
provision.disk.asm 0
provision.disk.avr 0
provision.disk.dos 0
provision.disk.em 0
provision.disk.fps 0
provision.disk.gtm 0
provision.disk.host 0
provision.disk.ilx 0
provision.disk.lc 0
provision.disk.ltm 0
provision.disk.pem 0
provision.disk.sslo 0
provision.disk.swg 0
provision.disk.tam 0
provision.disk.tmos 0
provision.disk.urldb 0
provision.disk.vcmp 0
provisioned.disk.afm 0
provisioned.disk.am 0
provisioned.disk.apm 0
provisioned.disk.asm 0
provisioned.disk.avr 0
provisioned.disk.dos 0
provisioned.disk.em 0
provisioned.disk.fps 0
provisioned.disk.gtm 0
provisioned.disk.host 0
provisioned.disk.ilx 0
provisioned.disk.lc 0
provisioned.disk.ltm 0
provisioned.disk.pem 0
provisioned.disk.sslo 0
provisioned.disk.swg 0
provisioned.disk.tam 0
provisioned.disk.tmos 0
provisioned.disk.urldb 0
provisioned.disk.vcmp 0
= false integer min:0 max:2097152
datastor.store.size 0
= true integer min:0 max:2097152
datastor.restrict.dev.size 0
= false integer min:0 max:2147483647
arp.gratuitousburst 1
arp.gratuitousrate 0
configsync.localconfigtime 0
dos.onehourinitrate 0
failover.activetime 0
failover.standbytime 0
gtm.configtime 0
ltm.configtime 0
ucs.loadtime 0
= true integer min:0 max:2147483647
dos.onehourminrate 100
snmp.bigiptraps.suppress.interval 60
= false integer min:0 max:255
password.mindays 0
= false integer min:0 max:3
failover.bigipunitmask 0
= false integer min:0 max:300000
wam.cache.requestqueue.maxwait 180000
= true integer min:0 max:3600
bigd.heartbeat.interval 0
platform.disklatency.loginterval 60
statsd.diskstats.log.interval 60
= true integer min:0 max:400
apm.ifmap.conncount 10
= false integer min:0 max:4294967295
platform.diskmonitor.time 0
= true integer min:0 max:4294967295
asm.connlimit 6000
= true integer min:0 max:512
statemirror.tcpmssadjust 0
= true integer min:0 max:60
configsync.heartbeattimeout 3
statsd.cpu.interval 1
statsd.disk.interval 5
statsd.host.interval 5
statsd.intelpcm.interval 0
statsd.process.poll.interval 10
statsd.traffic.interval 1
statsd.virtual.server.interval 5
= false integer min:0 max:60000
datastor.cache.size 0
= false integer min:0 max:64
named.worker.threads 1
= false integer min:0 max:65535
password.maxloginfailures 0
wam.cache.requestqueue.maxqueuelen 0
wam.maxdomainlistsize 30
= true integer min:0 max:65535
fad.badpktpassrate 1000
= false integer min:0 max:8
cluster.blade.green.count 0
cluster.primary.slot 0
platform.chassis.slot 0
provision.wocplugincount 1
= true integer min:0 max:8192
provision.extramb 0
= true integer min:0 max:99
bigd.numprocs 0
= false integer min:0 max:999
merged.correlateprocess.importance 999
= false integer min:0 max:999999
password.unlock_time 0
= true integer min:0 max:999999999
avr.general.int 0
= true integer min:1 max:100
adm.mitigation.greylist.expire.factor 20
= false integer min:1 max:1000
scheduler.idleenforcerv1pluginminactive.ltm 1
scheduler.idleenforcerv1pluginmininactive.ltm 5
ui.system.preferences.recordsperscreen 10
= true integer min:1 max:1000
ipsec.maxroutedomain 512
= false integer min:1 max:100000
wam.cache.entities.dump.rate 1000
= true integer min:1 max:120
failover.nettimeoutsec 3
= true integer min:1 max:1440
aom.logs.readinterval 1
platform.diskmonitor.interval 10
= false integer min:1 max:2
failover.unitid 1
= true integer min:1 max:2147483647
snmp.bigiptraps.suppress.count 3
= false integer min:1 max:255
password.warndays 7
= false integer min:1 max:30
ipsec.maxtrafficselectors 30
= true integer min:1 max:30
clusterd.peermembertimeout 10
= true integer min:1 max:3600
adm.mitigation.greylist.expire.timeout 20
= true integer min:1 max:5
tmm.fips140.posttries 2
= true integer min:1 max:525600
iprep.intervalmin 5
= false integer min:1 max:60
trust.suspendtime 3
= true integer min:1 max:60
mcpd.vastatusinterval 3
platform.disklatency.readinterval 1
platform.disklatency.vcmpreadinterval 60
switchboard.failsafe.timeout 30
= false integer min:1 max:65535
iprep.port 443
iprep.sockettimeout 15
proxy.port 8080
trust.icontrolport 443
= true integer min:1 max:65535
ecm.tm.configport 4475
ecm.tm.ecmport 4473
ecm.tm.httpadapterport 4476
ecm.tm.tmport 4474
= true integer min:1 max:86400
adm.mitigation.attack.timeout 300
= true integer min:1 max:99
ramcache.maxmemorypercent 50
= true integer min:1 max:9999
failover.offlinelinkdown.port 1030
statemirror.peerlistenport 1028
= false integer min:1 max:99999
password.maxdays 99999
= true integer min:10 max:100
adm.mitigation.max.score.drop.rate 70
bigd.overload.latency 98
= true integer min:10 max:1000
adm.mitigation.rate.period 1000
bigd.adaptive.default_noise_floor 100
= true integer min:10 max:2048
apm.apd.connhwm 1536
= true integer min:10 max:3600
adm.mitigation.greylist.expire.time 180
= true integer min:1000 max:1000000
diameter.message.pending.low 100000
= true integer min:100000 max:100000000
mcpd.msgcnt.overflow.lowmark 900000
= true integer min:100000 max:100001000
mcpd.msgcnt.overflow.highmark 1000000
= true integer min:1000000 max:100000000
mcpd.daemon.msgbytes.overflow.lowmark 20000000
= false integer min:16 max:16384
deduplication.dictionary.size 32
= true integer min:2 max:10000
adm.max.vs 20
= true integer min:20 max:1000000
diameter.message.maxlen 65536
= true integer min:2000 max:1000000
diameter.message.pending.high 300000
= true integer min:2000 max:180000
diameter.endpoint.reconnecttime 30000
= true integer min:2000000 max:100001000
mcpd.daemon.msgbytes.overflow.highmark 25000000
= true integer min:2000000 max:50000000
mcpd.client.msgbytes.overflow.lowmark 4000000
= true integer min:2000000 max:50001000
mcpd.client.msgbytes.overflow.highmark 5000000
= true integer min:30 max:10000
adm.health.sensitivity 50
= true integer min:30 max:32767
failover.vlanfailsafe.startuptimer 90
= true integer min:3600 max:259200
bigd.smoothpinginterval 86400
= false integer min:5 max:2147483647
trust.adddevicemaxpolltimeout 300
= true integer min:5 max:2147483647
logcheck.msgcnt 1000
= true integer min:50 max:60000
diameter.endpoint.peertimeout 10000
= false integer min:512 max:65536
bbr.queuelength 4096
= true integer min:512 max:8192
platform.disklatency.readsize 512
= false integer min:6 max:255
password.minlen 6
= true integer min:60 max:36000
mcpd.client.msgbytes.overflow.timeout 4800
mcpd.daemon.msgbytes.overflow.timeout 1800
= true integer min:60 max:86400
bigd.adaptive.default_timespan 300
= true integer min:600 max:36000
mcpd.msgcnt.overflow.timeout 1800
= true integer min:6000 max:180000
diameter.endpoint.watchdogtimeout 30000
= true integer min:8 max:1980
apm.apd.connlwm 1520
= false internal non-production none production
user.acceptedeula none
= true ipport ipport_stateless port
udp.hash port
= false ipport port
tcp.hash port
= true ipt
pccd.form.adminip ipt
= true ipv4 ipv6
cmp.optimize.throughput ipv4
= true large medium
qat.deflate.buffer_size medium
= true local remote
adm.learning.mode local
= false log panic silent
tmm.oops log
= false management address
cluster.mgmtipaddr ::
= false maxcount timeout
persist.destaddrlimitmode timeout
= false need_peer ready waiting_for_ldns_sync
gtm.reqinitstate ready
= true none radius tacacs+
config.auditing.forward.type none
= true none random tmid
dnsexpress.rrsetrotate random
= false normalized unformatted
ui.system.preferences.statisticsformat normalized
= false one unset zero
failover.hacable unset
= true port_list
dag.roundrobin.udp.portlist 0
= true ratio round_robin
gtm.dynamiclbsecondarymode round_robin
= true show_abbrev show_name show_none
acceleration.log.level show_name
= false string
apm.client.version
apm.epsec.version
configsync.password unused
configsync.username admin
connection.globalflowpolicy /Common/default-eviction-policy
debug.hwdropredirect.interface
debug.swdropredirect.interface
dns.domainname
dns.nameservers 0.0.0.0
dns.proxy.__iter__
dosl7.customheaders
failover.somehascores no
hostname bigip1
icontrol.groupid DefaultGroup
iprep.server vector2.brightcloud.com
keyboard.type US - Standard 101 key
license.forcedisabled
license.registrationkey
liveinstall.packageset default
log.bcm56xxd.debugmask 0
log.stpd.debugstr .
log.webapplications.trace.sessionid
ntp.servers
ntp.timezone America/Los_Angeles
persist.wellknownproxyclass /Common/aol
proxy.host
proxy.password
proxy.username
security.configpassword
service.httpd.allow ::
service.snmp.allow 127.0.0.0/8
service.ssh.allow ALL
tmui.system.setup.network.vlan.external external
tmui.system.setup.network.vlan.ha HA
tmui.system.setup.network.vlan.internal internal
ui.advisory.text This is a system advisory message.
users.defaultpartition [All]
vendor.knowledgebase.a
vendor.knowledgebase.a.href
vendor.licservguiuri
vendor.licservhost
vendor.licservprotocol
vendor.licservuri
vendor.supportemail
vendor.vendorcommonname
vendor.vendorfullname
vendor.wwwurl
version.basebuild
version.build 0.0.1
version.built
version.changelist
version.date
version.edition Final
version.jobid
version.product BIG-IP
version.sequence
wam.cache.entities.dump.regex .
= true string
adm.cloud.host none
adm.signatures.status none
admdb.filter ^vs.*
antifraud.alertserverpath /rstats/
antifraud.baitsignatures
antifraud.beforeloadfunction
antifraud.cloudservice.forensicexepath /forensics.exe
antifraud.cssalertimageid
antifraud.customgarbagefunction
antifraud.domainavailabilityurls
antifraud.encryptionfieldprefix
antifraud.externalsourcestargets
antifraud.fieldtypestosend
antifraud.fielsnamesnottosend
antifraud.forensic.hookedprocesses iexplore.exe
antifraud.forensic.selfpostpage
antifraud.injecttags body
antifraud.internalconfig.string1
antifraud.internalconfig.string2
antifraud.internalconfig.string3
antifraud.mobilesafe.alertserverpath /rstats/
antifraud.mobilesafe.entangledgarbage
antifraud.mobilesafe.urlalert /Alert
antifraud.mobilesafe.urlalertandroid /AndroidAlert
antifraud.mobilesafe.urlalertios /iOSAlert
antifraud.mobilesafe.urlconfigandroid /AndroidConfig
antifraud.mobilesafe.urlconfigios /iOSConfig
antifraud.mobilesafe.urlkeyandroid /AndroidKey
antifraud.mobilesafe.urlkeyios /iOSKey
antifraud.mobilesafe.urlprefix /MobileSafe
antifraud.snifferfunctions
antifraud.vbklipdetection.accountnumbers
apm.paap.version
apm.xframeoptions.allowfrom
asm.cs_qualified_urls ,
asm.fictive_url /TSbd/
asm.mobile_ua ,
avr.general.string
big3d.minimum.tls.version TLSv1
big3d.ssl.cipherlist AESGCM:AES:!ADH:!AECDH:!PSK:!aECDH:!DSS:!ECDSA:!AES128:-SHA1:AES256-SHA
bigd.dbgfile /var/run/bigdlog.pipe
bigd.tclmonitorprefix
botdefense.centralized_device_id_cookie_value_prefix dsc
botdefense.cshui_checked_trusted_events mousedown, mouseup, mousemove, keydown, keyup, touchstart, touchmove, touchend
botdefense.cshui_cscloud_url https://re.security.f5aas.com/re/
config.auditing.forward.destination ::
config.auditing.forward.sharedsecret
dag.config default
did.local_storage_name TSPD_74
dns.configure do not change
dnssec.nsec3apextypesbitmap ns soa rrsig nsec3param dnskey
dnssec.nsec3underapextypesbitmap txt rrsig
dosl7.allowed_origins ,
dosl7.asm_cs_excluded_headers ,
dosl7.asm_cs_excluded_urls ,
dosl7.captcha_characters_pool ABCDEFGHKLMNPRSTUVWYZabcdefghklmnprstuvwyz23456789
dosl7.cors_ajax_urls ,
dosl7.cors_font_urls ,
dosl7.cs_excluded_headers ,
dosl7.cs_excluded_urls ,
dosl7.cs_qualified_urls ,
dosl7.cscloud_url https://re.security.f5aas.com/re/
dosl7.noscript_text
dosl7.p3p_header CP="{}"
dosl7.params none
dosl7.parse_html_content_types text/html
dosl7.parse_html_excluded_accept_header_values image,video,audio
dosl7.parse_html_excluded_extentions gif,png,bmp,jpg,ico,css,mp3,mp4,mpg,avi,wmv,mov,3gp,fla,swf,js
dosl7.parse_html_excluded_urls ,
dosl7.parse_html_inject_tags after,head,before,script,before,/head,before,body
dosl7.prg_cookie_urls ,
dosl7.prg_iframe_urls ,
dosl7.proactive_defense_excluded_headers ,
failover.dbgfile /var/log/sodlog
license.antifraud.applicationencryption
license.antifraud.automatictransactiondetection
license.antifraud.id
license.antifraud.malwaredetection
license.antifraud.mobilesafe
license.antifraud.phishingdetection
log.mcpd.userregex
md.geopath /usr/share/GeoIP/F5GeoIP.dat
md.monitoringthreadpriority TS,0
mysqlhad.dbgfile /var/log/mysqlhad.log
nethsm.safenet.hsmip
nethsm.thales.hsmip ::
provision.managementeth eth0
security.cloud_services.default_url
ssl.certrequest.commonname _undef_
ssl.certrequest.countryname US
ssl.certrequest.divisionname _undef_
ssl.certrequest.localityname _undef_
ssl.certrequest.organizationname _undef_
ssl.certrequest.stateorprovincename _undef_
statsd.process.list all
systemauth.primaryadminuser admin
tcpdump.ifname 1.1
tmm.gpa.cec.behavioral.nodes_to_ignore NA
tmm.gpa.cec.behavioral_protocols 35
tmm.gpa.cec.log.flow_filter *
tmm.gpa.cec.log.hsl_pool /Common/hsl
tmm.gpa.ssl_training.log.publisher
tmm.pem.actions.redirect.parameter.name cordef_data
tmm.pem.actions.steering.xhdr.name X-CORDEF-DATA
tmm.urlcat.cloud.cache.reset
unix.config.ntp.replace.clusterhosts
upgradeselector.package upgrade-selector
upgradeselector.url ftp://update.f5.com/
vcmp.guest.tmstat.tables.allowed default
vcmpd.fake_qemu.args
webserver.cert.0.organizationname My Company
webserver.cert.countryname US
webserver.cert.localityname Seattle
webserver.cert.organizationalunitname _undef_
webserver.cert.stateorprovincename WA
webserver.prefix http
woc.remembered.data.encyption false
woc.remembered.lan.vlans
woc.remembered.wan.vlans
= false string max-len:1024
bbr.filter 0,0,00000000,0,0,0
= false string max-len:32
bbr.retrievelogs 0,0,0,0
= true string max-len:32
avr.cookieprefix f5avr
avr.cookiesuffix
avr.cspmcachecookiename f5_cspm
avr.riskengine.metaheadername X-F5-AVR-HTID
tmm.access.subsessionstateprefix 000fffff
= true string min-len:2 max-len:100
dosl7.proactive_defense_cookie_name TSPD_101
dosl7.proactive_defense_prefix TSPD
= true string min-len:2 max-len:20
asm.cookie_prefix TS
= true string min-len:2 max-len:40
dosl7.proactive_defense_fictive_url /TSPD/
= true unsigned integer min:0 max:1
avr.alwaysuselastxff 0
avr.asmsampling 1
avr.customheaderoverridexff 1
avr.general.bool 0
avr.pemsampling 1
avr.trafficclassificationsampling 1
ipsec.debug.logkeys 1
mapt.role 0
md.afmsampling 1
md.showexternalloggingdescription 1
pva.standby.flush 0
= true unsigned integer min:0 max:10
bwc.trace.ctb 0
bwc.trace.dist 0
bwc.trace.measure 0
bwc.trace.policy 0
bwc.trace.probe 0
bwc.trace.pubapi 0
bwc.trace.refcnt 0
bwc.trace.stb 0
bwc.trace.stbema 0
bwc.trace.tc 0
compression.adaptive.maxreduction 10
dos.auto.threshold.hysteresis 5
dosl7.captcha_noise_max 2
dosl7.captcha_noise_min 2
fw_nat.subscriber.id.lookup.count 2
isession.compression.lowthresholdwatermarklevel 0
switchboard.link.recoverythreshold 6
= false unsigned integer min:0 max:100
cpu.logthreshold 0
pvamsgrawdump.samples.reset 0
tm.udpqueueinitialdropprobability 0
tm.udpqueueoccupancythreshold 30
tmm.umem_largeslab_threshold 33
= true unsigned integer min:0 max:100
antifraud.alertscore.componentsvalidation 50
antifraud.alertscore.encryptionfailure 50
antifraud.alertscore.referrerchecks 50
antifraud.alertscore.userdefined 50
bigd.tclmonitorworkermemorybufferlimit 10
capture.dump_clean_disk_percent 35
capture.min_cpu_percent 20
capture.min_disk_percent 25
cbrd.umuthreshold 90
compression.tmm.maxcpu 75
datasync.min_disk_available_percent 20
did.similarity_threshold 5
dosl7.captcha_max_cpu_prc 90
dosl7.cs_max_resend 3
dosl7.proactive_defense_validation_percent 100
dosl7d.max_tcpdump_cpu_usage 80
dosl7d.min_challenge_success_ratio 10
dosl7d.min_heavy_url_drop_rate 2
failover.standby.linkdowntime 0
switchboard.buffer.maxdynport 100
switchboard.buffer.maxdyntotal.egress 50
switchboard.buffer.maxdyntotal.ingress 85
switchboard.startup.linkdowntime 0
switchboard.wred.dropstart 75
tmm.gpa.cec.behavioral.min_leaf_class_conf 0
tmm.gpa.cec.flow_bundling.l4.behavioral.reclass_freq 10
tmm.hsb.xlmachaaction 11
tmm.pem.actions.reporting.hsl.limit.cpu.threshold 0
= false unsigned integer min:0 max:1000
scheduler.idlesampleperiod.ltm 100
vcmp.scheduler.nice_usecs 120
vcmp.scheduler.rt_usecs 880
= true unsigned integer min:0 max:1000
botdefense.cshui_ajax_renewal_seconds 120
botdefense.cshui_max_distance_mouse_down 60
botdefense.cshui_max_last_segment_length 300
botdefense.cshui_min_human_keys_to_bypass_rapid_keys 2
botdefense.cshui_min_key_duration_ms_bot 18
botdefense.cshui_min_key_duration_ms_human 25
botdefense.cshui_min_mouse_duration_ms_bot 18
botdefense.cshui_min_touch_duration_ms_bot 15
botdefense.invalid_js_score 99
botdefense.invalid_jsfree_score 99
botdefense.max_js_verification_seconds 30
botdefense.min_rootkit_functions 10
botdefense.suspicious_js_score 49
botdefense.suspicious_jsfree_score 49
dosl7.web_rootkit_report_min_score 4
dosl7d.min_transaction_count_per_interval 10
dosl7d.stress_relative_threshold 100
isession.compression.threshold 95
l4bdos.transient.signature.merge.periods 2
= true unsigned integer min:0 max:10000
antifraud.ratdetection.counttosendalert 10
asm.csrf_rerun_interval 0
dosl7d.stress_absolute_threshold 1
tmm.lb.lcaccuracy 100
tmm.lb.precisiondelay 250
tmm.lb.precisionscale 1000
tmm.tcl.executionlimit 500
= true unsigned integer min:0 max:100000
antifraud.maxbigrequests 1000
antifraud.maxbigresponses 1000
bcm56xxd.hsb.fcserrthreshold 0
cbrd.pendingtransactions 5000
crypto.queue.timeout 100
dosl7.mobile_cookie_expire_sec 120
trunk.cluster.dlfflushpkts 100000
= false unsigned integer min:0 max:1000000
connections.preestablished.threshold 8192
dos.fragforwardlimit 0
= true unsigned integer min:0 max:1000000
botd.maxopenincidents 10000
botd.maxsamplerequests 20
did.initial_sample_size 50
did.max_allowed_same_requests 2
did.similarity_period 30
did.solid_similarity_period 1200
dosl7.proactive_defense_log_rate_limit 300
= true unsigned integer min:0 max:10000000
asm.cshui_susp_event_bot_score 20
did.cookie_expire_sec 1200
did.validation_interval_sec 300
dosl7.cs_expire_sec 60
dosl7.long_ua_header_size 0
dosl7.proactive_defense_renew_sec 300
tm.hud_history_depth 0
= true unsigned integer min:0 max:101
tmm.gpa.cec.behavioral.min_node_class_conf 101
= true unsigned integer min:0 max:10230
tmm.proxyssl.bucketcount 1023
= false unsigned integer min:0 max:1024
tm.portfind.random 16
tmm.gpa.statupdate.hi 512
= true unsigned integer min:0 max:1024
antifraud.maxheaderlength 255
antifraud.maxhostheaderlength 255
dos.maxewlsize 256
dos.maxipv6extsize 128
= false unsigned integer min:0 max:10240
connection.synoffload.threshold 4049
= true unsigned integer min:0 max:10240
tm.ratetracker.t2suppressor 10
= true unsigned integer min:0 max:102400
tmm.pem.session.volume.stats.threshold 10
= true unsigned integer min:0 max:1024000
cbrd.requestsize 10240
= false unsigned integer min:0 max:1048575
vlan.fdb.timeout 300
= true unsigned integer min:0 max:1048576
compression.zlibbombsensitivity.sizemb 1024
= true unsigned integer min:0 max:10485760
antifraud.bigrequestsize 102400
antifraud.bigresponsesize 102400
antifraud.maxloginresponsesearchlength 102400
= false unsigned integer min:0 max:1048576000
md.dologging 0
= true unsigned integer min:0 max:1048576000
cbrd.bigrequestsize 1048576
= false unsigned integer min:0 max:1200
wocplugin.cifs.bdp 300
wocplugin.cifs.lowbdpcutoff 30
= true unsigned integer min:0 max:120000
statemirror.heartbeat 500
= true unsigned integer min:0 max:1240
dosl7.max_lookup_length 255
dosl7.max_num_headers 50
dosl7.max_user_agent_occurrences 3
= true unsigned integer min:0 max:128
antifraud.rsakeysize 64
dos.tcplowwindowsize 0
tmm.pem.session.ipv6.prefix.len 128
= false unsigned integer min:0 max:131072
tmm.resolv.cachesize 8192
= true unsigned integer min:0 max:1440
tmm.pem.session.quota.bucket.denied.timeout 0
tmm.pem.session.quota.bucket.depleted.timeout 0
tmm.pem.session.quota.bucket.idle.timeout 0
tmm.pem.session.quota.bucket.notapplicable.timeout 0
tmm.pem.session.quota.bucket.provpending.timeout 2
tmm.pem.session.quota.notapplicableretrytimeout 30
= true unsigned integer min:0 max:15
dos.maxipv6exthdrs 4
tmm.pem.diameter.application.resultcode.peertoobusy.maxretry 3
= false unsigned integer min:0 max:1500
tm.tcpprogressive.rttthresh 10
= true unsigned integer min:0 max:15000
dosl7d.trigger_logging 0
= false unsigned integer min:0 max:16
tmm.gpa.statupdate.lo 8
= true unsigned integer min:0 max:16777215
nsh.egresspathid 456
nsh.ingresspathid 123
= true unsigned integer min:0 max:180
tmm.pem.ssp.init.delay 30
= false unsigned integer min:0 max:18446744073709551615
tmm.gpa.statupdate 16384
= true unsigned integer min:0 max:18446744073709551615
tmm.cec.classifiers_override_bitmask 0
tmm.devel.max_memory_mb 0
tmm.pkcs11d.invalidatekeyhandle 0
tmm.pkcs11d.loadkeyhandles 0
tmm.pkcs11d.shmid 0
= true unsigned integer min:0 max:19
datasync.nice_when_online 10
= true unsigned integer min:0 max:2
pva.evictunknownflow 1
tmm.cdp.debug 0
= true unsigned integer min:0 max:20
dosl7.captcha_lines_max 5
dosl7.captcha_lines_min 5
isession.compression.highthresholdwatermarklevel 10
tmm.gpa.cec.behavioral.min_class_npkt 5
= false unsigned integer min:0 max:200
tm.tcpprogressive.autonaglerttthresh 20
= true unsigned integer min:0 max:2000
avr.hsl.batchpauseinmillisec 5
bwc.tc.maxburst 200
bwc.tc.maxsurplus 200
tm.tcptxpausemax 256
tm.tcptxpausemin 100
= true unsigned integer min:0 max:20000
tmm.pem.session.radius.provisioning.hold.time 0
= true unsigned integer min:0 max:2091752
asm.risk_engine.salt.restart 0
= true unsigned integer min:0 max:2147483646
mysqlhad.heartbeattimeout 30
= false unsigned integer min:0 max:2147483647
connection.syncookies.threshold 16384
persist.destaddrmaxcount 2048
tm.maxicmprate 100
= true unsigned integer min:0 max:2147483647
rateshaper.logratelimit 0
route.metrics.maxentries 0
route.metrics.timeout 600
tm.flowstate.timeout 30
tm.l2forwardidletimeout 300
tm.maxforwardicmprate 0
tm.tcpsackglobalmaxholes 65536
tm.tcpsackmaxholes 128
= true unsigned integer min:0 max:240
asm.cookie_revision_base 0
= true unsigned integer min:0 max:255
dos.ip.allow.unknown.proto1 255
dos.ip.allow.unknown.proto2 255
dos.tcp.allow.unknown.opt1 0
dos.tcp.allow.unknown.opt2 0
nsh.egressserviceid 255
nsh.ingressserviceid 7
sfc.loglevel 1
switchboard.dos.control 133
tmm.pem.td.bandwidth.wt 0
tmm.pem.td.num.conn.wt 0
tmm.pem.td.tcpf.os.wt 0
tmm.pem.td.ttl.wt 20
tmm.pem.td.ua.os.wt 0
tmm.protocol_inspection.log.per_flow.maxcount 10
= true unsigned integer min:0 max:262144
switchboard.maxbcastrate 200000
switchboard.maxdlfrate 200000
switchboard.maxmcastrate 200000
= true unsigned integer min:0 max:26214400
tmm.proxyssl.cachesize 2621440
= true unsigned integer min:0 max:3
bwc.measure.factor 2
dos.wlipv6addrsel 2
nsh.nextprotocol 3
= false unsigned integer min:0 max:30
pfmand.healthstatus.deviceerror.ceiling 15
pfmand.healthstatus.guesterror.ceiling 20
= false unsigned integer min:0 max:300
tm.maxrejectrate.timeout 30
tm.portfind.threshold.timeout 30
= true unsigned integer min:0 max:300
dosl7d.attack_wait_timeout 30
dosl7d.conf_change_freeze_on_period 30
dosl7d.min_time_between_attacks 30
dosl7d.min_time_for_attack_end 120
log.sweeper.evictions.interval 2
tm.lsn.dnat_suppress_logs_period 300
tmm.access.prp_global_timeout 5
tmm.dns64.closewait 5
= true unsigned integer min:0 max:300000
antifraud.paramvaluemaxlength 1024
antifraud.paramvalueusernamemaxlength 650
= true unsigned integer min:0 max:30000000
antifraud.encryptionkeylifetime 1
antifraud.maxcookievaluelength 4096
antifraud.securemsglifetime 86400
antifraud.securemsgroundtime 3600
antifraud.userinspectioncookieduration 1209600
= true unsigned integer min:0 max:31536000
tmm.pem.diameter.application.resultcode.peertoobusy.timeout 0
tmm.pem.session.timeout.endpointdeleteresponse 3600
tmm.pem.session.timeout.finalusagerecord 1200
tmm.pem.session.timeout.provpending 600
tmm.pem.session.timeout.provretry 1200
= false unsigned integer min:0 max:32
softpva.size 0
= true unsigned integer min:0 max:32
nest.num_active_nde 0
= true unsigned integer min:0 max:32768
rewrite.html.maxtagsizekb 1024
= true unsigned integer min:0 max:3600
capture.margin_sec 2
ssl.fips.failuretimeout 60
tmm.pem.auth.cache.time 30
= true unsigned integer min:0 max:36000
dosl7.min_captcha_solution_time 2
= true unsigned integer min:0 max:3600000
antifraud.ratdetection.timetoresetcounter 5000
= true unsigned integer min:0 max:4
bwc.measure.samplewindow 3
= true unsigned integer min:0 max:4094
dos.dnsvlan 0
dos.tscookie.vlan 0
= false unsigned integer min:0 max:4095
vlan.backplane.id 4095
= false unsigned integer min:0 max:4096
scheduler.ixlv.contigidlecnt 256
vpn.buffervolumekb 64
= false unsigned integer min:0 max:4294967295
ipsec.traceflags 0
log.lacpd.debugmask 0
neuron.tmmclienttest 0
tm.tcptracing 0
tmm.tcl.rule.aborted.log.ratio 1
wam.cache.entities.dump 0
zxfrd.dbloadstamp 0
= true unsigned integer min:0 max:4294967295
antifraud.internalconfig.number1 0
antifraud.internalconfig.number2 0
antifraud.internalconfig.number3 0
bigd.tclmonitorworkerpinglimit 1000
capture.capture_clean_count 2000
capture.capture_pause_after_sec 10
capture.dump_clean_size_mb 5120
capture.dump_clean_time_sec 0
capture.dump_size_limit_mb 10240
capture.send_limit_rate_mbsec 0
cmp.feature_disable 0
cmp.maxqueuedmsgs 150000
datasync.device_stats_interval_seconds 60
datasync.error_retry_interval_seconds 60
datasync.hard_max_offline_seconds 0
datasync.keep_generated_dirs 5
datasync.max_sync_bandwidth_kb_sec 10000
datasync.offline_gen_pause_seconds 1
datasync.process_interval_ms 1000
datasync.read_loaded_update_files_interval_seconds 300
datasync.read_new_update_files_interval_seconds 60
datasync.rsync_interval_seconds 3
datasync.soft_max_offline_seconds 0
datasync.update_file_del_grace_factor 3600
datasync.update_file_del_grace_offset 10
datasync.update_file_gen_time 7200
dnsexpress.dbwritedelay 15
dnsexpress.hugepages 0
dnsexpress.maxnotifypersec 0
dnsexpress.xfrbackloggeddelay 5
dnsexpress.xfrnotifydelay 5
dnssec.maxnsec3persec 0
dnssec.signaturecachemaxentries 131072
dos.blleaklimit 255
gtm.debugprobetuninginterval 0
gtm.maxproxybufsize 262144
gtm.peerinfototalgtms 0
iptunnel.hf.opaqueflags 0
pccd.extramb 0
pccd.retry.count 5
ssl.handshake.threshold 4096
ssl.sessionticketkey.regen 252900
tmm.dhcp.client.connection.packets.inprogress.max 10000
tmm.dhcp.server.connection.packets.inprogress.max 10000
tmm.gpa.cec.log.module_exclude_mask 0
tmm.gpa.cec.log.module_mask 4294967295
tmm.gpa.signature_update.timeout 600
tmm.imap.max_partial_connbytes 16384
tmm.imap.max_partial_conncount 1024
tmm.imap.xbufdump 0
tmm.pem.actions.redirect.uri.size 1024
tmm.pem.policy.reevaluation.interval 20
tmm.pem.rancon.auxbmval 0
tmm.pem.rancon.sess.state_debounce_count 2
tmm.pem.rancon.towerid.con_threshold 4
tmm.pem.rancon.towerid.sample.interval 4
tmm.pem.session.radius.retransmit.timeout 30
tmm.pem.td.detected.off.threshold 40
tmm.pem.td.detected.on.threshold 45
tmm.pem.td.expected.bandwidth 0
tmm.pem.td.expected.num.conn 0
tmm.pop3.max_partial_connbytes 16384
tmm.pop3.max_partial_conncount 1024
tmm.smtps.max_partial_connbytes 16384
tmm.smtps.max_partial_conncount 1024
tmm.ssl.dtlsmaxcrs 1
tmm.ssl.maxactivehandshakes 0
tmm.ssl.maxaggregaterenegotiationperminute 0
tmrouted.gracefulrestartdelay 5
tmrouted.netlinkcmdidletimeout 5
tmrouted.netlinklistenidletimeout 5
tmrouted.rhifailoverdelay 0
vcmp.guest.console.timeout 0
vcmp.timeout.installing 1000
vcmp.timeout.migrating 2700
vcmp.timeout.starting 900
vcmp.timeout.stopping 180
vcmp.timeout.watchdog 20
= false unsigned integer min:0 max:5
tmm.resolv.retry 3
= true unsigned integer min:0 max:5
bwc.measure.smoothwindow 2
= true unsigned integer min:0 max:50
compression.octeon.ratio 4
compression.offload.ratio 4
compression.tmm.ratio 1
mysqlhad.restartsbeforeaction 1
= true unsigned integer min:0 max:5000
compression.providerbusy 100
tmm.pem.cppe.sessionentriesprocessperrun 200
= true unsigned integer min:0 max:50000
dosl7.max_cookie_length 10000
= true unsigned integer min:0 max:500000
avr.hslsleepperiodinmicrosecond 0
tmm.sessiondb.binlimit.asm.sessiondp 300000
tmm.sessiondb.binlimit.fps.user 300000
= true unsigned integer min:0 max:512
dag.overridetablesize 0
= true unsigned integer min:0 max:525600
tmm.pem.session.inactivitytimeout 120
= false unsigned integer min:0 max:57344
wocplugin.cifs.minreadsize 0
= true unsigned integer min:0 max:60
l4bdos.netflow.collect.frequency 1
md.delaybeforeclusterpublish 5
= true unsigned integer min:0 max:600
statemirror.timeout 60
= true unsigned integer min:0 max:604800
tmm.cec.classifier.dns.caching.timeout 0
= false unsigned integer min:0 max:61439
tm.portfind.linear 16
= true unsigned integer min:0 max:63
debug.doshwdropredirect.disables 0
tm.egressdscp 0
= true unsigned integer min:0 max:64
tmm.threads 0
= true unsigned integer min:0 max:65495
dos.maxicmp6framesize 1460
= true unsigned integer min:0 max:65515
dos.maxicmpframesize 1480
= false unsigned integer min:0 max:65535
appiq.hostport 514
ecm.tm.retries 20
= true unsigned integer min:0 max:65535
dnsexpress.notifyport 0
dos.sip.uri.limit 1024
iptunnel.nvgre.ethertype 25944
iptunnel.vxlan.udpport 0
mqtt.egress_buffer_high_threshold 32768
mrf.mqtt.client_id_max_len 1024
mrf.mqtt.client_id_prefix_max_len 128
mrf.mqtt.will_message_max_len 128
mrf.mqtt.will_topic_max_len 128
nsh.vxlanport 6633
tmm.gpa.cec.classifiers_to_use 23
tmm.gpa.cec.classifiers_to_wait 0
tmm.hsb.hgmfcsthreshold 10
= true unsigned integer min:0 max:65536
antifraud.bait.maxquerystringlength 1024
ilx.handlewait 100
ipv6.dad.recovery 0
l4bdos.signature.sample.packet.frequency 0
tmm.gpa.cec.log.dict_dump_freq 500
= false unsigned integer min:0 max:7
tm.egress.pktpriority 3
wccp.loglevel 1
wocplugin.cifs.loglevel 1
wocplugin.loglevel 1
wocplugin.mapi.loglevel 1
= true unsigned integer min:0 max:7
nsh.debuglevel 0
pvasyncookies.virtual.connthresholdhigh 5
pvasyncookies.virtual.invalidthreshold 4
= true unsigned integer min:0 max:75
pccd.hash.load.factor 25
= true unsigned integer min:0 max:8
pva.udpest.serverpkts.threshold 1
= true unsigned integer min:0 max:800000
tmm.sessiondb.binlimit.asm.sessionsw 500000
= true unsigned integer min:0 max:8192
tm.maxipfragsperpkt 128
= true unsigned integer min:0 max:85
dosl7.captcha_transparency_percentage_max 20
dosl7.captcha_transparency_percentage_min 20
= true unsigned integer min:0 max:86400
dnsexpress.rpzupdatetime 0
= true unsigned integer min:0 max:90
switchboard.wred.dropslope 20
= true unsigned integer min:0 max:900
asm.cookie_suffix_base 0
= true unsigned integer min:0 max:90000000
trunk.cluster.dlfflushpoll 2000000
= true unsigned integer min:0 max:9216
dos.maxsynsize 64
= true unsigned integer min:0 max:999999999
avr.dosvishealthcalc.maxbigipconcurrentconnections 0
avr.dosvishealthcalc.maxbigipthroughput 0
avr.hslmessagesbetweensleep 0
= false unsigned integer min:1 max:10
tm.tcpprogressive.rcvbufbdpmultiplier 1
tm.tcpprogressive.sndbufbdpmultiplier 1
= true unsigned integer min:1 max:10
antifraud.htmlfieldobfuscation.seedlength 4
avr.stats.distributedfactor.largerowsnum 2
avr.stats.distributedfactor.rowsnumthreshold 5
avr.stats.distributedfactor.smallrowsnum 5
dosl7.captcha_length_max 6
dosl7.captcha_length_min 6
tmm.gpa.cec.flow_bundling.l4.behavioral.threshold 3
= false unsigned integer min:1 max:100
tmm.umem_reap_aggress 3
= true unsigned integer min:1 max:100
avr.distributedreporting.maxtiersize 8
avr.trafficcapture.internal.maxentriesperfile 10
bigd.tclmonitormaxworkerspercore 25
did.mobile_simple_match_score 85
dosl7d.cs_legitimate_successful_rate 50
isession.controlconnection.count 1
ssd.availablespace.warningmargin 20
ssd.mediawearoutindicator.warningmargin 20
tmm.pem.actions.icap.limit 8
= false unsigned integer min:1 max:1000
tm.maxrejectrate 250
= true unsigned integer min:1 max:1000
asm.brute_force_end_attack_verification_time 120
did.max_ix_size_mb 250
dosl7d.auto_cold_start_first_period_switch_period 60
dosl7d.auto_stress_thresh_multiplier 150
dosl7d.auto_tps_thresh_multiplier 300
dosl7d.cs_min_requests_for_replies 10
dosl7d.min_challenge_drop_time 20
dosl7d.shun_prevention_time 120
isession.compression.fudgefactor 9
= false unsigned integer min:1 max:10000
vcmp.concurrent_vdisk_accesses 1
= true unsigned integer min:1 max:10000
asm.brute_force_max_tmstat_entries 10
avr.maxsubnets 1024
bwc.sweeper.interval 10
dosl7d.auto_cold_start_first_period_length 120
dosl7d.auto_cold_start_second_period_length 1320
dosl7d.auto_time_scale_factor 1
= true unsigned integer min:1 max:100000
avr.stats.reportrownumberlimit 1000
cbrd.maxqueryresults 100
md.mincspminjectionskewinterval 60
= true unsigned integer min:1 max:1000000
did.learning_sampling_per_second 1
did.max_allowed_same_requests_period 10
did.max_device_ids 250000
dosl7d.susp_max_entities 10000
= true unsigned integer min:1 max:10000000
dosl7.cs_max_request_size 10000
= true unsigned integer min:1 max:10240
sflow.min_sampling_rate.http 100
= true unsigned integer min:1 max:1048576
capture.slice_max_size_mb 10
= true unsigned integer min:1 max:10485760
dosl7.proactive_defense_max_http_request_length 4096
= false unsigned integer min:1 max:12
tm.portfind.threshold.trigger 8
= true unsigned integer min:1 max:120
admdb.debug.vs.delete.cleanup.timeout 60
= true unsigned integer min:1 max:128
avr.subnetprefixlength.ipv6 64
dos.ipv6endpoint.prefix 128
= true unsigned integer min:1 max:140
tmm.pem.avr.periodic.reporting 60
= true unsigned integer min:1 max:150
tmm.ssl.dtlsrxhsrec 70
= false unsigned integer min:1 max:16
tmm.nbr.queue 4
= true unsigned integer min:1 max:16
tmm.gradualfileloadspeed 8
tmm.pem.session.ip.addr.max 1
tmm.pem.session.ipv4.addr.max 1
tmm.pem.session.ipv6.addr.max 1
= true unsigned integer min:1 max:16384
dnsexpress.xfrpendingmax 100
dnssec.xfr.finalrrmax 1024
= true unsigned integer min:1 max:18446744073709551615
tmm.classmaxelementsreturned 75000
tmm.classsweepsperfree 150
= true unsigned integer min:1 max:200
dosl7d.auto_below_thresh_timeout 30
dosl7d.auto_drop_ratio 80
= true unsigned integer min:1 max:2000
compression.zlibinflateratio.threshold 100
= true unsigned integer min:1 max:2147483647
dos.dnsnxdomain.learnperiod 7200
dos.dnsnxdomain.period 86400
= true unsigned integer min:1 max:255
tmm.ipv4.ttl.default 255
tmm.ipv6.ttl.default 64
tmm.protocol_inspection.insp.ids.maxcount 10
= true unsigned integer min:1 max:256
l4bdos.packet.sampling.interval 1
= true unsigned integer min:1 max:3
mhdag.pu.table.size.multiplier 1
tmm.pem.rancon.reporting.event_bitmask 3
= true unsigned integer min:1 max:30
l4bdos.signature.disable.no_stats.periods 5
= false unsigned integer min:1 max:300
tm.udpmaxrateidleperiod 10
= true unsigned integer min:1 max:300
ipv6.host.router_probe_interval 5
= true unsigned integer min:1 max:32
avr.subnetprefixlength.ipv4 24
dos.tier1divisor 2
nest.nde_alloc_factor 2
= true unsigned integer min:1 max:320
pva.reoffload.delay 5
= true unsigned integer min:1 max:360
dosl7d.min_geo_reliable_time 72
= true unsigned integer min:1 max:3600
arp.timeout 300
avr.dosinput.hitcount_topping_interval 360
dosl7d.clean_bot_publisher_anomalies 1800
= true unsigned integer min:1 max:36000
dosl7.early_renewal_period 30
dosl7.max_captcha_solution_time 120
= true unsigned integer min:1 max:399
bwc.load.interval 44
= true unsigned integer min:1 max:4
dos.iplowttl 1
dos.ipv6lowhopcnt 1
ipsec.ikev2certificatedepth 4
tmm.pem.radius.aaa.retransmission.backoff 1
= true unsigned integer min:1 max:4095
tmm.pem.srdb.hashtable.maxprobes 16
= true unsigned integer min:1 max:4294967294
tmm.pem.srdb.hashtable.maxflows 32
= false unsigned integer min:1 max:4294967295
dos.logging.interval 1
= true unsigned integer min:1 max:4294967295
capture.capture_resume_after_sec 110
gtm.maxpersistsyncspersecond 800
pem.sessiondb.stats.max.entries 100000
tm.sweeper.avr.freq 256
tmm.gpa.cec.flow_bundling.3tuples.dst.max_records 500000
tmm.gpa.cec.flow_bundling.3tuples.src.max_records 500000
tmm.pem.actions.reporting.fastl4.interval 5
tmm.pem.dtos.tcpf.sampling.interval 10
tmm.pem.dtos.ua.sampling.interval 10
tmm.pem.rancon.flow.sample.interval 1
tmm.pem.rancon.sess.idle_timeout 60
tmm.pem.rancon.sess.sample.interval 2
= true unsigned integer min:1 max:43200
tmm.protocol_inspection.learning.learning_interval 10080
tmm.protocol_inspection.learning.suggestion_interval 720
= false unsigned integer min:1 max:5
tmm.resolv.timeout 5
= true unsigned integer min:1 max:50
tmm.hsb.hgmfcsburst 17
= true unsigned integer min:1 max:500
device.request.timeoutfactor 200
= true unsigned integer min:1 max:5000
dosl7d.auto_normal_switch_period 720
= true unsigned integer min:1 max:50000
avr.hsl.batchsize 100
bigd.tclmonitorpingqueue 1000
dosl7d.min_challenge_rps 10
= true unsigned integer min:1 max:525600
antifraud.userdaemon.persistenceintervalmin 5
botd.inactivitytimeoutmin 15
= true unsigned integer min:1 max:6
isession.compression.buffers 4
= true unsigned integer min:1 max:60
arp.retries 6
asm.brute_force_monitoring_interval 10
asm.session_transactions_sampling_rate 10
capture.slice_sec 2
dnssec.xfr.timeout 5
l4bdos.collect.stats.frequency 2
statemirror.graceperiod 5
tmm.pem.cppe.maxsessionstraversalrtt 10
= true unsigned integer min:1 max:600
mgmt.portlogging.listenerretry 2
mgmt.portlogging.serverretry 2
mgmt.portlogging.servertimeout 30
tmm.cec.hitless_upgrade.timeout 5
= true unsigned integer min:1 max:6000
statemirror.reconnect.delay 1
= false unsigned integer min:1 max:64
tm.tcpprogressive.rcvbufincrsmall 2
tm.tcpprogressive.sndbufincrsmall 2
= true unsigned integer min:1 max:64
tmm.cec.max_packets 10
= true unsigned integer min:1 max:65480
tm.minipv6fragsize 1232
= true unsigned integer min:1 max:65512
tm.minipfragsize 552
= false unsigned integer min:1 max:65535
ddm.bcm56xxd.interval 12
= true unsigned integer min:1 max:65535
dos.dnsport 53
dos.sipport 5060
tmm.cec.classifier.ssl_training.interval 1
tmm.cec.classifier.ssl_training.max_record 15
tmm.sslsni.bucketcount 64
tmm.sslsnicert.bucketcount 64
= false unsigned integer min:1 max:65536
sshplugin.outstanding_thread_lifetime_max 60
= true unsigned integer min:1 max:65536
ipv6.nbr.delaytime 1
ipv6.nbr.retries 3
tmm.urlcat.cloud.cache.bucket.maxelement 256
= true unsigned integer min:1 max:7
asm.cs_challenge_length 4
= true unsigned integer min:1 max:797
bwc.recharge.interval 439
= true unsigned integer min:1 max:8
adm.fastl4.cor.log2scale 3
pva.udpest.clientpkts.threshold 2
= true unsigned integer min:1 max:800
mgmt.portlogging.bandwidthcap 60
= true unsigned integer min:1 max:86400
avr.dosl7.classifiertimeout 300
dosl7d.sliding_window_short 60
tmm.gpa.cec.flow_bundling.3tuples.timeout 60
tmm.gpa.cec.flow_bundling.l4.behavioral.counter_timeout 60
tmm.gpa.cec.flow_bundling.l4.behavioral.rule_timeout 300
= true unsigned integer min:1 max:864000
dosl7d.sliding_window_medium 7200
= true unsigned integer min:1 max:8640000
dosl7d.sliding_window_long 86400
= true unsigned integer min:1 max:90
tmm.pem.session.quota.tx.timeout 5
= true unsigned integer min:1 max:900
dosl7d.cs_max_reply_time 10
= false unsigned integer min:1 max:99
log.ipfix.template_utilization 90
= true unsigned integer min:1 max:999999
avr.offboxtcptimeout 30000
= true unsigned integer min:1 max:999999999
avr.stats.adapters.defaultpollinginterval 10
avr.stats.adapters.minimumpollinginterval 5
= true unsigned integer min:10 max:100
antifraud.srcintegrity.maturedatathreshold 50
dosl7.captcha_perturbation_max 85
dosl7.captcha_perturbation_min 85
tamd.worker.threads 100
= true unsigned integer min:10 max:1000
antifraud.srcintegrity.goldstandardviolationsthreshold 10
avr.rt.maxsessionspermodule 100
dos.scrubtime 100
= true unsigned integer min:10 max:10000
admdb.debug.max_capacity 150
avr.trafficcapture.internal.maxtransactions 1000
dosl7d.max_tcpdump_files 1000
= true unsigned integer min:10 max:100000
admdb.debug.max_files 10000
avr.trafficcapture.maxtransactionspersecond 1000
quickassist.crypto.pollperiod 60
= true unsigned integer min:10 max:10240
avr.threads.alerts.stacksizekb 1024
avr.threads.config.stacksizekb 1024
avr.threads.loader.stacksizekb 1024
avr.threads.reporter.stacksizekb 1024
= true unsigned integer min:10 max:19
tmm.pem.session.hashdepth 17
= true unsigned integer min:10 max:200
tmm.pem.persistence.timeout 180
= true unsigned integer min:10 max:2000
avr.trafficcapture.pollingqueueinterval 100
= true unsigned integer min:10 max:3600
dosl7d.auto_geo_slice_length 3600
= true unsigned integer min:10 max:5000
tm.lsn.pick_duration_microseconds 1500
= true unsigned integer min:10 max:51200
dosl7d.max_tcpdump_size 10240
= false unsigned integer min:10 max:600
tmm.mcp.replay.timeout 60
= false unsigned integer min:10 max:65535
tm.tcpprogressive.rcvbufmininterval 100
tm.tcpprogressive.sndbufmininterval 100
= false unsigned integer min:10 max:75
dos.syncookiedeactivate 50
= false unsigned integer min:10 max:90
dos.unmatched.hwsyncookie_activate 80
= true unsigned integer min:100 max:1000
antifraud.srcintegrity.dataviolationthreshold 100
antifraud.srcintegrity.goldstandardconsistentreqthreshold 100
l4bdos.dns.stress.compute.frequency 200
= false unsigned integer min:100 max:10000
dos.auto.threshold.stresstest 10000
= true unsigned integer min:100 max:10000
avr.stats.distributed.maxrowsnum 1000
botdefense.cshui_cscloud_timeout 1000
dosl7.cscloud_timeout 1000
dosl7.selenium_timeout 150
dosl7d.heaviness_factor 200
= false unsigned integer min:100 max:100000
tm.tcpmptcpjoinsysmax 10000
tmm.pcp.max_async_pending_requests 10000
= false unsigned integer min:100 max:4000
sshplugin.max_active_serverside_rekeys 100
sshplugin.max_num_outstanding_threads 100
= true unsigned integer min:100 max:4294967295
l4bdos.anomaly.threshold.floor 1000
= true unsigned integer min:1000 max:1000000
avr.dosmaxentitiespertable 4096
avr.stats.internal.maxentitiespertable 50000
= true unsigned integer min:1024 max:65507
tmm.maxremoteloglength 1024
= true unsigned integer min:1048576 max:1073741824
statemirror.queuelen 8388608
= false unsigned integer min:1048576 max:16777216
tm.tcpprogressive.sndbufmax 16777216
= false unsigned integer min:1048576 max:4194304
tm.tcpprogressive.proxybufmax 2097152
= true unsigned integer min:120 max:36000
dosl7d.max_attack_duration 10800
= true unsigned integer min:128 max:10240
sflow.min_sampling_rate.packet 1024
= true unsigned integer min:128 max:1048576
tmm.pem.spm.maxsessionlimit 524288
= true unsigned integer min:131072 max:16777216
tmm.pem.insert.memory.threshold 524288
= true unsigned integer min:15 max:500
vcmp.vdisk.new_image_size 150
= true unsigned integer min:15 max:7200
l4bdos.baseline.learning.period 120
= true unsigned integer min:15 max:86400
tmm.gpa.cec.flow_bundling.ssl_session_id.timeout 18000
= true unsigned integer min:158 max:255
dos.icmp6msgtype1 158
dos.icmp6msgtype2 158
= false unsigned integer min:1582 max:9216
vlan.backplane.mtu 1640
= true unsigned integer min:16 max:100000
httpsecurity.maxurllengthlog 128
= true unsigned integer min:16 max:256
tmm.pem.srdb.entry.highconfidence 240
tmm.pem.srdb.entry.initialconfidence 64
= true unsigned integer min:193 max:65535
pvasyncookies.virtual.maxsyncache 2999
= true unsigned integer min:2 max:100
did.dids_delete_factor 10
= true unsigned integer min:2 max:1000
dos.mergepersec 20
= true unsigned integer min:2 max:1000000
did.max_dids_query_rate 100
did.max_pending_queries 500
= true unsigned integer min:2 max:1024
dosl7d.auto_num_of_top_device_id 64
dosl7d.auto_num_of_top_geolocation 16
dosl7d.auto_num_of_top_ip 128
dosl7d.auto_num_of_top_url 512
= true unsigned integer min:2 max:16
pvasyncookies.secretupdate.interval 4
= true unsigned integer min:2 max:4294967295
tmm.gpa.cec.flow_bundling.ssl_session_id.max_records 500000
= true unsigned integer min:2 max:65536
arp.reaptimeout 20
iptunnel.vxlan.vtepidletimeout 300
ipv6.nbr.incompletetimeout 5
ipv6.nbr.maxentries 2048
ipv6.nbr.reachabletimeout 30
ipv6.nbr.reaptimeout 3600
tm.fragmenttimeout 6
= true unsigned integer min:20 max:20000
tmm.pem.cppe.flowentriesprocessperrun 20
= true unsigned integer min:20 max:4096
tm.lsn.retries 512
= true unsigned integer min:20 max:4294967295
pccd.deploy.timeout 30
= true unsigned integer min:20 max:90
dos.autodosd.alpha_max 90
dos.autodosd.alpha_min 20
= true unsigned integer min:200 max:2000
antifraud.maxcookielen 1000
= true unsigned integer min:200 max:512
tmm.cec.classifier.abr.max_packets 256
= true unsigned integer min:200 max:7000
dosl7.max_dynamic_params_injection_length 6000
= false unsigned integer min:2048 max:10240
sshplugin.thread_stack_size_kb 2048
= true unsigned integer min:2048 max:8192
access.max.euie_uri.cache.entries 2048
= true unsigned integer min:25 max:10000
tmm.pem.insert.inflate.max.ratio 100
= false unsigned integer min:255 max:16384
apm.aaa.maxlisteners 16384
= true unsigned integer min:256 max:8192
dos.maxdnssize 4096
= true unsigned integer min:256 max:8640000
dosl7d.max_icc_buffer_size 2048
= true unsigned integer min:262144 max:4194304
tmm.ssl.cachesize 262144
= true unsigned integer min:3 max:12
tmm.pem.srdb.hashtable.hashbits 10
= true unsigned integer min:3 max:20
adm.fastl4.rps.log2scale 10
= true unsigned integer min:30 max:100000
md.cleanupnontmmlookupsintervalseconds 300
md.cleanuprealtimedataintervalseconds 60
= true unsigned integer min:30 max:20000
tmm.pem.session.usage.retry.interval 120
= true unsigned integer min:30 max:3600
tm.pptp.timeout 60
= true unsigned integer min:30 max:360000
tm.fw.iptbl.sweeper.period 1200
= true unsigned integer min:30 max:4294967295
tmm.pem.td.sample.interval 180
= true unsigned integer min:30 max:600
tmm.pem.session.quota.provretrytimeout 120
= true unsigned integer min:32 max:64
tmm.ssl.dtlsantrplwinsize 64
= true unsigned integer min:32768 max:2091752
tmm.ssl.maxhandshakesize 32768
= true unsigned integer min:393216 max:4718592
tmm.pem.insert.deflate.memory.threshold 1572864
= true unsigned integer min:4 max:30
vcmp.vdisk.size.estimate 10
= false unsigned integer min:4096 max:1048576
tm.tcpprogressive.proxybufmin 65535
tm.tcpprogressive.proxybufoffset 65535
tm.tcpprogressive.rcvbufincr 65536
tm.tcpprogressive.rcvbufmin 65535
tm.tcpprogressive.sndbufincr 65536
tm.tcpprogressive.sndbufmin 131070
= true unsigned integer min:4096 max:61170
compression.octeon.dispatchsize 61170
= true unsigned integer min:4096 max:65535
compression.qat.dispatchsize 65535
dnssec.xfr.pktmax 64000
= false unsigned integer min:4194304 max:16777216
tm.tcpprogressive.rcvbufmax 16777216
= true unsigned integer min:5 max:255
wocd.control.timeout 10
= true unsigned integer min:5 max:50
statemirror.queuepct 15
= true unsigned integer min:5 max:6
mhdag.bitshift 6
= true unsigned integer min:5 max:60
l4bdos.anomaly.detection.frequency 10
= false unsigned integer min:5 max:65536
log.ipfix.template_idle_timeout 120
= true unsigned integer min:50 max:100000
tmm.timer.maxusecperpoll 250
= true unsigned integer min:50 max:20000
tmm.pem.session.processing.time 500
= true unsigned integer min:500 max:20000
tmm.pem.cppe.defmonitorinterval 3000
= true unsigned integer min:500 max:3600000
tm.tcpanalytics.reportinterval 2000
= true unsigned integer min:512 max:2147483647
mcpd.maxdbsize 512
= true unsigned integer min:512 max:4096
antifraud.maxparamsendinalertmsglength 1024
antifraud.paramvalueencmaxlength 1024
= true unsigned integer min:512 max:65536
pccd.maxblobsize 1024
= true unsigned integer min:520 max:65536
arp.maxentries 8192
= true unsigned integer min:60 max:86400
l4bdos.ha.state.update.frequency 600
= true unsigned integer min:60 max:999999999
big3d.renegotiation.interval 86400
= true unsigned integer min:64 max:100000
antifraud.globalbuffersize 51200
httpsecurity.maxheaderslengthlog 1024
httpsecurity.maxheadervaluelength 2048
= true unsigned integer min:64 max:1024
total.sandbox.size 512
= true unsigned integer min:64 max:4096
tmm.cec.classifier.http.max_headers 64
= true unsigned integer min:64 max:65536
antifraud.maxalertrequestsize 2048
= true unsigned integer min:64 max:8000
dos.dnsnxdomain.trackersize 320
= true unsigned integer min:64000 max:25000000
tmm.access.maxrequestbodysize 64000
= true unsigned integer min:65535 max:1048576
dns.xfr.msgbuffermax 131072
= true unsigned integer min:65536 max:524288
tmm.urlcat.cloud.cache.maxsize 131072
= false unsigned integer min:68 max:1500
tm.minpathmtu 296
= true unsigned integer min:7 max:65535
tmm.ssl.dtlsqueuesize 127
= false unsigned integer min:70 max:100
connection.adaptivereaper.lowater 85
= false unsigned integer min:70 max:90
tmm.umem_reap_aggrlevel 80
= false unsigned integer min:75 max:85
tm.tcpmemorypressure.lowater 80
= true unsigned integer min:8 max:16384
tmm.cec.tables.evict.lru_after 64
= true unsigned integer min:8 max:256
tmm.pem.srdb.entry.lowconfidence 16
tmm.pem.srdb.entry.step 32
= false unsigned integer min:8 max:32
wam.cache.range.maxranges 8
= false unsigned integer min:85 max:100
connection.adaptivereaper.hiwater 95
= false unsigned integer min:86 max:95
tm.tcpmemorypressure.hiwater 90
= true unsigned integer min:86400 max:3000000000
antifraud.unlimitedduration 157680000
= true unsigned integer min:9 max:32
tmm.cec.tables.bits 19
= true unsigned integer min:900 max:1537
tmm.gpa.cec.fast_rtmp_e.min_request_len 1200
`;

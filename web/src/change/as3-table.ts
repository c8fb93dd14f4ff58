/**
 * Classes of AS3 whose properties are BIG-IP's under other names: what each is called, what it becomes, and where AS3's own
 * default is another. Source: AS3 3.56 (its properties of each component, its schema reference; defaults as it set them
 * when it was told nothing).
 */
import type { OwnDefaults } from './as3-values.ts';

export interface As3Class {
  readonly class: string;
  /** With every object. */
  readonly fixed?: Readonly<Record<string, string>>;
  /** See Taking.words. */
  readonly words: string;
  /** The same for structures, by REST's names. */
  readonly inside?: Readonly<Record<string, string>>;
  readonly own?: OwnDefaults;
}

const persist = `description:remark match-across-pools? match-across-services:matchAcrossVirtualPorts?
  match-across-virtuals:matchAcrossVirtualAddresses? mirror? override-connection-limit?`;

function persistence(method: string, words: string, own?: OwnDefaults): As3Class {
  return {
    class: 'Persist',
    fixed: { persistenceMethod: method },
    words: `${persist} ${words}`,
    ...(own !== undefined && { own }),
  };
}

export const as3Table: Readonly<Record<string, As3Class>> = {
  'ltm persistence cookie': persistence(
    'cookie',
    'always-send:alwaysSet? cookie-name expiration:ttl# httponly:httpOnly? secure? method:cookieMethod cookie-encryption:encrypt?',
  ),
  'ltm persistence dest-addr': persistence(
    'destination-address',
    'mask:addressMask hash-algorithm timeout:duration#',
  ),
  'ltm persistence source-addr': persistence(
    'source-address',
    'mask:addressMask hash-algorithm timeout:duration#',
  ),
  'ltm persistence hash': persistence(
    'hash',
    `hash-algorithm hash-offset:startAt# hash-buffer-limit:bufferLimit# hash-length:count#
    hash-start-pattern:startPattern hash-end-pattern:endPattern rule:iRule@ timeout:duration#`,
  ),
  'ltm persistence msrdp': persistence('msrdp', 'has-session-dir:sessionBroker? timeout:duration#'),
  'ltm persistence sip': persistence('sip-info', 'sip-info:header timeout:duration#'),
  'ltm persistence ssl': persistence('tls-session-id', 'timeout:duration#'),
  'ltm persistence universal': persistence('universal', 'rule:iRule@ timeout:duration#'),
  'ltm profile http': {
    class: 'HTTP_Profile',
    words: `description:remark accept-xff:trustXFF? fallback-host:fallbackRedirect fallback-status-codes
      header-erase:whiteOutHeader insert-xforwarded-for:xForwardedFor?
      oneconnect-transformations:multiplexTransformations? proxy-type redirect-rewrite:rewriteRedirects
      request-chunking response-chunking response-headers-permitted:allowedResponseHeaders
      server-agent-name:serverHeaderValue via-host-name:viaHost via-request via-response xff-alternative-names:otherXFF`,
    inside: {
      hsts: `include-subdomains:hstsIncludeSubdomains? maximum-age:hstsPeriod# mode:hstsInsert? preload:hstsPreload?`,
      enforcement: `excess-client-headers excess-server-headers known-methods max-header-count# max-header-size#
        max-requests# oversize-client-headers? oversize-server-headers? pipeline:pipelineAction
        truncated-redirects? unknown-method:unknownMethodAction`,
    },
    own: {
      insertXforwardedFor: 'enabled',
      requestChunking: 'sustain',
      responseChunking: 'sustain',
      viaRequest: 'remove',
      viaResponse: 'remove',
    },
  },
  'ltm profile http2': {
    class: 'HTTP2_Profile',
    words: `description:remark activation-modes:activationMode^ concurrent-streams-per-connection#
      connection-idle-timeout# enforce-tls-requirements? frame-size# header-table-size# include-content-length?
      insert-header? insert-header-name receive-window# write-size#`,
  },
  'ltm profile http-compression': {
    class: 'HTTP_Compress',
    words: `description:remark allow-http-10:allowHTTP10? buffer-size# content-type-exclude:contentTypeExcludes
      content-type-include:contentTypeIncludes cpu-saver? cpu-saver-high# cpu-saver-low# min-size:minimumSize#
      method-prefer:preferMethod gzip-level# keep-accept-encoding? selective? vary-header? uri-exclude:uriExcludes
      uri-include:uriIncludes`,
    own: { uriInclude: '' },
  },
  'ltm profile web-acceleration': {
    class: 'HTTP_Acceleration_Profile',
    words: `cache-aging-rate:agingRate# cache-client-cache-control-mode:ignoreHeaders
      cache-insert-age-header:insertAgeHeaderEnabled? cache-max-age:maximumAge# cache-max-entries:maximumEntries#
      cache-object-max-size:maximumObjectSize# cache-object-min-size:minimumObjectSize# cache-size#
      cache-uri-exclude:uriExcludeList cache-uri-include:uriIncludeList
      cache-uri-include-override:uriIncludeOverrideList cache-uri-pinned:uriPinnedList
      metadata-cache-max-size:metadataMaxSize#`,
    own: { cacheUriInclude: '' },
  },
  'ltm profile one-connect': {
    class: 'Multiplex_Profile',
    words: `description:remark idle-timeout-override# limit-type:connectionLimitEnforcement max-age:maxConnectionAge#
      max-reuse:maxConnectionReuse# max-size:maxConnections# share-pools? source-mask:sourceMask`,
  },
  'ltm profile tcp': {
    class: 'TCP_Profile',
    words: `description:remark abc? ack-on-push? auto-proxy-buffer-size? auto-receive-window-size? auto-send-buffer-size?
      close-wait-timeout# congestion-control cmetrics-cache:congestionMetricsCache?
      cmetrics-cache-timeout:congestionMetricsCacheTimeout# deferred-accept? delayed-acks? delay-window-control? dsack?
      early-retransmit? ecn? enhanced-loss-recovery? fast-open? fast-open-cookie-expiration# fin-wait-timeout#
      fin-wait-2-timeout:finWait2Timeout# idle-timeout# init-cwnd# init-rwnd# ip-df-mode ip-tos-to-client#
      ip-ttl-mode:ttlMode ip-ttl-v4:ttlIPv4# ip-ttl-v6:ttlIPv6# keep-alive-interval# limited-transmit?
      link-qos-to-client# max-retrans# max-segment-size# md5-signature? minimum-rto# mptcp mptcp-csum?
      mptcp-csum-verify? mptcp-fallback mptcp-fastjoin:mptcpFastJoin? mptcp-idle-timeout# mptcp-join-max#
      mptcp-makeafterbreak:mptcpMakeAfterBreak? mptcp-nojoindssack:mptcpNoJoinDssAck? mptcp-rtomax:mptcpRtoMax#
      mptcp-rxmitmin:mptcpRetransmitMin# mptcp-subflowmax:mptcpSubflowMax# mptcp-timeout# nagle
      pkt-loss-ignore-burst# pkt-loss-ignore-rate# proxy-buffer-high# proxy-buffer-low# proxy-mss:proxyMSS?
      proxy-options? push-flag rate-pace? rate-pace-max-rate# receive-window-size# reset-on-timeout?
      rexmt-thresh:retransmitThreshold# selective-acks? selective-nack? send-buffer-size# slow-start?
      syn-cookie-enable? syn-cookie-whitelist:synCookieAllowlist? syn-max-retrans# syn-rto-base# tail-loss-probe?
      timestamps? time-wait-recycle? time-wait-timeout# verified-accept? zero-window-timeout#`,
    own: {
      autoProxyBufferSize: 'enabled',
      autoReceiveWindowSize: 'enabled',
      autoSendBufferSize: 'enabled',
      congestionControl: 'woodside',
      initCwnd: 16,
      initRwnd: 16,
      maxSegmentSize: 0,
      nagle: 'auto',
      proxyBufferHigh: 262144,
      proxyBufferLow: 196608,
      pushFlag: 'auto',
      receiveWindowSize: 131072,
      sendBufferSize: 262144,
    },
  },
  'ltm profile udp': {
    class: 'UDP_Profile',
    words: `description:remark allow-no-payload? buffer-max-bytes# buffer-max-packets# datagram-load-balancing?
      idle-timeout# ip-df-mode ip-tos-to-client# ip-ttl-mode:ttlMode ip-ttl-v4:ttlIPv4# ip-ttl-v6:ttlIPv6#
      link-qos-to-client# no-checksum:useChecksum! proxy-mss:proxyMSS?`,
    own: { noChecksum: 'enabled' },
  },
  'ltm profile fastl4': {
    class: 'L4_Profile',
    words: `description:remark client-timeout# idle-timeout# keep-alive-interval# loose-close? loose-initialization?
      mss-override:maxSegmentSize# pva-acceleration reset-on-timeout? syn-cookie-enable? syn-cookie-whitelist:synCookieAllowlist?
      tcp-close-timeout# tcp-handshake-timeout#`,
  },
  'ltm profile ftp': {
    class: 'FTP_Profile',
    words: `description:remark allow-ftps? allow-active-mode:activeModeEnabled?
      enforce-tls-session-reuse:enforceTlsSessionReuseEnabled? ftps-mode
      inherit-parent-profile:inheritParentProfileEnabled? port# security:securityEnabled?
      translate-extended:translateExtendedEnabled?`,
  },
  'ltm profile stream': {
    class: 'Stream_Profile',
    words: `description:remark chunking:chunkingEnabled? chunk-size# source target`,
  },
  'ltm profile websocket': { class: 'WebSocket_Profile', words: 'description:remark masking' },
  'ltm profile dns': {
    class: 'DNS_Profile',
    words: `description:remark enable-rapid-response:rapidResponseEnabled? rapid-response-last-action
      enable-hardware-query-validation:hardwareQueryValidationEnabled?
      enable-hardware-response-cache:hardwareResponseCacheEnabled? enable-dnssec:dnssecEnabled?
      enable-gtm:globalServerLoadBalancingEnabled? enable-dns-express:dnsExpressEnabled? enable-cache:cacheEnabled?
      cache@ dns64:dns64Mode dns64-prefix dns64-additional-section-rewrite unhandled-query-action
      use-local-bind:localBindServerEnabled? process-xfr:zoneTransferEnabled? process-rd:recursionDesiredEnabled?
      enable-dns-firewall:securityEnabled? enable-logging:loggingEnabled? log-profile:loggingProfile@ avr-dnsstat-sample-rate:statisticsSampleRate#`,
  },
  'ltm snat-translation': {
    class: 'SNAT_Translation',
    words: `description:remark address arp:arpEnabled? connection-limit:maxConnections# ip-idle-timeout
      tcp-idle-timeout udp-idle-timeout traffic-group`,
  },
  'gtm datacenter': {
    class: 'GSLB_Data_Center',
    words: `description:remark contact location prober-preference:proberPreferred prober-fallback prober-pool:proberPool@`,
  },
};

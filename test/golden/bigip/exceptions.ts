/**
 * Where the catalogue differs from the recording on purpose. A key is `component`, `component property`
 * or `component object property`; `*` stands for any run of characters.
 */
const cut = 'the recording was cut: BIG-IP prints the others of the same kind';
const noDefaultCertificate = 'a certificate of its own is made when a device first starts';
const omitted = 'BIG-IP omits it here and prints it of all other profiles';
const ourText = "the texts of BIG-IP's own rules are not ours to copy";
const somebodys = 'somebody set it there';
const kept = 'the trust domain keeps texts, not names of files; cm cert shows them as files';
const sealed = 'printed under its own name, sealed';
const notRest = 'not of REST: a made-up sample of a module of Ansible';
const noEnforcer = 'the module pem is not provisioned';

export const exceptions: Readonly<Record<string, string>> = {
  'auth password-policy lockoutDuration': 'BIG-IP has it since 15.1',
  'cli preference pager': 'whoever recorded it is a program; the factory has it enabled',
  'cli script /Common/f5.app_utils': ourText,
  'cm device-group * failoverProfile': 'Evenkeel only',
  'cm device-group * arbiter': 'Evenkeel only',
  'cm device-group * arbiterPrefix': 'Evenkeel only',
  'cm device-group * hidden': 'bigip_base.conf has it, REST of 14.1 does not',
  'cm traffic-group * monitor': 'an empty block',
  'cm trust-domain /Common/Root ca*': kept,

  'gtm sync-status': 'a worker of the device (restjavad), no component',

  'ltm persistence global-settings description': 'unset: printed as none',
  'ltm profile connector * defaultsFrom': omitted,
  'ltm profile connector * description': omitted,
  'ltm profile service * defaultsFrom': omitted,
  'ltm profile service * description': omitted,
  'ltm profile icap /Common/icap description': omitted,
  'ltm profile *-adapt *adapt description': omitted,
  'ltm profile rewrite * description': omitted,
  'ltm profile web-acceleration * description': omitted,
  'ltm profile radius * protocolProfile': cut,
  'ltm profile radius * subscriberAware': cut,
  'ltm rule * apiAnonymous': ourText,
  'ltm snat-translation *_idle_timeout': notRest,
  'ltm snat-translation state': notRest,
  'ltm tacdb licenseddb *': noEnforcer,
  'net ipsec ike-peer /Common/anonymous *': noDefaultCertificate,
  'net route-domain /Common/0 vlans': 'networks that somebody made there',
  'net stp /Common/cist *': 'interfaces and networks of that device',

  'sys crypto ca-bundle-manager * trustedCaBundle': 'certificates of F5 are not ours to copy',
  'sys dns description': somebodys,
  'sys dns nameServers': somebodys,
  'sys dns search': somebodys,
  'sys file external-monitor /Common/*': ourText,
  'sys global-settings hostname': somebodys,
  'sys ntp servers': somebodys,
  'sys ntp timezone': somebodys,
  'sys smtp-server passwordEncrypted': sealed,
  'sys snmp users *PasswordEncrypted': sealed,
  'sys sshd bannerText': somebodys,
};

/** Parts of `sys` that this device has none of: see ../absent.ts. */
import { absent, notHere } from '../absent.ts';
import { effective, flags, integer, text, uint32 } from '../properties.ts';
import type { Action, Component } from '../types.ts';

const images = ['build', 'checksum', 'product', 'version'].map((name) =>
  text(name, 'As the image says.', { access: 'read-only' }),
);
const verified = text('verified', 'Is it whole?', { access: 'read-only' });

/** As BIG-IP has it, so that whoever tries learns why and not that the words were wrong. */
const install: Action = {
  command: 'install',
  help: 'Software comes to this device by the host: see docs/howto/host.md.',
  parameters: effective(
    text('name', 'The image.', { required: true }),
    text('volume', 'Where it goes.'),
    flags('create-volume', ['create-volume'], undefined, 'The volume is new.'),
    flags('reboot', ['reboot'], undefined, 'Starts from it afterwards.'),
  ),
};
const byHost = 'software comes to this device by the host, not by images';

export const absentFromSystem: readonly Component[] = [
  absent('sys application custom-stat', 'custom statistic', 'Statistics of application services.'),
  absent('sys cluster', 'cluster', 'Blades of a chassis.'),
  absent('sys crypto cert-order-manager', 'certificate order', 'Orders at an authority.'),
  absent('sys crypto client', 'crypto client', 'Devices that do cryptography for this one.'),
  absent('sys crypto fips nethsm-partition', 'network HSM partition', 'Parts of such modules.'),
  absent('sys crypto server', 'crypto server', 'Devices that this one does cryptography for.'),
  absent('sys diags ihealth-result', 'iHealth result', 'Answers of the diagnosis service of F5.'),
  absent('sys disk application-volume', 'application volume', 'Volumes of modules.'),
  absent('sys dynad instrumentation', 'instrumentation', 'Traces of dynamic extensions.'),
  absent('sys dynad rpm', 'package', 'Packages of dynamic extensions.'),
  absent('sys file apache-ssl-cert', 'Apache certificate', 'Certificates of the web server.'),
  absent('sys file browser-capabilities-db', 'browser database', 'Databases of browsers.'),
  absent('sys file dashboard-viewset', 'dashboard view', 'Views of the dashboard.'),
  absent('sys file device-capabilities-db', 'device database', 'Databases of client devices.'),
  absent('sys file lwtunneltbl', 'lightweight tunnel table', 'Tables of lw4o6 tunnels.'),
  absent('sys file system-ssl-cert', 'system certificate', 'Certificates of services.'),
  absent('sys file system-ssl-key', 'system key', 'Keys of services.'),
  absent('sys internal-proxy', 'internal proxy', 'Proxies of services.'),
  absent('sys pfman consumer', 'flow consumer', 'Consumers of packet filters in hardware.'),
  absent('sys pfman device', 'flow device', 'Packet filters in hardware.'),
  absent('sys software block-device-hotfix', 'hotfix', 'Hotfix images for guests.'),
  absent('sys software block-device-image', 'software image', 'Software images for guests.'),
  absent('sys software signature', 'signature', 'Signatures of images.'),
  absent('sys software update-status', 'update status', 'Answers of the update service of F5.'),
  absent('sys url-db download-result', 'download result', 'Downloads of categories of URLs.'),
  {
    ...absent('sys application template-model-tasks', 'template task', 'Templates being read.'),
    kindWord: 'modeltask',
  },
  absent('sys ipfix element', 'IPFIX element', 'Fields that IPFIX sends.', notHere, [
    text('data-type', 'Kind of its values.'),
    integer('enterprise-id', [0, uint32], 0, 'Whose number it is.'),
    integer('id', [0, 65_535], 0, 'Number.'),
    integer('size', [0, 65_535], 0, 'Length.', { unit: 'bytes' }),
  ]),
  {
    ...absent('sys software hotfix', 'hotfix', 'Hotfix images.', byHost, [
      ...images,
      text('id', 'Number of the hotfix.', { access: 'read-only' }),
      text('title', 'Name of the hotfix.', { access: 'read-only' }),
      verified,
    ]),
    actions: [install],
  },
  {
    ...absent('sys software image', 'software image', 'Software images.', byHost, [
      ...images,
      text('build-date', 'When it was built.', { access: 'read-only' }),
      text('file-size', 'Length of the file.', { access: 'read-only' }),
      text('last-modified', 'When it came.', { access: 'read-only' }),
      verified,
    ]),
    actions: [install],
  },
];

import { choice, effective, integer, stored, toggle, uint32 } from '../properties.ts';
import { profile } from './profile.ts';

export const ltmProfileUdp = profile({
  name: 'profile udp',
  noun: 'UDP Profile',
  help: 'How UDP flows behave.',
  properties: [
    ...effective(
      integer('idle-timeout', [0, uint32], 60, 'Flows without traffic end after this.', {
        unit: 'seconds',
        wire: 'string',
        words: ['indefinite', 'immediate'],
      }),
    ),
    ...stored(
      toggle('allow-no-payload', 'disabled', 'Accept datagrams without content.'),
      integer('buffer-max-bytes', [0, 16_777_215], 655_350, 'Ingress buffer of a flow.', {
        unit: 'bytes',
      }),
      integer('buffer-max-packets', [0, 255], 0, 'Datagrams in the ingress buffer.'),
      toggle('datagram-load-balancing', 'disabled', 'Choose a member for each datagram.'),
      choice('ip-df-mode', ['pmtu', 'preserve', 'set', 'clear'], 'pmtu', "The don't fragment bit."),
      integer('ip-tos-to-client', [0, 255], 0, 'Type of service towards the client.', {
        wire: 'string',
        words: ['pass-through', 'mimic'],
      }),
      choice('ip-ttl-mode', ['proxy', 'preserve', 'decrement', 'set'], 'proxy', 'Hop limit.'),
      integer('ip-ttl-v4', [1, 255], 255, 'Hop limit to set, IPv4.'),
      integer('ip-ttl-v6', [1, 255], 64, 'Hop limit to set, IPv6.'),
      integer('link-qos-to-client', [0, 7], 0, 'Link quality of service towards the client.', {
        wire: 'string',
        words: ['pass-through'],
      }),
      toggle('no-checksum', 'disabled', 'Accept datagrams without checksum.'),
      toggle('proxy-mss', 'disabled', 'Offer the server what the client offered.'),
      integer('send-buffer-size', [536, 16_777_215], 655_350, 'Egress buffer of a flow.', {
        unit: 'bytes',
      }),
    ),
  ],
  stock: [
    { name: '/Common/udp' },
    {
      name: '/Common/udp_gtm_dns',
      properties: {
        'defaults-from': '/Common/udp',
        'datagram-load-balancing': 'enabled',
        'idle-timeout': 5,
      },
    },
    {
      name: '/Common/udp_decrement_ttl',
      properties: { 'defaults-from': '/Common/udp', 'ip-ttl-mode': 'decrement' },
    },
    {
      name: '/Common/udp_preserve_ttl',
      properties: { 'defaults-from': '/Common/udp', 'ip-ttl-mode': 'preserve' },
    },
  ],
});

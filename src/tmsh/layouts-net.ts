/** How `show net …` looks (tmsh-and-irules.md A3). Data. */
import type { ComponentId } from '../catalogue/types.ts';
import type { Layout } from './layout.ts';

const netInterface: Layout = {
  title: 'Net::Interface',
  style: 'table',
  align: 'right',
  labels: {
    tmName: 'Name',
    status: 'Status',
    'counters.bitsIn': 'Bits\nIn',
    'counters.bitsOut': 'Bits\nOut',
    'counters.pktsIn': 'Pkts\nIn',
    'counters.pktsOut': 'Pkts\nOut',
    'counters.dropsAll': 'Drops',
    'counters.errorsAll': 'Errs',
    mediaActive: 'Media',
  },
};

function neighbours(title: string): Layout {
  return {
    title,
    style: 'table',
    align: 'left',
    labels: {
      tmName: 'Name',
      ipAddress: 'Address',
      macAddress: 'HWaddress',
      vlan: 'Vlan',
      expire: 'Expire-in-sec',
      status: 'Status',
    },
  };
}

export const netLayouts: Readonly<Record<ComponentId, Layout>> = {
  'net interface': netInterface,
  'net arp': neighbours('Net::Arp'),
  'net ndp': neighbours('Net::Ndp'),
  'net route': {
    title: 'Net::Routes',
    style: 'table',
    labels: {
      tmName: 'Name',
      destination: 'Destination',
      type: 'Type',
      nextHop: 'NextHop',
      origin: 'Origin',
    },
  },
  'net trunk': {
    title: 'Net::Trunk',
    style: 'table',
    labels: {
      tmName: 'Name',
      status: 'Status',
      'counters.bitsIn': 'Bits\nIn',
      'counters.bitsOut': 'Bits\nOut',
      'counters.pktsIn': 'Pkts\nIn',
      'counters.pktsOut': 'Pkts\nOut',
    },
  },
  'net vlan': {
    title: 'Net::Vlan',
    style: 'sections',
    sections: [
      {
        fields: {
          ifName: 'Interface Name',
          macTrue: 'Mac Address (True)',
          mtu: 'MTU',
          tag: 'Tag',
          customerTag: 'Customer-Tag',
        },
      },
    ],
  },
  'net vlan *': {
    title: 'Net::Vlan-Member',
    style: 'sections',
    sections: [{ fields: { tagged: 'Tagged', tagMode: 'Tag-Mode' } }],
  },
  'net vlan * *': netInterface,
};

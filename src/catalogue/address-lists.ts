/** Addresses and ports under one name: of the network, of the firewall, and what both share. */
import type { Component, ComponentId, StockObject } from './types.ts';
import { items, references } from './properties.ts';
import { foldered } from './stored.ts';

const plain = { properties: [], foldered: false, subCollection: false, ordered: false } as const;

/** `isUsed`: traffic is matched with it (`ltm traffic-matching-criteria`). */
export function addressList(id: ComponentId, isUsed = false): Component {
  const used = [
    items('addresses', 'Addresses, networks and ranges.', { ...plain, noun: 'Address' }),
    references('address-lists', id, 'Lists that belong to it.'),
  ];
  return foldered({
    id,
    noun: 'Address List',
    help: 'Addresses under one name.',
    scope: 'group',
    order: 12,
    stock: [],
    acting: isUsed ? used : [],
    properties: [
      ...(isUsed ? [] : used),
      items('fqdns', 'Names.', { ...plain, noun: 'Name' }),
      items('geo', 'Countries.', { ...plain, noun: 'Country' }),
    ],
  });
}

export function portList(
  id: ComponentId,
  stock: readonly StockObject[] = [],
  isUsed = false,
): Component {
  const used = [
    items('ports', 'Ports and ranges of ports.', { ...plain, noun: 'Port' }),
    references('port-lists', id, 'Lists that belong to it.'),
  ];
  return foldered({
    id,
    noun: 'Port List',
    help: 'Ports under one name.',
    scope: 'group',
    order: 12,
    stock,
    acting: isUsed ? used : [],
    properties: isUsed ? [] : used,
  });
}

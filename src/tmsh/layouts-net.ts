/** How `show net …` looks (tmsh-and-irules.md A3). Data. */
import type { ComponentId } from '../catalogue/types.ts';
import type { Layout } from './layout.ts';

export const netLayouts: Readonly<Record<ComponentId, Layout>> = {
  'net interface': {
    title: 'Net::Interface',
    style: 'table',
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
  },
};

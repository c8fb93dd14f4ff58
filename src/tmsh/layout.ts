/** The shape of a hint for the looks of `show`, and labels that many components share. Pure. */
/** Statistic → label; the order of printing. */
export type Labels = Readonly<Record<string, string>>;

export interface Section {
  /** Absent: the lines follow the section before without a gap. */
  readonly heading?: string;
  /** `Label : value`. */
  readonly pairs?: Labels;
  readonly alignLabels?: 'right';
  /** Heading of a column → what stands before the statistic's name in it. */
  readonly columns?: Labels;
  readonly rows?: Labels;
  /** Only with `detail`. */
  readonly onlyInDetail?: true;
}

export type Layout = {
  readonly title: string;
  /** `configuration`: the object itself is shown, not its statistics (cm device). */
  readonly source?: 'configuration';
  /** ISO times in words of BIG-IP: "2026-Nov-21 11:53:44", or "11/21/26 11:53:44". */
  readonly times?: 'named' | 'slashes';
} & (
  | {
      /** Sections of labelled values and of columns. */
      readonly style: 'sections';
      readonly sections: readonly Section[];
      /** Between title and name: ": " unless the title holds the type. */
      readonly beforeName?: ' ';
      /** Stands in parentheses behind the name. */
      readonly afterName?: string;
    }
  | {
      /** `Label    value`, several lines under a label that has a list (cm sync-status). */
      readonly style: 'fields';
      readonly labels: Labels;
      /** Values stand in angle brackets, also empty ones (sys crypto master-key). */
      readonly enclosed?: true;
      readonly indent?: number;
      /** Shown where the device reports nothing. */
      readonly absent?: Labels;
    }
  /** One row an object; a line break in a label makes the header two lines high. */
  | { readonly style: 'table'; readonly labels: Labels }
  /** Blocks of rows under headings of their own: Current, Average and Max (sys performance). */
  | { readonly style: 'report' }
  /** sys version: a heading and its fields. */
  | { readonly style: 'block'; readonly labels: Labels }
);

export const status: Labels = {
  'status.availabilityState': 'Availability',
  'status.enabledState': 'State',
  'status.statusReason': 'Reason',
};

export const monitored: Labels = {
  monitorRule: 'Monitor',
  monitorStatus: 'Monitor Status',
  sessionStatus: 'Session Status',
};

export const traffic: Labels = {
  bitsIn: 'Bits In',
  bitsOut: 'Bits Out',
  pktsIn: 'Packets In',
  pktsOut: 'Packets Out',
  curConns: 'Current Connections',
  maxConns: 'Maximum Connections',
  totConns: 'Total Connections',
};

/** Labels for statistics of components without a layout of their own. */
export const commonLabels: Labels = {
  ...status,
  ...monitored,
  ...traffic,
  evictedConns: 'Evicted Connections',
  slowKilled: 'Slow Connections Killed',
  totRequests: 'Total Requests',
  curSessions: 'Current Sessions',
  addr: 'Address',
  port: 'Port',
  destination: 'Destination',
};

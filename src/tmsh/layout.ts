/** The shape of a hint for the looks of `show`, and labels that many components share. Pure. */
import type { ComponentId } from '../catalogue/types.ts';

/** Statistic → label; the order of printing. */
export type Labels = Readonly<Record<string, string>>;

export interface Section {
  /** Absent: the lines follow the section before without a gap. */
  readonly heading?: string;
  /** `Label : value`. */
  readonly pairs?: Labels;
  /** `Label  value`, not set in. */
  readonly fields?: Labels;
  readonly alignLabels?: 'right';
  /** Heading of a column → what stands before the statistic's name in it. */
  readonly columns?: Labels;
  /** What stands behind it instead: `memory` with `Total` and `Used`. */
  readonly columnsAre?: 'suffixes';
  readonly rows?: Labels;
  /** Only with `detail`. */
  readonly onlyInDetail?: true;
}

/** Sections of labelled values and of columns. */
export interface SectionsLook {
  readonly style: 'sections';
  readonly sections: readonly Section[];
  /** Between title and name: ": " unless the title holds the type. */
  readonly beforeName?: ' ';
  /** Stands in parentheses behind the name. */
  readonly afterName?: string;
}

/** `Label    value`, several lines under a label that has a list (cm sync-status). */
export interface FieldsLook {
  readonly style: 'fields';
  /** Without a label a value stands alone (sys clock). */
  readonly labels: Labels;
  /** Values stand in angle brackets, also empty ones (sys crypto master-key). */
  readonly enclosed?: true;
  readonly indent?: number;
  /** Shown where the device reports nothing. */
  readonly absent?: Labels;
}

/** One row an object; a line break in a label makes the header two lines high. */
export interface TableLook {
  readonly style: 'table';
  readonly labels: Labels;
  /** Of all columns but the first; absent: numbers to the right, texts to the left. */
  readonly align?: 'left' | 'right';
}

/** Objects side by side, one column each (sys ip-stat: IPv4 and IPv6). */
export interface ComparedLook {
  readonly style: 'compared';
  /** The statistic that heads an object's column. */
  readonly by: string;
  readonly labels: Labels;
}

/** A line a record, and how many there are (sys connection). */
export interface RecordsLook {
  readonly style: 'records';
  /** `{statistic}` stands for its value. */
  readonly line: string;
  readonly total: string;
  /** Statistic → names of its values. */
  readonly words: Readonly<Record<string, Labels>>;
  /** With `all-properties`. */
  readonly details?: {
    /** As `line`. */
    readonly heading: string;
    readonly fields: Labels;
    /** Heading of a column → what its statistics begin with. */
    readonly sides: Labels;
    /** How they end → label; an address and its port have a colon between them. */
    readonly rows: Labels;
  };
}

/** Blocks of rows under headings of their own: Current, Average and Max (sys performance). */
export interface ReportLook {
  readonly style: 'report';
  /** Heading of a block → the part of the report that it stands in, where there are several. */
  readonly parts?: Labels;
  /** Heading of a block → what it counts. */
  readonly units: Labels;
  /** The only blocks that are shown. */
  readonly only?: readonly string[];
  /** Components that show parts of this one: not shown with it, only when they are named. */
  readonly covers?: readonly ComponentId[];
}

/** A short list for each kind of one thing: `TMM: 0`, and its figures (sys memory). */
export interface ListsLook {
  readonly style: 'lists';
  /** What a kind's statistics begin with → how it is called. */
  readonly lists: Labels;
  /** How they end → label. */
  readonly labels: Labels;
}

/** sys version: a heading and its fields. */
export interface BlockLook {
  readonly style: 'block';
  readonly labels: Labels;
}

/** Headings, and fields below them (sys hardware). */
export interface OutlineLook {
  readonly style: 'outline';
  readonly groups: readonly {
    readonly heading: string;
    /** The way from the answer to the levels that are meant; `*` is any key. */
    readonly at: readonly string[];
    readonly labels: Labels;
    /** Several things stand under one heading, each behind a blank line. */
    readonly isRepeated?: true;
    /** A level of names and values below: a label, a line of dashes, then name and value. */
    readonly named?: {
      readonly level: string;
      readonly label: string;
      readonly name: string;
      readonly value: string;
    };
  }[];
}

/** How one kind of level looks. */
export type Look = {
  readonly title: string;
  /** ISO times in words of BIG-IP: "2026-Nov-21 11:53:44", "11/21/26 11:53:44", "Sat Nov 21 11:53:44 UTC 2026". */
  readonly times?: 'named' | 'slashes' | 'date';
} & (
  | SectionsLook
  | FieldsLook
  | TableLook
  | ComparedLook
  | RecordsLook
  | ReportLook
  | BlockLook
  | ListsLook
  | OutlineLook
);

export interface Part {
  /** The answer of another component, which has the levels. */
  readonly of?: ComponentId;
  /** The way from the answer to the levels that are meant; `*` is any key. */
  readonly at: readonly string[];
  readonly look: Look;
  /** The key of a level stands behind the title. */
  readonly isNamed?: true;
}

export type Layout =
  | (Look & {
      /**
       * `configuration`: the object itself is shown, not its statistics (cm device); `history`: what the shell
       * remembers (cli history).
       */
      readonly source?: 'configuration' | 'history';
    })
  /** Several levels of one answer, each with its own look (sys memory). */
  | {
      readonly title: string;
      readonly style: 'parts';
      readonly source?: never;
      readonly parts: readonly Part[];
    };

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

/** Lines of our log files as syslog messages: RFC 3164 and RFC 5424. Pure. */

export interface LogLine {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly level: string;
  readonly program: string;
  readonly pid: string;
  readonly text: string;
}

export type Format = 'rfc3164' | 'rfc5424' | 'legacy-bigip';

const severities = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

/** 0 (emerg) … 7 (debug); BIG-IP's other spellings as well. Words that are none count as info. */
export function severityOf(level: string): number {
  const word = level === 'warn' ? 'warning' : level === 'error' ? 'err' : level;
  const found = severities.indexOf(word);
  return found < 0 ? severities.indexOf('info') : found;
}

/** "2026-11-21T10:00:00.000Z notice failover[123] 010c0019:5: Active". */
export function parseLine(line: string): LogLine | undefined {
  const match = /^(\d{4}-\S+Z) (\w+) ([\w.-]+)\[(\d+)\] (.*)$/.exec(line);
  if (match === null) return undefined;
  const [, time = '', level = '', program = '', pid = '', text = ''] = match;
  return { time, level, program, pid, text };
}

export interface Sender {
  readonly hostname: string;
  /** 0…23. */
  readonly facility: number;
  /** RFC 3164 with dates of ISO 8601, as `sys syslog iso-date`. */
  readonly isoDate: boolean;
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** RFC 3164 4.1.2: "Nov  1 09:05:00". */
function shortDate(time: string): string {
  const [, month = '01', day = '01', clock = ''] =
    /^\d{4}-(\d\d)-(\d\d)T([\d:]{8})/.exec(time) ?? [];
  return `${months[Number(month) - 1]} ${String(Number(day)).padStart(2)} ${clock}`;
}

export function renderMessage(line: LogLine, format: Format, sender: Sender): string {
  const priority = sender.facility * 8 + severityOf(line.level);
  const { hostname } = sender;
  const { program, pid, text } = line;
  switch (format) {
    case 'rfc5424':
      return `<${priority}>1 ${line.time} ${hostname} ${program} ${pid} - - ${text}`;
    case 'rfc3164': {
      const date = sender.isoDate ? line.time : shortDate(line.time);
      return `<${priority}>${date} ${hostname} ${program}[${pid}]: ${text}`;
    }
    case 'legacy-bigip': {
      const date = sender.isoDate ? line.time : shortDate(line.time);
      return `<${priority}>${date} ${hostname} ${line.level} ${program}[${pid}]: ${text}`;
    }
  }
}

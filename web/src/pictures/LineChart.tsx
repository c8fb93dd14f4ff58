/** A few lines over time, drawn without a library; the newest and the highest value stand beside it in words. */
import type { ReactNode } from 'react';

export interface Line {
  readonly title: string;
  /** NaN: not known then; the line has a gap. */
  readonly values: readonly number[];
}

const size = { width: 560, height: 150, left: 64, right: 8, top: 10, bottom: 22 };
const dashes = ['', '6 3', '2 3'];

export function LineChart(props: {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
  readonly stepSeconds: number;
}): ReactNode {
  const { title, unit, lines, stepSeconds } = props;
  const count = Math.max(0, ...lines.map(({ values }) => values.length));
  const highest = roundedUp(Math.max(1, ...lines.flatMap(({ values }) => values.filter(isKnown))));
  const across = size.width - size.left - size.right;
  const down = size.height - size.top - size.bottom;
  const xOf = (index: number): number =>
    size.left + (count < 2 ? across : (index * across) / (count - 1));
  const yOf = (value: number): number => size.top + down - (value * down) / highest;
  return (
    <figure className="chart">
      <figcaption>
        <strong>{title}</strong>{' '}
        {lines.map(({ title: name, values }, index) => (
          <span key={name} className={`chart-key chart-${index}`}>
            {lines.length > 1 && <span aria-hidden="true">{index === 0 ? '— ' : '- - '}</span>}
            {lines.length > 1 && `${name}: `}
            {nowText(values.at(-1), unit)}, at most{' '}
            {shown(Math.max(0, ...values.filter(isKnown)))}{' '}
          </span>
        ))}
      </figcaption>
      <svg
        viewBox={`0 0 ${size.width} ${size.height}`}
        role="img"
        aria-label={`${title} over time`}
      >
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line
              x1={size.left}
              x2={size.width - size.right}
              y1={yOf(share * highest)}
              y2={yOf(share * highest)}
              className="chart-grid"
            />
            <text
              x={size.left - 6}
              y={yOf(share * highest) + 4}
              textAnchor="end"
              className="chart-text"
            >
              {shown(share * highest)}
            </text>
          </g>
        ))}
        <text x={size.left} y={size.height - 6} className="chart-text">
          {count < 2 ? '' : `${duration((count - 1) * stepSeconds)} ago`}
        </text>
        <text
          x={size.width - size.right}
          y={size.height - 6}
          textAnchor="end"
          className="chart-text"
        >
          now
        </text>
        {lines.map(({ title: name, values }, index) => (
          <path
            key={name}
            className={`chart-line chart-${index}`}
            strokeDasharray={dashes[index] ?? ''}
            d={pathOf(values, (at) => xOf(at + count - values.length), yOf)}
          />
        ))}
      </svg>
    </figure>
  );
}

function isKnown(value: number): boolean {
  return !Number.isNaN(value);
}

function nowText(value: number | undefined, unit: string): string {
  return value === undefined || !isKnown(value)
    ? 'not known now'
    : `${shown(value)} ${unit}`.trim();
}

/** A line that stops where nothing is known and goes on behind it; a value between two gaps is a dot. */
function pathOf(
  values: readonly number[],
  xOf: (index: number) => number,
  yOf: (value: number) => number,
): string {
  return values
    .map((value, index) => {
      if (!isKnown(value)) return '';
      const place = `${xOf(index).toFixed(1)} ${yOf(value).toFixed(1)}`;
      const isFirst = index === 0 || !isKnown(values[index - 1] ?? NaN);
      return isFirst ? `M${place}h0.1` : `L${place}`;
    })
    .join('');
}

/** 1, 2 or 5 times a power of ten. */
function roundedUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}

const prefixes = ['', 'k', 'M', 'G', 'T'];

export function shown(value: number): string {
  const step = value < 1000 ? 0 : Math.min(prefixes.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** step;
  const digits = scaled >= 100 || Number.isInteger(scaled) ? 0 : scaled >= 10 ? 1 : 2;
  return `${scaled.toFixed(digits)}${prefixes[step] ?? ''}`;
}

function duration(seconds: number): string {
  if (seconds >= 172_800) return `${Math.round(seconds / 86_400)} days`;
  if (seconds >= 7200) return `${Math.round(seconds / 3600)} hours`;
  return seconds >= 120 ? `${Math.round(seconds / 60)} minutes` : `${seconds} seconds`;
}

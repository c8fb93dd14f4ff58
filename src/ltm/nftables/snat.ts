/**
 * The table of `ltm snat`. Pure. A connection that begins through this device, and that no virtual server took, gets the
 * mark of the most specific origin; the mark says where it seems to come from.
 */
import { markText } from './marks.ts';
import { printPrefix } from '../../base/address.ts';
import { contentHash } from '../engine-names.ts';
import type { SnatPlan } from '../types.ts';
import { connectionCounter, counterLines } from './read.ts';
import { sourceLines } from './render.ts';

export const snatTableName = 'evenkeel_snat';
const table = `inet ${snatTableName}`;

/** One transaction that makes the table, whatever was there. */
export function renderSnats(snats: readonly SnatPlan[]): string {
  const empty = [`table ${table} { }`, `delete table ${table}`];
  if (snats.length === 0) return `${empty.join('\n')}\n`;
  const marks = snats.map((one) => `${markText(one.mark)} : goto s_${contentHash(one.name)}`);
  return [
    ...empty,
    `table ${table} {`,
    ...snats.flatMap((one) => [`chain s_${contentHash(one.name)} {`, ...lines(one), '}']),
    `map from { type mark : verdict; elements = { ${marks.join(', ')} } }`,
    ...counterLines(snats, 'filter + 1'),
    'chain begun {',
    'type filter hook forward priority filter; policy accept;',
    'ct state != new accept',
    'ct mark != 0 accept',
    ...originLines(snats),
    '}',
    'chain source {',
    // After the virtual servers' own.
    'type nat hook postrouting priority srcnat + 1; policy accept;',
    'ct mark vmap @from',
    '}',
    '}\n',
  ].join('\n');
}

function lines({ source }: SnatPlan): readonly string[] {
  // What one family's lines do not take goes on to the other's.
  if (source.kind === 'automap') {
    const floating = ([4, 6] as const).flatMap((family) =>
      sourceLines(source, family === 4 ? 'ip' : 'ip6', family).filter(
        (one) => one !== 'masquerade',
      ),
    );
    return [...floating, 'masquerade'];
  }
  return ([4, 6] as const).flatMap((family) =>
    sourceLines(source, family === 4 ? 'ip' : 'ip6', family),
  );
}

/** The longest first, as on BIG-IP. */
function originLines(snats: readonly SnatPlan[]): readonly string[] {
  const all = snats.flatMap((snat) => snat.origins.map((origin) => ({ snat, origin })));
  return all
    .toSorted((a, b) => b.origin.length - a.origin.length)
    .map(({ snat, origin }) => {
      const { family } = origin.address;
      const ip = family === 4 ? 'ip' : 'ip6';
      const names = snat.interfaces?.map((name) => `"${name}"`).join(', ');
      const parts = [`meta nfproto ipv${family}`];
      if (names !== undefined) parts.push(`iifname { ${names === '' ? '"none"' : names} }`);
      if (origin.length > 0) parts.push(`${ip} saddr ${printPrefix(origin)}`);
      parts.push(`ct mark set ${markText(snat.mark)}`, connectionCounter(contentHash(snat.name)));
      return `${parts.join(' ')} accept`;
    });
}

/**
 * What a zone must keep to, as data: what BIND refuses, accepts silently and serves otherwise, or ignores
 * (gtm-dns-zonerunner.md 6.1, 6.2). An error is refused before the commit, a warning is told by `check`,
 * an import and a dry run. Pure.
 */

export interface Rule {
  readonly severity: 'error' | 'warning';
  /** In a few words, for docs and reports. */
  readonly meaning: string;
  /** What to do about it. */
  readonly cure: string;
}

const error = (meaning: string, cure: string): Rule => ({ severity: 'error', meaning, cure });
const warning = (meaning: string, cure: string): Rule => ({ severity: 'warning', meaning, cure });

export const rules = {
  'zone-name': error(
    'the name of a zone is a domain name',
    'labels of letters, digits, "-", "_" and "/", and a dot at the end',
  ),
  'zone-kind': error('what a zone has fits its type', 'set it, or choose another type'),
  'soa-field': error('the fields of the SOA are names', 'write names with their dots'),
  'soa-record': error('a zone has one SOA, at its top', 'set the properties of the zone'),
  'record-name': error('a record set is named OWNER:TYPE', 'write "www.example.com.:A"'),
  'record-type': error('the type of a record is known', 'use its name, or TYPEnnn'),
  'record-data': error('the data is that of the type', 'write it as in a zone file'),
  'owner-name': error(
    'an owner is a domain name',
    'labels of letters, digits, "-", "_" and "/", and a dot at the end',
  ),
  'out-of-zone': error('owners are within the zone', 'add its final dot, or move it to its zone'),
  'no-data': error('a record set has records', 'add data, or delete the set'),
  'data-twice': error('a record is there once', 'delete the second'),
  'set-twice': error('a record set is there once', 'put the data of both in one'),
  'no-ns': error('a zone has NS records at its top', 'add the record set ZONE:NS'),
  'cname-many': error('a CNAME has one target', 'keep one'),
  'cname-apex': error('no CNAME at the top of a zone', 'use A and AAAA records there'),
  'cname-beside': error('no CNAME beside other data', 'delete the CNAME, or the rest'),
  'cname-loop': error('CNAMEs do not lead in a circle', 'let one of them name a host'),
  'dname-many': error('a DNAME has one target', 'keep one'),
  'below-dname': error('no data below a DNAME', 'delete it, or move the DNAME'),
  'ns-wildcard': error('an NS set has no wildcard as owner', 'name the child zone'),
  'host-cname': error('hosts of NS, MX and SRV are no CNAMEs', 'name the host itself'),
  'host-missing': error('hosts of NS, MX and SRV have addresses', 'add its A or AAAA record'),
  'glue-missing': error(
    'a name server below its own delegation has glue',
    'add its A or AAAA record',
  ),
  'ns-below-dname': error('a name server is not below a DNAME', 'name it as the DNAME leads'),
  'below-cut': error('no data below a delegation', 'put it into the child zone'),
  'ds-apex': error('no DS at the top of a zone', 'put it into the parent zone'),
  'ds-without-ns': error('DS stands beside NS only', 'add the NS records of the child'),
  'ds-digest': error('a digest is as long as its kind says', 'copy it whole'),
  'host-name': error('owners of A, AAAA and MX are host names', 'use letters, digits and "-"'),
  'naptr-flags': error('NAPTR flags are single letters or digits', 'use "", S, A, U or P'),
  'naptr-regexp': error('a NAPTR rewrites by !ERE!TEXT!', 'write "!^.*$!TEXT!", or ""'),
  'naptr-choice': error('a NAPTR rewrites or replaces, not both', 'set one of the two to "" or .'),
  'svcb-alias': error('an alias (priority 0) has no parameters', 'delete them, or the 0'),
  'file-syntax': error('a zone file is one', 'mend the line'),
  'file-directive': error('only $ORIGIN, $TTL and $GENERATE are followed', 'put the lines here'),
  'file-size': error('a zone has at most a million records', 'divide it'),
  'cname-dangling': warning('the target of a CNAME is there', 'add it, or delete the CNAME'),
  'wide-ip': warning('a wide IP answers for the name, not the zone', 'delete one of the two'),
  'hidden-by-zone': warning('another zone of the view answers for the name', 'move it there'),
  'missing-dot': warning('a name in full ends with a dot', 'add the dot, or cut the zone from it'),
  'ttl-zero': warning('a TTL of 0 is kept by nobody', 'use a minute'),
  'ttl-long': warning('a TTL above a week is cut by resolvers', 'use a day'),
  'soa-times': warning('the SOA times fit together', 'refresh > retry, expire > refresh + retry'),
  'one-ns': warning('a zone has two name servers (RFC 2182)', 'add one'),
  'spf-without-txt': warning('SPF is read from TXT only', 'add the same as TXT'),
  'spf-many': warning('one SPF text a name', 'put both in one'),
  'srv-owner': warning('an SRV is owned by _service._protocol', 'name it so'),
  'caa-tag': warning('CAA tags are issue, issuewild, iodef and such', 'mend the tag'),
  'ptr-elsewhere': warning('PTR stands in reverse zones', 'move it to in-addr.arpa. or ip6.arpa.'),
  'ttl-mixed': warning('records of a set have one TTL', 'the lowest is taken'),
  'no-ttl': warning('a zone file says its TTL', 'add $TTL; the SOA minimum is taken'),
  'soa-late': warning('the SOA is the first record', 'move it to the top'),
  'soa-mail': warning('an "@" in the SOA is a dot', 'write it with a dot'),
  'dropped-signature': warning('signatures are made anew here', 'set dnssec-policy'),
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleName = keyof typeof rules;

export interface Problem {
  readonly rule: RuleName;
  readonly message: string;
  /** The record set it is about. */
  readonly item?: string;
}

export function severityOf(problem: Problem): Rule['severity'] {
  return rules[problem.rule].severity;
}

/** "what is wrong (rule): cure". */
export function textOfProblem({ message, rule }: Problem): string {
  return `${message} (${rule}: ${rules[rule].cure})`;
}

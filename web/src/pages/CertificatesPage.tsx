/** Certificates: until when, of whom, by whom, and who uses them; those that end first stand first. */
import { PageSection } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { JsonObject } from '../../../src/config/text/json.ts';
import { listQuery, nameOf } from '../api/queries.ts';
import { get, itemsOf } from '../api/rest.ts';
import { Problem, Wait } from '../shell/Problem.tsx';
import { Go, objectPlace } from '../shell/router.tsx';
import { PageHead } from './PageHead.tsx';

const dayMilliseconds = 86_400_000;
const soonDays = 30;
const shownUsers = 20;

export function CertificatesPage(): ReactNode {
  const found = useQuery(listQuery('sys file ssl-cert'));
  const [now] = useState(() => Date.now());
  if (found.error !== null)
    return <Problem title="Certificates cannot be shown" error={found.error} />;
  if (found.data === undefined) return <Wait />;
  const certificates = found.data.toSorted(
    (a, b) => Number(a['expirationDate']) - Number(b['expirationDate']),
  );
  return (
    <PageSection>
      <PageHead title="Certificates" note="Those that end first stand first." />
      <div className="field-list">
        {certificates.map((certificate) => (
          <Certificate key={nameOf(certificate)} certificate={certificate} now={now} />
        ))}
      </div>
    </PageSection>
  );
}

function Certificate({
  certificate,
  now,
}: {
  readonly certificate: JsonObject;
  readonly now: number;
}): ReactNode {
  const name = nameOf(certificate);
  const {
    subject,
    issuer,
    subjectAlternativeName,
    keyType,
    certificateKeySize,
    serialNumber,
    fingerprint,
  } = certificate;
  const isSelfSigned = subject !== undefined && subject === issuer;
  return (
    <section className="item" aria-label={name}>
      <h2>
        <Go to={objectPlace('sys file ssl-cert', name)}>{name}</Go>{' '}
        <Expiry certificate={certificate} now={now} />
      </h2>
      <dl className="facts facts-beside">
        <Fact name="Subject" value={subject} />
        <Fact name="Names" value={subjectAlternativeName} />
        <Fact name="Issued by" value={isSelfSigned ? 'itself' : issuer} />
        <Fact name="Key" value={`${String(keyType ?? '')} ${String(certificateKeySize ?? '')}`} />
        <Fact name="Serial number" value={serialNumber} />
        <Fact name="Fingerprint" value={fingerprint} />
        {certificate['isBundle'] === 'true' && (
          <Fact name="Bundle" value="several certificates; what stands here is the first" />
        )}
      </dl>
      <Chain issuer={isSelfSigned ? undefined : issuer} />
      <Users name={name} />
    </section>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: unknown }): ReactNode {
  if (value === undefined || value === '' || value === 'none') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{String(value)}</dd>
    </div>
  );
}

function Expiry({
  certificate,
  now,
}: {
  readonly certificate: JsonObject;
  readonly now: number;
}): ReactNode {
  const seconds = Number(certificate['expirationDate']);
  if (!Number.isFinite(seconds) || seconds === 0) return null;
  const days = Math.floor((seconds * 1000 - now) / dayMilliseconds);
  const kind = days < 0 ? 'offline' : days < soonDays ? 'unavailable' : 'available';
  const shape = days < 0 ? '◆' : days < soonDays ? '▲' : '●';
  const words = days < 0 ? `ended ${-days} days ago` : `${days} days left`;
  return (
    <span className="expiry">
      <span className={`state-${kind}`} aria-hidden="true">
        {shape}
      </span>{' '}
      {words} <span className="quiet">({String(certificate['expirationString'] ?? '')})</span>
    </span>
  );
}

/** Certificates here that have signed it, one after the other. */
function Chain({ issuer }: { readonly issuer: unknown }): ReactNode {
  const all = useQuery(listQuery('sys file ssl-cert')).data ?? [];
  const chain: JsonObject[] = [];
  let wanted = issuer;
  while (wanted !== undefined && chain.length < 10) {
    const next = all.find(({ subject }) => subject === wanted);
    if (next === undefined || chain.includes(next)) break;
    chain.push(next);
    wanted = next['issuer'] === next['subject'] ? undefined : next['issuer'];
  }
  if (chain.length === 0) return null;
  return (
    <p>
      Signed by{' '}
      {chain.map((one) => (
        <span key={nameOf(one)}>
          → <Go to={objectPlace('sys file ssl-cert', nameOf(one))}>{nameOf(one)}</Go>{' '}
        </span>
      ))}
    </p>
  );
}

function Users({ name }: { readonly name: string }): ReactNode {
  const object = encodeURIComponent(`sys file ssl-cert ${name}`);
  const found = useQuery({
    queryKey: ['references', 'sys file ssl-cert', name],
    queryFn: async ({ signal }) =>
      itemsOf(await get(`/mgmt/shared/evenkeel/references?object=${object}`, signal)),
  });
  if (found.data === undefined) return null;
  const users = new Map(
    found.data.map((user) => {
      const [component, of] = [String(user['component']), String(user['name'])];
      return [`${component} ${of}`, { component, of }];
    }),
  );
  if (users.size === 0) return <p className="quiet">Not used.</p>;
  const more = users.size - shownUsers;
  return (
    <p>
      Used by{' '}
      {[...users].slice(0, shownUsers).map(([key, { component, of }], index) => (
        <span key={key}>
          {index > 0 && ', '}
          {component} <Go to={objectPlace(component, of)}>{of}</Go>
        </span>
      ))}
      {more > 0 && ` and ${more} more`}
    </p>
  );
}

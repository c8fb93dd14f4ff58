/** Over every page: that the device is silent or slow, that another one answers now, and where else to look. */
import { Alert, AlertActionCloseButton } from '@patternfly/react-core';
import { type ReactNode, useState, useSyncExternalStore } from 'react';
import { slowAnswers } from '../api/rest.ts';
import type { Peer } from '../api/stream.ts';
import { useShell } from './context.ts';

export function Banners(): ReactNode {
  const { corner, problem } = useShell();
  const slow = useSyncExternalStore(slowAnswers.subscribe, slowAnswers.count);
  const name = corner?.hostname ?? 'The device';
  return (
    <div className="banners">
      <AnotherDevice />
      {problem !== undefined && (
        <Alert component="p" isInline variant="warning" title={`${name} ${problem}`} isLiveRegion>
          {corner !== undefined && corner.peers.length > 0 && (
            <>
              <p>What you typed stays on this page. Others, as {name} heard them last:</p>
              <PeerLinks peers={corner.peers} />
            </>
          )}
        </Alert>
      )}
      {problem === undefined && slow > 0 && (
        <Alert
          component="p"
          isInline
          variant="info"
          title={`${name} is slow: ${slow === 1 ? 'an answer is' : `${slow} answers are`} still awaited.`}
          isLiveRegion
        />
      )}
    </div>
  );
}

/** The same address, another device: a floating address has moved, or the machine was replaced. */
function AnotherDevice(): ReactNode {
  const { corner } = useShell();
  const [known, setKnown] = useState<string>();
  const [before, setBefore] = useState<string>();
  const now = corner?.device;
  if (now !== undefined && now !== known) {
    if (known !== undefined) setBefore(known);
    setKnown(now);
  }
  if (before === undefined || now === undefined || before === now) return null;
  return (
    <Alert
      component="p"
      isInline
      isLiveRegion
      variant="warning"
      title={`${now} answers here now; before it was ${before}.`}
      actionClose={
        <AlertActionCloseButton aria-label="Close" onClose={() => setBefore(undefined)} />
      }
    >
      What is shown is that of {now}. What you typed is still here, and has not been applied.
    </Alert>
  );
}

/** Each opens the same page there, beside this one. */
export function PeerLinks({ peers }: { readonly peers: readonly Peer[] }): ReactNode {
  return (
    <ul className="plain-list">
      {peers.map(({ device, managementIp, failoverState }) => (
        <li key={device}>
          {device} <span className="quiet">({failoverState})</span>{' '}
          {managementIp !== '' && managementIp !== 'none' && (
            <a href={placeOn(managementIp)} target="_blank" rel="noopener noreferrer">
              Open this page on {device}
            </a>
          )}
        </li>
      ))}
    </ul>
  );
}

function placeOn(address: string): string {
  const { port, pathname, search } = window.location;
  const host = address.includes(':') ? `[${address}]` : address;
  return `https://${host}${port === '' ? '' : `:${port}`}${pathname}${search}`;
}

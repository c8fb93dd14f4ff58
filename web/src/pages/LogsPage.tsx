/** What the device wrote: one log, the newest lines, as they come. */
import {
  FormSelect,
  FormSelectOption,
  PageSection,
  Switch,
  TextInput,
} from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { get } from '../api/rest.ts';
import { isObject } from '../catalogue/shape.ts';
import { Problem } from '../shell/Problem.tsx';
import type { PageProps } from '../shell/page-props.ts';
import { PageHead } from './PageHead.tsx';

const refreshMilliseconds = 3000;
const maximumLines = 1000;

export function LogsPage({ query }: PageProps): ReactNode {
  const [log, setLog] = useState(query.get('log') ?? 'ltm');
  const [text, setText] = useState('');
  const [isFollowed, setFollowed] = useState(true);
  const names = useQuery({
    queryKey: ['statistics', 'sys log', ''],
    queryFn: async ({ signal }) => namesIn(anonymous(await get('/mgmt/tm/sys/log', signal))),
  });
  const found = useQuery({
    queryKey: ['statistics', 'sys log', log],
    queryFn: async ({ signal }) =>
      anonymous(await get(`/mgmt/tm/sys/log/${encodeURIComponent(log)}/stats`, signal)),
    refetchInterval: isFollowed ? refreshMilliseconds : false,
  });
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const lines = (found.data ?? '')
    .split('\n')
    .filter((line) => line !== '' && words.every((word) => line.toLowerCase().includes(word)))
    .slice(-maximumLines)
    .toReversed();
  return (
    <PageSection>
      <PageHead title="Logs" note="The newest lines stand first." />
      <div className="toolbar">
        <FormSelect
          className="log-name"
          aria-label="Log"
          value={log}
          onChange={(_, value) => setLog(value)}
        >
          {(names.data ?? [[log, '']]).map(([name = '', help = '']) => (
            <FormSelectOption
              key={name}
              value={name}
              label={help === '' ? name : `${name} – ${help}`}
            />
          ))}
        </FormSelect>
        <TextInput
          className="grow"
          type="search"
          aria-label="Filter lines"
          placeholder="Filter: all words"
          value={text}
          onChange={(_, value) => setText(value)}
        />
        <Switch
          id="follow"
          label="Follow"
          isChecked={isFollowed}
          onChange={(_, checked) => setFollowed(checked)}
        />
        <span role="status" className="quiet">
          {lines.length} lines
        </span>
      </div>
      {found.error !== null && <Problem title="The log cannot be shown" error={found.error} />}
      <ol className="log" aria-label={`Log ${log}`} tabIndex={0}>
        {lines.map((line, index) => (
          // Lines may be alike; their place is all that they have.
          // oxlint-disable-next-line react/no-array-index-key -- see above
          <li key={`${index} ${line}`} className={classOf(line)}>
            {line}
          </li>
        ))}
      </ol>
    </PageSection>
  );
}

function anonymous(json: Readonly<Record<string, unknown>>): string {
  const { apiRawValues } = json;
  return isObject(apiRawValues) ? String(apiRawValues['apiAnonymous'] ?? '') : '';
}

function namesIn(text: string): readonly (readonly string[])[] {
  return [...text.matchAll(/^ (\S+)\s*: (.*)$/gm)].map(([, name = '', help = '']) => [name, help]);
}

function classOf(line: string): string | undefined {
  const level = /^\S+ (\w+) /.exec(line)?.[1] ?? '';
  if (/^(emerg|alert|crit|err)$/.test(level)) return 'log-bad';
  return level === 'warning' ? 'log-warning' : undefined;
}

/** tmsh in the browser: one command after the other, as the device's own shell runs them in the name of the user. */
import { Button, PageSection } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import {
  type FormEvent,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from 'react';
import { call } from '../api/rest.ts';
import { useShell } from '../shell/context.ts';
import { messageOf } from '../shell/Problem.tsx';
import { PageHead } from './PageHead.tsx';

interface Said {
  readonly number: number;
  readonly command: string;
  readonly answer: string | undefined;
}

const maximumKept = 200;
let nextNumber = 1;

export function ConsolePage(): ReactNode {
  const { session, corner } = useShell();
  const queries = useQueryClient();
  const [said, setSaid] = useState<readonly Said[]>([]);
  const [text, setText] = useState('');
  const [back, setBack] = useState(0);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // In braces: newer browsers answer a promise, which is no clean-up.
    end.current?.scrollIntoView({ block: 'end' });
  }, [said]);
  const run = (event: FormEvent): void => {
    event.preventDefault();
    const command = text.trim();
    if (command === '') return;
    const number = nextNumber;
    nextNumber += 1;
    setSaid((before) => [...before.slice(1 - maximumKept), { number, command, answer: undefined }]);
    setText('');
    setBack(0);
    const answered = (answer: string): void =>
      setSaid((before) => before.map((one) => (one.number === number ? { ...one, answer } : one)));
    call('/mgmt/shared/evenkeel/tmsh', { method: 'POST', body: { commands: command } })
      .then(({ json }) => answered(String(json['output'] ?? '')))
      .catch((error: unknown) => answered(messageOf(error)))
      .finally(() => void queries.invalidateQueries());
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(said.length, back + step));
    setBack(next);
    setText(next === 0 ? '' : (said.at(-next)?.command ?? ''));
  };
  const prompt = `${session.user}@(${corner?.hostname ?? '…'})(tmos)#`;
  return (
    <PageSection>
      <PageHead
        title="tmsh"
        note="Commands run in your name, each on its own. Arrow keys bring former ones back."
      />
      <div className="console" role="log" aria-label="Answers" tabIndex={0}>
        {said.map(({ number, command, answer }) => (
          <div key={number}>
            <div className="mono">
              <span className="quiet">{prompt}</span> {command}
            </div>
            <pre className="mono console-answer">{answer ?? '…'}</pre>
          </div>
        ))}
        <div ref={end} />
      </div>
      <form className="toolbar console-line" onSubmit={run}>
        <label className="mono quiet" htmlFor="console-line">
          {prompt}
        </label>
        <input
          id="console-line"
          className="palette-input mono console-input"
          spellCheck={false}
          autoComplete="off"
          placeholder="list ltm pool"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKey}
        />
        <Button type="submit">Run</Button>
      </form>
    </PageSection>
  );
}

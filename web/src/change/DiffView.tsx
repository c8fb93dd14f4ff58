/** Lines that go and come; a sign in front says which, colour only helps. */
import type { ReactNode } from 'react';

export function DiffView({ text }: { readonly text: string }): ReactNode {
  const lines = text.replace(/\n$/, '').split('\n');
  return (
    <pre className="diff" tabIndex={0} aria-label="Difference">
      {lines.map((line, index) => (
        // Lines have no other identity than their place.
        // oxlint-disable-next-line react/no-array-index-key -- see above
        <span key={index} className={classOf(line)}>
          {line}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

function classOf(line: string): string | undefined {
  if (line.startsWith('+')) return 'diff-add';
  return line.startsWith('-') ? 'diff-gone' : undefined;
}

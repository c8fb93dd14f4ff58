/** A text for somebody's clipboard. */
import {
  ClipboardCopyButton,
  CodeBlock,
  CodeBlockAction,
  CodeBlockCode,
} from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';

export function CopiedCode({
  id,
  text,
}: {
  readonly id: string;
  readonly text: string;
}): ReactNode {
  const [isCopied, setCopied] = useState(false);
  const copy = (): void => {
    navigator.clipboard
      .writeText(text)
      .then(() => setCopied(true))
      .catch(() => setCopied(false));
  };
  return (
    <CodeBlock
      actions={
        <CodeBlockAction>
          <ClipboardCopyButton
            id={`copy-${id}`}
            textId={`code-${id}`}
            aria-label={`Copy ${id}`}
            variant="plain"
            onClick={copy}
            onTooltipHidden={() => setCopied(false)}
          >
            {isCopied ? 'Copied' : 'Copy'}
          </ClipboardCopyButton>
        </CodeBlockAction>
      }
    >
      <CodeBlockCode id={`code-${id}`}>{text}</CodeBlockCode>
    </CodeBlock>
  );
}

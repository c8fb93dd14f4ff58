/**
 * A dialog of the GUI: not on the screen while the page is locked, and still there afterwards, with what was typed. It
 * lies over the banners, so it says itself that the device does not answer.
 */
import { Alert, Modal, type ModalProps } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useShell } from './context.ts';

export function Dialog({ children, ...props }: Omit<ModalProps, 'isOpen' | 'ref'>): ReactNode {
  const { isLocked, corner, problem } = useShell();
  return (
    <Modal {...props} isOpen={!isLocked}>
      {children}
      {problem !== undefined && (
        <Alert
          component="p"
          className="dialog-note"
          isInline
          isLiveRegion
          variant="warning"
          title={`${corner?.hostname ?? 'The device'} ${problem}`}
        />
      )}
    </Modal>
  );
}

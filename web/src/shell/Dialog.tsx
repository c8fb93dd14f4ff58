/** A dialog of the GUI: not on the screen while the page is locked, and still there afterwards, with what was typed. */
import { Modal, type ModalProps } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useShell } from './context.ts';

export function Dialog(props: Omit<ModalProps, 'isOpen' | 'ref'>): ReactNode {
  const { isLocked } = useShell();
  return <Modal {...props} isOpen={!isLocked} />;
}

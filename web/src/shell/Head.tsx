/** The bar on top: whose device this is, how it stands, and who is asking. */
import {
  Dropdown,
  DropdownGroup,
  DropdownItem,
  DropdownList,
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadMain,
  MastheadToggle,
  MenuToggle,
  PageToggleButton,
} from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';
import { signOut } from '../api/session.ts';
import { TrayButton } from '../change/Tray.tsx';
import { CornerView } from './CornerView.tsx';
import { useShell } from './context.ts';
import { PaletteButton } from './Palette.tsx';
import { Go } from './router.tsx';
import { type Theme, readLook, writeLook } from './theme.ts';

export function Head(props: { onLock(reason: string): void; onSignedOut(): void }): ReactNode {
  return (
    <Masthead>
      <MastheadMain>
        <MastheadToggle>
          <PageToggleButton isHamburgerButton aria-label="Navigation" />
        </MastheadToggle>
        <MastheadBrand>
          <Go to="/" className="brand">
            Evenkeel
          </Go>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <div className="head-bar">
          <PaletteButton />
          <span className="head-space" />
          <TrayButton />
          <CornerView />
          <UserMenu {...props} />
        </div>
      </MastheadContent>
    </Masthead>
  );
}

const themes: readonly (readonly [Theme, string])[] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

function UserMenu(props: { onLock(reason: string): void; onSignedOut(): void }): ReactNode {
  const { session, notify } = useShell();
  const [isOpen, setOpen] = useState(false);
  const [look, setLook] = useState(readLook);
  const change = (next: typeof look): void => {
    setLook(next);
    writeLook(next);
  };
  const leave = (): void => {
    signOut()
      .then(() => props.onSignedOut())
      .catch((error: unknown) =>
        notify({ kind: 'danger', title: `Not signed out: ${String(error)}` }),
      );
  };
  const roles = session.roles.map(({ partition, role }) => `${role} in ${partition}`).join(', ');
  return (
    <Dropdown
      isOpen={isOpen}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'right' }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          isExpanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          variant="plainText"
        >
          {session.user}
        </MenuToggle>
      )}
    >
      <DropdownGroup label={roles === '' ? 'No role' : roles}>
        <DropdownList>
          <DropdownItem onClick={() => props.onLock('Locked.')}>Lock</DropdownItem>
          <DropdownItem onClick={leave}>Sign out</DropdownItem>
        </DropdownList>
      </DropdownGroup>
      <DropdownGroup label="Look">
        <DropdownList>
          {themes.map(([theme, label]) => (
            <DropdownItem
              key={theme}
              isSelected={look.theme === theme}
              onClick={() => change({ ...look, theme })}
            >
              {label}
            </DropdownItem>
          ))}
          <DropdownItem
            isSelected={look.isHighContrast}
            onClick={() => change({ ...look, isHighContrast: !look.isHighContrast })}
          >
            High contrast
          </DropdownItem>
        </DropdownList>
      </DropdownGroup>
    </Dropdown>
  );
}

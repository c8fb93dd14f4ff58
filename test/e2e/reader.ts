/** A page as a screen reader gets it: Chromium's tree of accessibility, and what reads badly in it. */
import type { Page } from 'playwright-core';

/** As much of the browser's own node as is looked at. */
interface AxNode {
  readonly nodeId: string;
  readonly childIds?: readonly string[];
  readonly ignored: boolean;
  readonly role?: { readonly value?: unknown };
  readonly name?: { readonly value?: unknown };
  readonly description?: { readonly value?: unknown };
  readonly properties?: readonly {
    readonly name: string;
    readonly value: { readonly value?: unknown };
  }[];
}

export interface Heard {
  readonly role: string;
  readonly name: string;
  readonly description: string;
  readonly level: number;
  readonly isInvalid: boolean;
}

/** In the order of reading; what is only there for layout is left out. */
export async function heard(page: Page): Promise<readonly Heard[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = (await session.send('Accessibility.getFullAXTree')) as {
    readonly nodes: readonly AxNode[];
  };
  await session.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const inOrder = (node: AxNode): readonly AxNode[] => [
    node,
    ...(node.childIds ?? []).flatMap((id) => byId.get(id) ?? []).flatMap(inOrder),
  ];
  return nodes
    .slice(0, 1)
    .flatMap(inOrder)
    .filter(({ ignored }) => !ignored)
    .map(heardOf);
}

function heardOf({ role, name, description, properties = [] }: AxNode): Heard {
  const valueOf = (wanted: string): unknown =>
    properties.find((one) => one.name === wanted)?.value.value;
  return {
    role: String(role?.value ?? ''),
    name: String(name?.value ?? '').trim(),
    description: String(description?.value ?? '').trim(),
    level: Number(valueOf('level') ?? 0),
    isInvalid: valueOf('invalid') === 'true',
  };
}

const named = new Set([
  'button',
  'checkbox',
  'combobox',
  'dialog',
  'link',
  'listbox',
  'meter',
  'navigation',
  'region',
  'searchbox',
  'switch',
  'tab',
  'table',
  'textbox',
]);
/** What only eyes tell apart. */
const shapes = /[●▲◆■○]/;

/** What somebody who only hears the page would stumble over. */
export function stumbles(all: readonly Heard[]): readonly string[] {
  const found: string[] = [];
  for (const { role, name, description, isInvalid } of all) {
    if (named.has(role) && name === '') found.push(`${role} without a name`);
    if (named.has(role) && shapes.test(name)) found.push(`${role} with a shape: ${name}`);
    if (isInvalid && description === '') found.push(`${role} "${name}": wrong, but not why`);
  }
  let before = 0;
  for (const { role, name, level } of all) {
    if (role !== 'heading') continue;
    if (level > before + 1) found.push(`heading ${level} "${name}" after ${before}`);
    before = level;
  }
  if (!all.some(({ role, level }) => role === 'heading' && level === 1)) found.push('no heading 1');
  for (const wanted of ['button', 'link'] as const) {
    const names = all.filter(({ role }) => role === wanted).map(({ name }) => name);
    for (const vague of ['More', 'Remove', 'here'])
      if (names.includes(vague)) found.push(`a ${wanted} that says only "${vague}"`);
  }
  return found;
}

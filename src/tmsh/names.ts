/** Which objects a command means: by name, glob, regular expression, or all of a folder. Pure. */
import type { Component } from '../catalogue/types.ts';
import { qualify } from '../config/text/names.ts';

/** A name as it was written. */
export interface WrittenName {
  readonly text: string;
  /** Quoted names are never patterns: "*.example.com". */
  readonly quoted: boolean;
}

export interface Selection {
  readonly names: readonly WrittenName[];
  readonly folder: string;
  /** Folders below, too. */
  readonly isRecursive: boolean;
}

/** Must the device be asked for all objects, to choose from? */
export function isOpenSelection({ names }: Selection): boolean {
  return names.length === 0 || names.some((name) => name.text === 'all' || isPattern(name));
}

function isPattern({ text, quoted }: WrittenName): boolean {
  return !quoted && (text.startsWith('@') || /[*?[]/.test(text));
}

/** Full paths of what was named without patterns. */
export function plainNames(component: Component, { names, folder }: Selection): readonly string[] {
  return names.map(({ text }) => fullName(component, text, folder));
}

function fullName(component: Component, text: string, folder: string): string {
  return component.naming.kind === 'foldered' ? qualify(text, folder) : text;
}

/** Does the selection take an object of that full path? `all` holds the other names. */
export function selects(
  component: Component,
  selection: Selection,
  fullPath: string,
  all: ReadonlySet<string>,
): boolean {
  const { names, folder } = selection;
  if (names.length === 0 || names.some(({ text }) => text === 'all')) {
    return isWithin(component, selection, fullPath);
  }
  return names.some((name) => {
    const full = fullName(component, name.text, folder);
    // A wide IP may be named "*.example.com": the object of that very name comes first.
    if (!isPattern(name) || all.has(full)) return full === fullPath;
    if (name.text.startsWith('@')) {
      const leaf = relativeName(fullPath, folder);
      return (
        isWithin(component, selection, fullPath) && matchesExpression(name.text.slice(1), leaf)
      );
    }
    return globExpression(full).test(fullPath);
  });
}

function isWithin(component: Component, selection: Selection, fullPath: string): boolean {
  if (component.naming.kind !== 'foldered') return true;
  const base = selection.folder === '/' ? '/' : `${selection.folder}/`;
  if (!fullPath.startsWith(base)) return false;
  if (selection.isRecursive) return true;
  // A name may hold a path of its own behind a colon: "/Common/server:/Common/vs".
  return !fullPath
    .slice(base.length)
    .replace(/:\/.*$/s, '')
    .includes('/');
}

export function relativeName(fullPath: string, folder: string): string {
  const base = folder === '/' ? '/' : `${folder}/`;
  return fullPath.startsWith(base) ? fullPath.slice(base.length) : fullPath;
}

/** `*` and `?` stay within a folder, `[ab]` is one of these. */
function globExpression(glob: string): RegExp {
  const source = glob.replaceAll(/\[[^\]]+\]|[\s\S]/g, (part) => {
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.length > 1) return `[${part.slice(1, -1).replaceAll(/[\\\]^]/g, '\\$&')}]`;
    return part.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}

const maximumExpressionLength = 200;

/** What is no regular expression matches nothing. */
function matchesExpression(source: string, text: string): boolean {
  if (source.length > maximumExpressionLength) return false;
  try {
    return new RegExp(source, 's').test(text);
  } catch {
    return false;
  }
}

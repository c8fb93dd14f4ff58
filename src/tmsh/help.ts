/** `help` from the catalogue. Pure. */
import type { Component, Property, PropertyType } from '../catalogue/types.ts';

const verbs = [
  'create, modify, delete   change an object',
  'list                     show configuration',
  'show                     show state and statistics',
  'run, load, save          carry out a command',
  'create cli transaction, submit cli transaction, delete cli transaction',
  'cd, help, quit',
];

/** Of one component, or of all below a path; lines end where the terminal does. */
export function helpText(path: string, components: readonly Component[], columns: number): string {
  return linesOf(path, components)
    .flatMap((line) => hung(line, columns))
    .join('\n');
}

function linesOf(path: string, components: readonly Component[]): readonly string[] {
  const component = components.find(({ id }) => id === path.trim());
  if (component !== undefined) return componentHelp(component);
  const below = components.filter(({ id }) => path === '' || id.startsWith(`${path.trim()} `));
  const width = Math.max(0, ...below.map(({ id }) => id.length));
  const lines = below.map(({ id, help }) => `  ${id.padEnd(width)}  ${help}`);
  return [...(path === '' ? verbs.map((line) => `  ${line}`).concat('') : []), ...lines];
}

/** Least room for a text behind its name; below it lines are left as they are. */
const leastText = 24;

/** What does not fit goes on below the text's beginning. */
function hung(line: string, columns: number): string[] {
  const start = /^ *(?:\S+(?: \S+)* {2,})?/.exec(line)?.[0].length ?? 0;
  if (line.length <= columns || columns - start < leastText) return [line];
  const lines: string[] = [];
  let rest = line;
  while (rest.length > columns) {
    const blank = rest.lastIndexOf(' ', columns);
    if (blank <= start) break;
    lines.push(rest.slice(0, blank));
    rest = `${' '.repeat(start)}${rest.slice(blank + 1)}`;
  }
  return [...lines, rest];
}

function componentHelp(component: Component): readonly string[] {
  const actions = (component.actions ?? []).flatMap(({ command, help, parameters }) => [
    '',
    `${command} ${component.id}: ${help}`,
    ...propertyLines(parameters),
  ]);
  return [`${component.id}: ${component.help}`, ...propertyLines(component.properties), ...actions];
}

function propertyLines(properties: readonly Property[]): string[] {
  const width = Math.max(0, ...properties.map(({ name }) => name.length));
  return properties.flatMap((property) => [
    `  ${property.name.padEnd(width)}  ${property.help}${remark(property)}`,
    `  ${' '.repeat(width)}  ${typeText(property.type)}`,
  ]);
}

function remark(property: Property): string {
  const remarks = [
    property.required === true ? 'required' : undefined,
    property.access,
    property.effect === 'stored' ? 'kept, no effect' : undefined,
    property.default === undefined ? undefined : `default ${JSON.stringify(property.default)}`,
  ].filter((text) => text !== undefined);
  return remarks.length === 0 ? '' : ` (${remarks.join(', ')})`;
}

function typeText(type: PropertyType): string {
  switch (type.kind) {
    case 'enum':
      return `[${type.values.map(({ value }) => value).join(' | ')}]`;
    case 'flags':
      return `[${type.flags.map(({ flag }) => flag).join(' | ')}]`;
    case 'integer':
      return [`[${type.minimum}..${type.maximum}]`, ...(type.words ?? [])].join(' | ');
    case 'reference':
      return `[${[...type.to, ...(type.words ?? [])].join(' | ')}]`;
    case 'list':
      return `{ ${typeText(type.of)} … }`;
    case 'items':
      return `add | delete | modify | replace-all-with { name { ${type.properties.map(({ name }) => name).join(' ')} } … }`;
    case 'struct':
      return `{ ${type.properties.map(({ name }) => name).join(' ')} }`;
    case 'string':
    case 'blob':
    case 'address':
    case 'prefix':
    case 'endpoint':
    case 'port':
    case 'monitor-rule':
      return `[${type.kind}]`;
  }
}

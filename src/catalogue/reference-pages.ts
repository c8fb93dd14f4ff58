/**
 * The reference docs, drawn from the catalogue: one Markdown page a module, and an index that counts how
 * many properties change what the device does and how many are only stored.
 */
import type { Component, Property, PropertyType } from './types.ts';

/** Page name → Markdown. */
export function referencePages(components: readonly Component[]): ReadonlyMap<string, string> {
  const modules = Map.groupBy(components, (component) => component.id.split(' ')[0] ?? '');
  const pages = new Map<string, string>([['README.md', indexPage(modules)]]);
  for (const [module, members] of modules) {
    const parts = members.map(componentSection);
    pages.set(`${module}.md`, [`# ${module}`, generatedNote, ...parts].join('\n\n') + '\n');
  }
  return pages;
}

const generatedNote = '*Drawn from `src/catalogue` by `node src/cmd/generate.ts`; do not edit.*';

interface Share {
  readonly effective: number;
  readonly total: number;
}

function indexPage(modules: ReadonlyMap<string, readonly Component[]>): string {
  const rows = [...modules].map(([module, members]) => {
    const share = shareOf(members.flatMap((member) => member.properties));
    return `| [${module}](${module}.md) | ${members.length} | ${share.total} | ${share.effective} | ${percent(share)} |`;
  });
  const all = shareOf([...modules.values()].flat().flatMap((member) => member.properties));
  return (
    [
      '# Reference',
      generatedNote,
      'A property is *effective* when it changes what the device does, *stored* when it is only kept, shown and synchronised. ' +
        'Properties that the device reports (read-only) count as effective.',
      '| module | components | properties | effective | share |\n| --- | --- | --- | --- | --- |\n' +
        [...rows, `| all | | ${all.total} | ${all.effective} | ${percent(all)} |`].join('\n'),
    ].join('\n\n') + '\n'
  );
}

function shareOf(properties: readonly Property[]): Share {
  let share: Share = { effective: 0, total: 0 };
  for (const property of properties) {
    const nested = nestedProperties(property.type);
    const below = nested === undefined ? undefined : shareOf(nested);
    const isEffective = property.effect === 'effective' ? 1 : 0;
    share = {
      effective: share.effective + isEffective + (below?.effective ?? 0),
      total: share.total + 1 + (below?.total ?? 0),
    };
  }
  return share;
}

function percent({ effective, total }: Share): string {
  return total === 0 ? '–' : `${Math.round((100 * effective) / total)} %`;
}

function componentSection(component: Component): string {
  const path = `/mgmt/tm/${component.id.replaceAll(' ', '/')}`;
  const lines = [
    `## ${component.id}`,
    `${component.help} REST \`${path}\`, tmsh \`${component.id}\`, shared: ${scopeWords[component.scope]}.`,
  ];
  const stock = (component.stock ?? []).map(({ name }) => `\`${name}\``).join(', ');
  if (stock !== '' && stock !== '``') lines.push(`There from the start: ${stock}.`);
  const rows = propertyRows(component.properties, '');
  if (rows.length > 0) {
    lines.push(
      `| property | type | default | | what it says |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}`,
    );
  }
  for (const action of component.actions ?? []) {
    const names = action.parameters.map((parameter) => `\`${parameter.name}\``).join(', ');
    lines.push(
      `**${action.command}**: ${action.help}${names === '' ? '' : ` Parameters: ${names}.`}`,
    );
  }
  return lines.join('\n\n');
}

const scopeWords: Readonly<Record<Component['scope'], string>> = {
  group: 'with the device group of its folder',
  local: 'not at all',
  trust: 'in the trust domain',
  gtm: 'in the GTM synchronisation group',
};

function propertyRows(properties: readonly Property[], prefix: string): string[] {
  return properties.flatMap((property) => {
    const name = `${prefix}${property.name}`;
    const preset = property.default === undefined ? '' : `\`${JSON.stringify(property.default)}\``;
    const row = `| \`${name}\` | ${cell(typeText(property.type))} | ${cell(preset)} | ${marks(property)} | ${cell(property.help)} |`;
    const nested = nestedProperties(property.type);
    return [row, ...(nested === undefined ? [] : propertyRows(nested, `${name}.`))];
  });
}

function marks(property: Property): string {
  const access = property.runtime === true ? 'state' : property.access;
  return [
    property.effect,
    ...(access === undefined ? [] : [access]),
    ...(property.required ? ['required'] : []),
  ].join(', ');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function nestedProperties(type: PropertyType): readonly Property[] | undefined {
  return type.kind === 'items' || type.kind === 'struct' ? type.properties : undefined;
}

function typeText(type: PropertyType): string {
  switch (type.kind) {
    case 'integer':
      return [`${type.minimum}–${type.maximum}`, type.unit ?? '', ...(type.words ?? [])]
        .filter(Boolean)
        .join(' ');
    case 'enum':
      return type.values
        .map(({ value }) => value)
        .join(' \\| ')
        .replaceAll('\\|', '|');
    case 'flags':
      return type.flags.map(({ flag }) => flag).join(' | ');
    case 'reference':
      return type.to.length > 3
        ? `name of one of ${type.to.length} components`
        : type.to.join(' | ');
    case 'list':
      return `list of ${typeText(type.of)}`;
    case 'items':
      return type.subCollection ? 'sub-collection' : 'named blocks';
    case 'struct':
      return 'block';
    case 'string':
    case 'blob':
    case 'address':
    case 'prefix':
    case 'endpoint':
    case 'port':
    case 'monitor-rule':
      return type.kind;
  }
}

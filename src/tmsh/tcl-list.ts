/** Values as Tcl's lists. Pure. */

/** What Tcl reads as one list with these elements. */
export function tclList(elements: readonly string[]): string {
  return elements.map(tclElement).join(' ');
}

function tclElement(text: string): string {
  if (text === '') return '{}';
  if (/^[\w./:@%+,=*-]+$/.test(text)) return text;
  return text.replaceAll(/[\s\\{}[\]$";#]/g, (found) => {
    if (found === '\n') return '\\n';
    if (found === '\t') return '\\t';
    if (found === '\r') return '\\r';
    return `\\${found}`;
  });
}

/** `field-fmt` and `list` texts, line by line: names with values, and blocks. */
export interface TextBlock {
  /** "ltm pool web" */
  readonly head: string;
  readonly fields: readonly TextField[];
}

type TextField =
  | { readonly kind: 'value'; readonly name: string; readonly value: string }
  | { readonly kind: 'nested'; readonly name: string; readonly blocks: readonly TextBlock[] };

const maximumDepth = 30;

/** As the shell prints them: a line a field, what opens at the end of a line closes on its own. */
export function readBlocks(text: string): readonly TextBlock[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  let index = 0;
  const blocksHere = (depth: number): readonly TextBlock[] => {
    const blocks: TextBlock[] = [];
    while (index < lines.length && lines[index]?.trim() !== '}') {
      const line = lines[index]?.trim() ?? '';
      index += 1;
      if (line.endsWith(' { }')) blocks.push({ head: line.slice(0, -4), fields: [] });
      else if (line.endsWith('{')) {
        const fields = depth >= maximumDepth ? [] : fieldsHere(depth + 1);
        blocks.push({ head: line.slice(0, -1).trim(), fields });
      }
    }
    index += 1;
    return blocks;
  };
  const fieldsHere = (depth: number): readonly TextField[] => {
    const fields: TextField[] = [];
    while (index < lines.length && lines[index]?.trim() !== '}') {
      const line = lines[index]?.trim() ?? '';
      const [, name = line, value = ''] = /^(\S+) (.*)$/s.exec(line) ?? [];
      if (line.endsWith('{') && depth < maximumDepth) {
        index += 1;
        const start = index;
        const isOfBlocks = /[{]( \})?$/.test(lines[start]?.trim() ?? '');
        const head = line.slice(0, -1).trim();
        const blocks = isOfBlocks
          ? blocksHere(depth + 1)
          : [{ head, fields: fieldsHere(depth + 1) }];
        fields.push({ kind: 'nested', name: head, blocks });
        continue;
      }
      index += 1;
      fields.push({ kind: 'value', name, value: bareValue(value) });
    }
    index += 1;
    return fields;
  };
  return blocksHere(0);
}

/** Quotes and the braces of a list are the text's, not the value's; a bare flag has no value. */
function bareValue(text: string): string {
  const list = /^\{ (.*) \}$/s.exec(text)?.[1];
  if (list !== undefined) return list;
  const quoted = /^"(.*)"$/s.exec(text)?.[1];
  return quoted === undefined ? text : quoted.replaceAll(/\\(["\\{}?])/g, '$1');
}

/** `{component name {field value kind …}}` of one object, as run-script.tcl takes it. */
export function tclObject(component: string, name: string, fields: readonly TextField[]): string {
  const words = fields.flatMap((field) => [
    field.name,
    field.kind === 'value'
      ? field.value
      : tclList(field.blocks.map(({ head, fields: below }) => tclObject(field.name, head, below))),
    field.kind,
  ]);
  return tclList([component, name, tclList(words)]);
}

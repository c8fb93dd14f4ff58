/**
 * Files that objects are made of (certificates, keys, iFiles) lie beside the text in BIG-IP's file store,
 * and the text names them by `cache-path`. Pure: names only, the bytes are an archive's.
 */
import type { Component, ComponentId, Properties } from '../../catalogue/types.ts';
import { splitName } from '../text/names.ts';
import { opaqueKey, opaqueTexts } from '../text/opaque.ts';
import type { ParsedStanza } from '../text/parse-config.ts';
import type { ConfigView } from '../types.ts';

const content = 'content';

export function hasFileContent(component: Component | undefined): boolean {
  const names = component?.properties.map(({ name }) => name) ?? [];
  return names.includes(content) && names.includes('source-path');
}

/** Folders of the file store by component. */
const kinds: Readonly<Record<ComponentId, string>> = {
  'sys file data-group': 'data_group_d',
  'sys file external-monitor': 'external_monitor_d',
  'sys file ifile': 'ifile_d',
  'sys file ssl-cert': 'certificate_d',
  'sys file ssl-crl': 'certificate_revocation_list_d',
  'sys file ssl-csr': 'certificate_signing_request_d',
  'sys file ssl-key': 'certificate_key_d',
};

/** "files_d/Common_d/certificate_d/:Common:web.crt_1_1", below the file store. */
export function contentName(component: ComponentId, name: string): string {
  const { partition } = splitName(name);
  const kind = kinds[component] ?? `${component.split(' ').at(-1) ?? 'file'}_d`;
  return `files_d/${partition}_d/${kind}/${name.replaceAll('/', ':')}_1_1`;
}

export interface ContentFile {
  /** As `contentName` gives it. */
  readonly name: string;
  /** As it is stored: a key is sealed. */
  readonly text: string;
  readonly isSecret: boolean;
}

/** Every file of the configuration; without keys when they are to stay here. */
export function contentFiles(
  view: ConfigView,
  components: readonly Component[],
  withKeys: boolean,
): readonly ContentFile[] {
  return components.filter(hasFileContent).flatMap((component) => {
    const isSecret = component.properties.some(
      ({ name, secret }) => name === content && secret === true,
    );
    if (isSecret && !withKeys) return [];
    return view.list(component.id).flatMap(({ name, stored }) => {
      const text = stored.properties[content];
      return typeof text === 'string'
        ? [{ name: contentName(component.id, name), text, isSecret }]
        : [];
    });
  });
}

/** What BIG-IP says about a file, and what follows from the file itself here. */
const facts = new Set([
  'cache-path',
  'checksum',
  'create-time',
  'created-by',
  'last-update-time',
  'mode',
  'revision',
  'size',
  'system-path',
  'updated-by',
]);

/**
 * The stanzas with the files that their objects are made of: from beside the text, else those that are
 * here. Without one the object cannot be made, and its stanza is kept as it is.
 */
export function withContents<Stanza extends ParsedStanza>(
  stanzas: readonly Stanza[],
  contents: ReadonlyMap<string, string>,
  view: ConfigView,
): readonly (Stanza | (Stanza & { readonly kind: 'unknown' }))[] {
  return stanzas.map((stanza) => {
    if (stanza.kind !== 'object' || !hasFileContent(stanza.component)) return stanza;
    if (stanza.properties[content] !== undefined) return stanza;
    const { component, name, body } = stanza;
    const taken = takeFileFacts(stanza.properties);
    const here = view.stored(component.id, name)?.properties[content];
    const text = contents.get(taken.contentName ?? '') ?? here;
    if (text === undefined) {
      const why = 'its file is not here';
      return { ...stanza, kind: 'unknown', header: `${component.id} ${name}`, body, why } as const;
    }
    return { ...stanza, properties: { ...taken.properties, [content]: text } };
  });
}

interface FileFacts {
  /** Without the facts. */
  readonly properties: Properties;
  /** Below the file store, whatever its place is called. */
  readonly contentName: string | undefined;
}

/** Of a stanza as it was read: the facts stand among what nobody knows, or among the properties. */
function takeFileFacts(properties: Properties): FileFacts {
  const { [opaqueKey]: _texts, ...values } = properties;
  const texts = opaqueTexts(properties);
  const others = texts.filter((text) => !facts.has(text.split(/\s/, 1)[0] ?? ''));
  const line = texts.find((text) => text.startsWith('cache-path '));
  const path = line?.slice('cache-path '.length).trim() ?? String(values['cache-path'] ?? '');
  const known = Object.entries(values).filter(([name]) => !facts.has(name));
  return {
    properties: {
      ...Object.fromEntries(known),
      ...(others.length === 0 ? {} : { [opaqueKey]: others }),
    },
    contentName: /files_d\/.*$/.exec(path.replaceAll('"', ''))?.[0],
  };
}

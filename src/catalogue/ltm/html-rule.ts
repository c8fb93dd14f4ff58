/** What the html profile does to pages: kept, pages pass as they are. */
import type { Component } from '../types.ts';
import type { Draft } from '../properties.ts';
import { stored, struct, text } from '../properties.ts';
import { foldered } from '../stored.ts';

function htmlRule(name: string, help: string, properties: readonly Draft[]): Component {
  const id = `ltm html-rule ${name}`;
  return foldered({
    id,
    noun: 'HTML Rule',
    help,
    scope: 'group',
    stock: [],
    order: 21,
    properties,
  });
}

const match: Draft = struct(
  'match',
  'Tags that it is for.',
  stored(
    text('attribute-name', 'Attribute that they have.'),
    text('attribute-value', 'Value that the attribute has.'),
    text('tag-name', 'Name of the tag.'),
  ),
);
const insert: Draft = struct('action', 'What is done.', stored(text('text', 'HTML put in.')));
const removeAttribute: Draft = struct(
  'action',
  'What is done.',
  stored(text('attribute-name', 'Attribute taken out.')),
);

export const ltmHtmlRules: readonly Component[] = [
  htmlRule('comment-raise-event', 'Raises HTML_COMMENT_MATCHED at comments.', []),
  htmlRule('comment-remove', 'Takes comments out.', []),
  htmlRule('tag-append-html', 'Puts HTML behind a tag.', [insert, match]),
  htmlRule('tag-prepend-html', 'Puts HTML before a tag.', [insert, match]),
  htmlRule('tag-raise-event', 'Raises HTML_TAG_MATCHED at a tag.', [match]),
  htmlRule('tag-remove', 'Takes a tag out.', [match]),
  htmlRule('tag-remove-attribute', 'Takes an attribute out of a tag.', [removeAttribute, match]),
];

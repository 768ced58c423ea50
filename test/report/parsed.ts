import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import MarkdownIt, { type Token } from 'markdown-it';
import type { DefaultTreeAdapterMap } from 'parse5';
import { SaxesParser } from 'saxes';
import { expect } from 'vitest';

export type Element = DefaultTreeAdapterMap['element'];
export type Node = DefaultTreeAdapterMap['node'];

export const isElement = (node: Node): node is Element => 'tagName' in node;
export const children = (node: Node): Node[] => ('childNodes' in node ? node.childNodes : []);
export const all = (node: Node): Element[] =>
  children(node).flatMap((one) => [...(isElement(one) ? [one] : []), ...all(one)]);
export const text = (node: Node): string => ('value' in node ? node.value : children(node).map(text).join(''));
export const attribute = (one: Element, name: string): string | undefined =>
  one.attrs.find((each) => each.name === name)?.value;
export const tags = (node: Node, name: string): Element[] => all(node).filter(({ tagName }) => tagName === name);
export const classed = (node: Node, name: string): Element[] =>
  all(node).filter((one) => attribute(one, 'class')?.split(' ').includes(name));

/** Elements and attributes without what stands in them, but for the attributes that are links, names or code. */
export function htmlSkeleton(node: Node): unknown {
  return [
    ...all(node).map(({ tagName, attrs }) => [
      tagName,
      ...attrs.map(({ name, value }) => (name === 'aria-label' ? name : `${name}=${value}`)),
    ]),
    all(node).filter((one) => children(one).some((each) => each.nodeName === '#comment')).length,
  ];
}

interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** Elements in their order. @throws Error when the text is not well-formed XML 1.0. */
export function xmlElements(xml: string): XmlElement[] {
  const parser = new SaxesParser();
  const found: XmlElement[] = [];
  const open: XmlElement[] = [];
  parser.on('error', (error) => {
    throw error;
  });
  for (const kind of ['cdata', 'comment', 'doctype', 'processinginstruction'] as const)
    parser.on(kind, () => {
      throw new Error(`no ${kind} is written`);
    });
  parser.on('opentag', ({ name, attributes }) => {
    const one = { name, attributes: attributes as Record<string, string>, text: '' };
    found.push(one);
    open.push(one);
  });
  parser.on('text', (text) => {
    const one = open.at(-1);
    if (one) one.text += text;
  });
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  return found;
}

export const xmlSkeleton = (xml: string): unknown =>
  xmlElements(xml).map(({ name, attributes }) => [name, ...Object.keys(attributes)]);

/** CommonMark with GitHub's tables; raw HTML is allowed, so that it would be seen. */
export const markdownParser = new MarkdownIt({ html: true });
// Renderers differ in which addresses they leave out.
markdownParser.validateLink = () => true;

/** Blocks and inline marks, without the text in them. */
export const markdownSkeleton = (tokens: readonly Token[]): unknown =>
  tokens.map(({ type, tag, info, children, content }) => [
    type,
    tag,
    info,
    type === 'fence' ? content.split('\n').length : 0,
    (children ?? []).map((each) => each.type).filter((each) => each !== 'text' && each !== 'text_special'),
  ]);

const schema = path.join(import.meta.dirname, '../fixtures/sarif-2.1.0-rtm.5.schema.json');
const { $schema: _, id: __, ...official } = JSON.parse(readFileSync(schema, 'utf8'));
const valid = new Ajv({ allErrors: true, strict: false, validateFormats: false, unicodeRegExp: false }).compile(
  official,
);

/** Its one run. */
// biome-ignore lint/suspicious/noExplicitAny: what the schema has just found to be a log
export function sarifRun(log: object): any {
  const made = JSON.parse(JSON.stringify(log));
  expect(valid(made), JSON.stringify(valid.errors)).toBe(true);
  return made.runs[0];
}

export const strings = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(strings)
      : [];

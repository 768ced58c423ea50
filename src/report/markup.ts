import { visible } from './escape.ts';

const MADE = Symbol('markup');

/** Markup that a template of this file made. Nothing that was parsed from a file or a line can be one. */
export interface Markup {
  readonly [MADE]: string;
}

/** What a template takes between its pieces of markup: text is escaped, markup stays, `undefined` and `false` are nothing. */
export type Piece = Markup | string | number | undefined | false | readonly Piece[];

const ENTITY: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Foreign text for HTML and XML, in an element or a quoted attribute. XML has no U+FFFE and U+FFFF, not even escaped. */
function escaped(text: string): string {
  return visible(text)
    .replace(/[\ufffe\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`)
    .replace(/[&<>"'`]/g, (char) => ENTITY[char] ?? '');
}

function written(piece: Piece): string {
  if (piece === undefined || piece === false) return '';
  if (typeof piece === 'string' || typeof piece === 'number') return escaped(String(piece));
  return MADE in piece ? piece[MADE] : piece.map(written).join('');
}

function template(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  const [first = '', ...rest] = strings;
  // Without quotation marks a space would start another attribute.
  if (strings.slice(0, -1).some((before) => before.endsWith('=')))
    throw new TypeError('an attribute without quotation marks');
  return { [MADE]: rest.reduce((made, text, at) => made + written(pieces[at]) + text, first) };
}

/** A piece of HTML: whatever is put in is escaped, unless a template made it. */
export const html = template;
/** A piece of XML 1.0, by the same rule. */
export const xml = template;

/** Markup of the program's own (a style sheet, a script) that holds nothing foreign. */
export function verbatim(own: string): Markup {
  return { [MADE]: own };
}

/** The text of a whole document. */
export function textOf(markup: Markup): string {
  return markup[MADE];
}

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type DefaultTreeAdapterMap, parse } from 'parse5';

type Node = DefaultTreeAdapterMap['node'];
type Element = DefaultTreeAdapterMap['element'];

/** The elements of a document, in its order. */
export function* elements(node: Node): Generator<Element> {
  if ('tagName' in node) yield node;
  if ('childNodes' in node) for (const child of node.childNodes) yield* elements(child);
}

export const attribute = (element: Element, name: string): string | undefined =>
  element.attrs.find((one) => one.name === name)?.value;

interface Page {
  readonly ids: ReadonlySet<string>;
  readonly links: readonly string[];
}

function read(file: string): Page {
  const all = [...elements(parse(readFileSync(file, 'utf8')))];
  const links = all.flatMap((element) => ['href', 'src'].map((name) => attribute(element, name) ?? '')).filter(Boolean);
  return { ids: new Set(all.map((element) => attribute(element, 'id') ?? '')), links };
}

/** What a built site links to and does not have: files, headings, and whatever would be fetched from elsewhere. One line each. */
export function brokenLinks(site: string): string[] {
  const files = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'));
  const pages = new Map(files.map((file) => [file, read(path.join(site, file))]));
  const broken: string[] = [];
  for (const [file, { links }] of pages) {
    for (const link of links) {
      // A page on the web is somebody's to follow, and no part of the site.
      if (/^(?:https?|mailto):/.test(link)) continue;
      const [to = '', part] = link.split('#');
      const target = to === '' ? file : path.join(path.dirname(file), decodeURI(to));
      if (/^(?:[a-z]+:|\/)/.test(to) || target.startsWith('..'))
        broken.push(`${file} → ${link}: leads out of the site`);
      else if (!existsSync(path.join(site, target))) broken.push(`${file} → ${link}: no such file`);
      else if (statSync(path.join(site, target)).isDirectory()) broken.push(`${file} → ${link}: is a folder`);
      else if (part !== undefined && !pages.get(target)?.ids.has(decodeURIComponent(part)))
        broken.push(`${file} → ${link}: no such heading`);
    }
  }
  return broken;
}

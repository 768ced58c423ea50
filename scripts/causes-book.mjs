/** Makes dist/causes.json of docs/causes: the encyclopaedia of `sshwhy serve`, as markup and as text to search. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import markdownIt from 'markdown-it';

const md = markdownIt({ html: false, linkify: true });
md.validateLink = (url) => /^(?:https:|\.\.\/|\/causes\/)/.test(url);

/** Links between pages stay in the page; what only the repository has is its text alone. */
function localLinks(markdown) {
  return markdown
    .replace(/\]\(\.\.\/([a-z]+\/[a-z0-9-]+)\.md\)/g, '](/causes/$1)')
    .replace(/\[([^\]]*)\]\(\.\.\/\.\.\/[^)]*\)/g, '$1');
}

const SEVERITY = {
  'closes its gate': 'blocks',
  'the login works, but slowly or in part': 'degrades',
  'nothing is broken for a login yet': 'risk',
};

/** One page: its title, the line of facts, why, and the rest, in the order in which src/report/cause-page.ts writes them. */
function page(id, markdown) {
  const [first = '', , facts = '', , why = '', ...rest] = markdown.split('\n');
  const severity = SEVERITY[facts.split(' · ').at(-1)];
  if (!first.startsWith('# ') || severity === undefined || why === '')
    throw new Error(`docs/causes/${id}.md is not a page of a cause`);
  const body = localLinks(rest.join('\n'));
  return {
    id,
    gate: id.slice(0, id.indexOf('/')),
    title: first.slice(2),
    severity,
    why,
    html: md.render(body),
    text: body.replace(/[`*#|[\]()]/g, ' '),
  };
}

/** The order of the gates is that of the index. */
export function writeCausesBook(root, file) {
  const folder = path.join(root, 'docs/causes');
  const index = readFileSync(path.join(folder, 'README.md'), 'utf8');
  const ids = [...index.matchAll(/\]\(([a-z]+\/[a-z0-9-]+)\.md\)/g)].map(([, id]) => id);
  const there = readdirSync(folder, { recursive: true }).filter(
    (name) => /^[a-z]+.[a-z0-9-]+\.md$/.test(name) && name.includes(path.sep),
  );
  if (there.length !== ids.length)
    throw new Error(`docs/causes has ${there.length} pages, and its index ${ids.length}`);
  writeFileSync(file, JSON.stringify(ids.map((id) => page(id, readFileSync(path.join(folder, `${id}.md`), 'utf8')))));
}

/** Writes manual pages and completions of shells to dist/. usage: write.ts DIST */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandLine } from '../../src/cli/main.ts';
import { VERSION } from '../../src/model/version.ts';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { manPage, pageOf } from './man.ts';
import { all, typed } from './tree.ts';
import { zshCompletion } from './zsh.ts';

const [dist = 'dist'] = process.argv.slice(2);
const top = typed(await commandLine(new AbortController().signal));
const causes = (JSON.parse(readFileSync(path.join(dist, 'causes.json'), 'utf8')) as { id: string }[]).map(
  ({ id }) => id,
);
// The same build of the same commit is the same; where no commit says when, the page says today.
const epoch = process.env['SOURCE_DATE_EPOCH'];
const date = new Date(epoch === undefined ? Date.now() : Number(epoch) * 1000).toISOString().slice(0, 10);

const man = path.join(dist, 'man');
const completions = path.join(dist, 'completions');
for (const folder of [man, completions]) mkdirSync(folder, { recursive: true });
const every = all(top);
for (const of of every) {
  const above = of.path.length === 0 ? [] : ['sshwhy', ...(of.path.length > 1 ? [`sshwhy-${of.path[0]}`] : [])];
  writeFileSync(
    path.join(man, `${pageOf(of)}.1`),
    manPage(of, { version: VERSION, date, others: [...above, ...of.commands.map(pageOf)] }),
  );
}
writeFileSync(path.join(completions, 'sshwhy.bash'), bashCompletion(top, causes));
writeFileSync(path.join(completions, '_sshwhy'), zshCompletion(top, causes));
writeFileSync(path.join(completions, 'sshwhy.fish'), fishCompletion(top, causes));

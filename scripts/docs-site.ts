/** `npm run docs:site [FOLDER]`: the documentation as a site that works from a folder; fails when one of its links leads nowhere. */
import path from 'node:path';
import { buildSite } from './site/build.ts';
import { brokenLinks } from './site/check-links.ts';
import { ROOT } from './site/pages.ts';

const site = path.resolve(process.argv[2] ?? path.join(ROOT, 'site'));
const started = performance.now();
const pages = await buildSite(site);
const broken = brokenLinks(site);
for (const line of broken) console.error(line);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`${pages} pages in ${path.join(site, 'index.html')} (${seconds} s), ${broken.length} broken links`);
if (broken.length > 0) process.exitCode = 1;

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenLinks } from '../scripts/site/check-links.ts';
import { type Found, type Searched, searcher } from '../scripts/site/find.ts';
import { ROOT } from '../scripts/site/pages.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-site-'));
const site = path.join(folder, 'site');
let said = '';
let find: (words: string) => Found[];

// As `npm run docs:site` does it; it fails when a link leads nowhere.
beforeAll(() => {
  said = execFileSync(process.execPath, ['--import', 'tsx', 'scripts/docs-site.ts', site], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const script = readFileSync(path.join(site, 'search-pages.js'), 'utf8');
  find = searcher(JSON.parse(script.slice('window.sshwhyPages='.length, -2)) as Searched[]);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the documentation as a site', () => {
  it('has all pages, and no link that leads nowhere', () => {
    expect(said).toMatch(/^(?:1[89]\d|[2-9]\d\d) pages in .*, 0 broken links$/m);
  });

  it('notices a missing file, a missing heading, a folder and a way out', () => {
    const spoilt = path.join(folder, 'spoilt');
    cpSync(site, spoilt, { recursive: true });
    const page = path.join(spoilt, 'docs/guides/fix.html');
    const links = [
      'gone.html',
      '../causes/index.html#gone',
      '../images',
      '/docs/index.html',
      '../../../x.html',
      '#gone',
      'fix.html',
    ];
    const more = links.map((to) => `<a href="${to}">x</a>`).join('');
    writeFileSync(page, readFileSync(page, 'utf8').replace('</main>', `${more}<img src="gone.png" alt=""></main>`));
    expect(brokenLinks(spoilt).map((line) => line.replace(/^.* → /, ''))).toEqual([
      'gone.html: no such file',
      '../causes/index.html#gone: no such heading',
      '../images: is a folder',
      '/docs/index.html: leads out of the site',
      '../../../x.html: leads out of the site',
      '#gone: no such heading',
      'gone.png: no such file',
    ]);
  });

  it.each([
    ['kex_exchange_identification: read: Connection reset by peer', 'docs/guides/kex-exchange-identification.html'],
    ['Permission denied (publickey)', 'docs/guides/permission-denied.html'],
    ['REMOTE HOST IDENTIFICATION HAS CHANGED', 'docs/guides/host-key-verification-failed.html'],
    ['no matching host key type found', 'docs/guides/no-matching-algorithm.html'],
    ['Could not resolve hostname', 'docs/guides/could-not-resolve-hostname.html'],
    ['Too many authentication failures', 'docs/guides/too-many-authentication-failures.html'],
    ['No route to host', 'docs/guides/no-route-to-host.html'],
    ['auth/account-locked', 'docs/causes/auth/account-locked.html'],
    ['conntrack', 'docs/causes/firewall/conntrack-full.html'],
    ['kubernets', 'docs/guides/containers.html'],
  ])('finds for %j first %s', (words, page) => {
    const found = find(words);
    expect(found.slice(0, 3).map(({ id }) => id)).toContain(page);
    expect(found[0]?.around.length).toBeGreaterThan(20);
  });

  it('finds nothing for words that are nowhere, and bears any', () => {
    expect(find('xyzzyplugh')).toEqual([]);
    expect(find('')).toEqual([]);
    expect(find('<img src=x> \u0000 \ud800'.repeat(1000))).toBeInstanceOf(Array);
  });
});

import path from 'node:path';
import type { Hono } from 'hono';
import { LookError } from '../../model/errors.ts';
import type { Env } from './context.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * The built page: read once, served from memory, so that no request ever names a file. An address without a file is one of the
 * page's own places and gets the page. `built`: what is in `dist/web`, by name. @throws LookError when the page was not built.
 */
export function addFiles(web: Hono<Env>, built: ReadonlyMap<string, Buffer>): void {
  const files = new Map(
    [...built].flatMap(([name, body]) => {
      const type = TYPES[path.extname(name)];
      return type ? [[`/${name}`, { type, body }]] : [];
    }),
  );
  const page = files.get('/index.html');
  if (!page) throw new LookError('the page is not built (npm run build): dist/web has no index.html');
  web.get('/*', (c) => {
    const found = files.get(c.req.path);
    if (!found && (c.req.path.startsWith('/api/') || c.req.path.startsWith('/assets/')))
      return c.json({ error: 'there is nothing here' }, 404);
    const { type, body } = found ?? page;
    // What the build names after its content never changes.
    const kept = found && c.req.path.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-store';
    return c.body(new Uint8Array(body), 200, { 'content-type': type, 'cache-control': kept });
  });
}

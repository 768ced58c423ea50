/**
 * `serve` with a certificate of its own, and behind the nginx and the Caddy of the guide: its examples are what is run, with the addresses
 * and files of this test.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../test/free-port.ts';
import { type Running, startServe } from './harness.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const GUIDE = readFileSync(path.join(ROOT, 'docs/guides/serve.md'), 'utf8');
const NAME = 'ssh.example.org';
const WORD = 'a word for the proxy';

const dir = mkdtempSync(path.join(tmpdir(), 'sshwhy-proxy-'));
const [cert, key] = [path.join(dir, 'fullchain.pem'), path.join(dir, 'privkey.pem')];
let running: Running | undefined;
let proxy: ChildProcess | undefined;

beforeAll(() => {
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=${NAME} -addext subjectAltName=DNS:${NAME},IP:127.0.0.1`;
  execFileSync('openssl', [...words.split(' '), '-keyout', key, '-out', cert], { stdio: 'pipe' });
});
afterEach(async () => {
  if (proxy !== undefined && proxy.exitCode === null) {
    const gone = once(proxy, 'exit');
    proxy.kill('SIGTERM');
    await gone;
  }
  await running?.stop();
  [proxy, running] = [undefined, undefined];
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A block of the guide, after the line that begins with this word. */
const example = (word: string): string =>
  new RegExp(`^${word}[^\\n]*:\\n\\n\`\`\`\\n([^]*?)\`\`\``, 'm').exec(GUIDE)?.[1] ?? `the guide has no ${word}`;

/** A program of an unpacked package of Debian. */
function program(name: string, file: string): { readonly file: string; readonly env: NodeJS.ProcessEnv } {
  const unpacked = execFileSync('sh', [path.join(ROOT, 'scripts/debian-packages.sh'), name], {
    encoding: 'utf8',
  }).trim();
  const machine = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
  const libraries = `${unpacked}/usr/lib/${machine}:${unpacked}/lib/${machine}`;
  return { file: path.join(unpacked, file), env: { ...process.env, HOME: dir, LD_LIBRARY_PATH: libraries } };
}

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
  /** ms between the first piece of the body and its end. */
  readonly spread: number;
}

type Ask = (at: string, o?: { headers?: Record<string, string>; body?: string }) => Promise<Answer>;

/** Asks as a browser does that has `origin` in its address line. */
function asking(port: number, origin: string, more: Record<string, string> = {}): Ask {
  return (at, { headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const { host } = new URL(origin);
      const asked = request(
        {
          ...{ host: '127.0.0.1', port, path: at, ca: readFileSync(cert), servername: NAME },
          method: body === undefined ? 'GET' : 'POST',
          headers: { host, origin, ...more, ...headers },
        },
        (response) => {
          let text = '';
          let first = 0;
          response.setEncoding('utf8').on('data', (piece: string) => {
            first ||= performance.now();
            text += piece;
          });
          response.once('end', () =>
            resolve({
              ...{ status: response.statusCode ?? 0, headers: response.headers, text },
              spread: performance.now() - (first || performance.now()),
            }),
          );
        },
      );
      asked.once('error', reject).end(body);
    });
}

async function answering(ask: Ask): Promise<void> {
  for (const end = Date.now() + 30_000; ; await sleep(100)) {
    const answer = await ask('/').catch((error: Error) => error);
    if (!(answer instanceof Error) && answer.status !== 502) return;
    if (Date.now() > end) throw answer instanceof Error ? answer : new Error(`status ${answer.status}`);
  }
}

/** Enters with the token, and looks at a port where nobody listens; the steps come one by one. */
async function used(ask: Ask, url: string): Promise<void> {
  const token = /#token=(\S+)/.exec(url)?.[1];
  const entered = await ask('/api/session', { body: JSON.stringify({ token }) });
  expect(entered.status).toBe(200);
  const [cookie = ''] = entered.headers['set-cookie'] ?? [];
  expect(cookie).toMatch(/; HttpOnly; Secure; SameSite=Strict/);
  const { proof } = JSON.parse(entered.text) as { proof: string };
  const own = { cookie: cookie.split(';')[0] ?? '', 'x-sshwhy-proof': proof, 'sec-fetch-site': 'same-origin' };
  expect((await ask('/api/jobs', { headers: { ...own, origin: 'https://attacker.example' } })).status).toBe(403);
  expect((await ask('/api/jobs')).status).toBe(401);
  const body = JSON.stringify({ target: '127.0.0.1', port: String(await freePort()) });
  const started = await ask('/api/jobs/diagnose', { headers: own, body });
  expect([started.status, started.text]).toEqual([started.status, expect.stringContaining('"id"')]);
  const { id } = JSON.parse(started.text) as { id: string };
  const events = await ask(`/api/jobs/${id}/events`, { headers: own });
  expect(events.text).toMatch(/event: end\n/);
  // What is held back by a proxy comes all at once.
  expect(events.spread).toBeGreaterThan(5);
}

it('serves with a certificate of its own, under the names it has', async () => {
  const port = await freePort();
  const origin = `https://${NAME}:${port}`;
  running = await startServe([
    '--listen',
    `127.0.0.1:${port}`,
    '--tls-cert',
    cert,
    '--tls-key',
    key,
    '--origin',
    origin,
  ]);
  expect(running.origin).toBe(`https://127.0.0.1:${port}`);
  const ask = asking(port, origin);
  await used(ask, running.url);
  await used(asking(port, running.origin), running.url);
  expect((await ask('/')).headers['strict-transport-security'] ?? '').toMatch(/max-age|^$/);
  expect((await ask('/', { headers: { host: 'attacker.example' } })).status).toBe(421);
  const old = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', rejectUnauthorized: false } as const;
  const { connect } = await import('node:tls');
  const refused = connect({ host: '127.0.0.1', port, ...old });
  const [error] = (await once(refused, 'error')) as [Error];
  expect(error.message).toMatch(/alert|version|protocol/i);
});

describe('behind a proxy as the guide has it', () => {
  const proxied = async (config: (port: number) => { readonly name: string; readonly words: readonly string[] }) => {
    running = await startServe(['--origin', `https://${NAME}`]);
    const port = await freePort();
    const { name, words } = config(port);
    const { file, env } = name === 'nginx' ? program('nginx', 'usr/sbin/nginx') : program('caddy', 'usr/bin/caddy');
    proxy = spawn(file, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    proxy.stderr?.pipe(createWriteStream(path.join(dir, `${name}.log`)));
    const basic = { authorization: `Basic ${Buffer.from(`alice:${WORD}`).toString('base64')}` };
    const ask = asking(port, `https://${NAME}`, basic);
    await answering(ask);
    expect((await asking(port, `https://${NAME}`)('/')).status).toBe(401);
    return { ask, url: running.url, upstream: new URL(running.origin).host };
  };

  it('nginx', async () => {
    const { ask, url } = await proxied((port) => {
      const words = path.join(dir, 'sshwhy.htpasswd');
      const hash = execFileSync('openssl', ['passwd', '-apr1', WORD], { encoding: 'utf8' }).trim();
      writeFileSync(words, `alice:${hash}\n`);
      const server = example('nginx')
        .replace('listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`)
        .replace(/\/etc\/ssl\/[^;]*fullchain\.pem/, cert)
        .replace(/\/etc\/ssl\/[^;]*privkey\.pem/, key)
        .replace('/etc/nginx/sshwhy.htpasswd', words)
        .replace('127.0.0.1:7722', new URL(running?.origin ?? '').host);
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((kind) => `${kind}_temp_path ${dir}/${kind};`)
        .join(' ');
      const conf = path.join(dir, 'nginx.conf');
      writeFileSync(
        conf,
        `daemon off;\nmaster_process off;\npid ${dir}/nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n${temporary}\n${server}}\n`,
      );
      return { name: 'nginx', words: ['-p', dir, '-c', conf, '-e', 'stderr'] };
    });
    await used(ask, url);
  });

  it('Caddy', async () => {
    const { ask, url } = await proxied((port) => {
      const { file, env } = program('caddy', 'usr/bin/caddy');
      const hash = execFileSync(file, ['hash-password', '--plaintext', WORD], { env, encoding: 'utf8' }).trim();
      const site = example('Caddy')
        .replace(`${NAME} {`, `https://${NAME}:${port} {\n  bind 127.0.0.1\n  tls ${cert} ${key}`)
        .replace('HASH-OF-caddy-hash-password', hash)
        .replace('127.0.0.1:7722', new URL(running?.origin ?? '').host);
      const conf = path.join(dir, 'Caddyfile');
      mkdirSync(path.join(dir, 'caddy'), { recursive: true });
      writeFileSync(
        conf,
        `{\n  admin off\n  auto_https disable_redirects\n  storage file_system ${dir}/caddy\n}\n${site}`,
      );
      return { name: 'caddy', words: ['run', '--adapter', 'caddyfile', '--config', conf] };
    });
    await used(ask, url);
  });
});

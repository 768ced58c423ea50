import { request } from 'node:http';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { looks } from '../../src/cli/serve-looks.ts';
import { type Served, serve } from '../../src/web/server/listen.ts';

async function serving(use: (served: Served, url: URL) => Promise<void>): Promise<void> {
  const { signal } = new AbortController();
  const served = await serve({
    host: '127.0.0.1',
    port: 0,
    origins: ['https://ssh.example.org'],
    allowFix: false,
    looks,
    signal,
  });
  try {
    await use(served, new URL(served.urls[0] ?? ''));
  } finally {
    await served.close();
  }
}

const status = (url: URL, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request({ host: url.hostname, port: url.port, path: '/', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

it('prints its addresses, each with the token, and goes by these names alone', async () => {
  await serving(async ({ urls }, url) => {
    expect(urls).toHaveLength(2);
    expect(urls[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/);
    expect(urls[1]).toBe(`https://ssh.example.org/${url.hash}`);
    for (const name of [`127.0.0.1:${url.port}`, `localhost:${url.port}`, `[::1]:${url.port}`, 'ssh.example.org'])
      expect(await status(url, name)).toBe(200);
    for (const name of ['127.0.0.1', 'ssh.example.org:1', `attacker.example:${url.port}`])
      expect(await status(url, name)).toBe(421);
  });
});

it('takes no port that another has', async () => {
  await serving(async (_, { port }) => {
    const { signal } = new AbortController();
    const again = serve({ host: '127.0.0.1', port: Number(port), origins: [], allowFix: false, looks, signal });
    await expect(again).rejects.toThrow(`port ${port} is taken`);
  });
});

it('answers what is no HTTP, and goes on', async () => {
  await serving(async (_, url) => {
    const said = await new Promise<string>((resolve) => {
      const socket = connect(Number(url.port), url.hostname, () => socket.write('\x00\xff SSH-2.0-x\r\n\r\n'));
      let text = '';
      socket.on('data', (data) => {
        text += data;
      });
      socket.on('close', () => resolve(text));
    });
    expect(said).toMatch(/^HTTP\/1\.1 400 /);
    expect(await status(url, url.host)).toBe(200);
  });
});

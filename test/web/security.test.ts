import { describe, expect, it } from 'vitest';
import { UPLOAD_MAX } from '../../src/web/server/app.ts';
import { HOST, IDLE_MS, LIFE_MS, ORIGIN, PROXY, TOKEN, tested } from './web.ts';

describe('the name that is asked for', () => {
  it.each([
    'attacker.example',
    'attacker.example:7722',
    '127.0.0.1',
    '127.0.0.1:80',
    'localhost.attacker.example:7722',
    '',
  ])('is not "%s", whatever is asked', async (host) => {
    const { own, ask } = await tested();
    for (const at of ['/', '/api/about', '/assets/index-1.js'])
      expect((await own(at, { headers: { host } })).status).toBe(421);
    const entering = { method: 'POST', headers: { host, origin: `http://${host}` }, body: '{}' };
    expect((await ask('/api/session', entering)).status).toBe(421);
  });

  it('is this server, in letters of any case', async () => {
    const { own } = await tested();
    expect((await own('/api/about', { headers: { host: HOST.toUpperCase() } })).status).toBe(200);
  });
});

describe('who asks', () => {
  it.each([
    ['another origin', { origin: 'https://attacker.example' }],
    ['the same name with another port', { origin: 'http://127.0.0.1:8000' }],
    ['an origin that is none', { origin: 'null' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this site', { 'sec-fetch-site': 'same-site' }],
    ['an address that was typed, or a link', { 'sec-fetch-site': 'none' }],
  ])('is not %s', async (_, headers) => {
    const { own } = await tested();
    expect((await own('/api/about', { headers })).status).toBe(403);
    expect((await own('/api/jobs/x/events', { headers })).status).toBe(403);
    expect((await own('/api/jobs/diagnose', { method: 'POST', headers, body: '{}' })).status).toBe(403);
    expect((await own('/api/session', { method: 'DELETE', headers })).status).toBe(403);
  });

  it('says its origin when something is changed', async () => {
    const { ask } = await tested();
    expect((await ask('/api/session', { method: 'POST', body: '{}' })).status).toBe(403);
  });
});

describe('a session', () => {
  it('needs the token', async () => {
    const { enter } = await tested();
    expect((await enter('the-token-of-another')).status).toBe(401);
    expect((await enter('')).status).toBe(401);
  });

  it('is a cookie that no script reads and no other site sends, and a proof that is not in it', async () => {
    const { enter, own } = await tested();
    const entered = await enter();
    const cookie = entered.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^sshwhy-7722=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const { proof } = (await entered.json()) as { proof: string };
    expect(cookie).not.toContain(proof);
    expect((await own('/api/about')).status).toBe(200);
    expect((await own('/api/about', { headers: { 'x-sshwhy-proof': '' } })).status).toBe(401);
    expect((await own('/api/about', { headers: { 'x-sshwhy-proof': proof } })).status).toBe(401);
    expect((await own('/api/about', { headers: { cookie: '' } })).status).toBe(401);
  });

  it('is kept off the wire by a cookie for TLS alone, where the page came by TLS', async () => {
    const { ask } = await tested();
    const headers = { host: PROXY.host, origin: PROXY.origin };
    const entered = await ask('/api/session', { method: 'POST', headers, body: JSON.stringify({ token: TOKEN }) });
    expect(entered.headers.get('set-cookie')).toMatch(/; HttpOnly; Secure; SameSite=Strict$/);
  });

  it('ends when nothing is asked for a while', async () => {
    const { own, pass } = await tested();
    pass(IDLE_MS - 1);
    expect((await own('/api/about')).status).toBe(200);
    pass(IDLE_MS - 1);
    expect((await own('/api/about')).status).toBe(200);
    pass(IDLE_MS);
    expect((await own('/api/about')).status).toBe(401);
  });

  it('ends after its life however much is asked', async () => {
    const { own, pass } = await tested();
    for (let t = 0; t < LIFE_MS - IDLE_MS / 2; t += IDLE_MS / 2) {
      expect((await own('/api/about')).status).toBe(200);
      pass(IDLE_MS / 2);
    }
    pass(IDLE_MS / 2);
    expect((await own('/api/about')).status).toBe(401);
  });

  it('ends when it is left', async () => {
    const { own } = await tested();
    expect((await own('/api/session', { method: 'DELETE' })).status).toBe(204);
    expect((await own('/api/about')).status).toBe(401);
  });

  it('is needed for every address of the interface', async () => {
    const { ask } = await tested();
    for (const at of ['/api/about', '/api/jobs', '/api/jobs/x', '/api/jobs/x/events', '/api/causes', '/api/nothing'])
      expect((await ask(at)).status).toBe(401);
    for (const at of ['/api/jobs/diagnose', '/api/jobs/server', '/api/bundle', '/api/jobs/x/fix', '/api/jobs/x/plan'])
      expect((await ask(at, { method: 'POST', headers: { origin: ORIGIN }, body: '{}' })).status).toBe(401);
  });
});

describe('how much may be asked', () => {
  it('is a few wrong tokens', async () => {
    const { enter, pass } = await tested();
    const answers: number[] = [];
    for (let i = 0; i < 8; i++) answers.push((await enter(`guess ${i}`)).status);
    expect(answers).toEqual([401, 401, 401, 401, 429, 429, 429, 429]);
    expect((await enter()).status).toBe(429);
    pass(15_000);
    expect((await enter()).status).toBe(200);
  });

  it('is as many requests as a person makes', async () => {
    const { own, pass } = await tested();
    const answers = new Set<number>();
    for (let i = 0; i < 200; i++) answers.add((await own('/api/about')).status);
    expect([...answers]).toEqual([200, 429]);
    const refused = await own('/api/about');
    expect(refused.headers.get('retry-after')).toBe('1');
    pass(1000);
    expect((await own('/api/about')).status).toBe(200);
  });

  it('is a form, not a file', async () => {
    const { own } = await tested();
    const body = JSON.stringify({ target: 'a'.repeat(70_000) });
    expect((await own('/api/jobs/diagnose', { method: 'POST', body })).status).toBe(413);
  });

  it('is a bundle of some size, also when it does not say how long it is', async () => {
    const { own } = await tested();
    const headers = { 'content-length': String(UPLOAD_MAX + 1) };
    expect((await own('/api/bundle', { method: 'POST', headers, body: 'x' })).status).toBe(413);
    const piece = new Uint8Array(1 << 20);
    let sent = 0;
    const endless = new ReadableStream({
      pull: (stream) => {
        sent += 1;
        if (sent > 40) stream.close();
        else stream.enqueue(piece);
      },
    });
    const init = { method: 'POST', body: endless, duplex: 'half' } as RequestInit;
    expect((await own('/api/bundle', init)).status).toBe(413);
    expect(sent).toBeLessThan(40);
  });
});

describe('every answer', () => {
  it.each([
    ['the page', '/', 200],
    ['a place of the page', '/causes/firewall/host-drop', 200],
    ['a file', '/assets/index-1.js', 200],
    ['a refusal', '/api/about', 401],
    ['nothing', '/assets/nothing.js', 404],
    ['a way out of the folder', '/assets/..%2f..%2fpackage.json', 404],
  ])('has the policy: %s', async (_, at, status) => {
    const { ask } = await tested();
    const { headers, status: got } = await ask(at);
    expect(got).toBe(status);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'; require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|data:|\*/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('cache-control')).toBe(at === '/assets/index-1.js' ? 'max-age=31536000, immutable' : 'no-store');
  });
});

it('changes nothing unless --allow-fix was given', async () => {
  const { own } = await tested();
  const asked = await own('/api/jobs/x/fix', { method: 'POST', body: JSON.stringify({ cause: 'a/b', seal: 'x' }) });
  expect(asked.status).toBe(403);
  expect(await asked.text()).toContain('--allow-fix');
});

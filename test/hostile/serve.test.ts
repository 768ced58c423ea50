import { existsSync } from 'node:fs';
import { parseFragment } from 'parse5';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { all } from '../report/parsed.ts';
import { documents, words } from './attacks.ts';
import { terminal } from './checks.ts';
import { PLACES, said } from './places.ts';
import { type Served, served } from './served.ts';

let server: Served;
let headers: Record<string, string>;
beforeAll(async () => {
  server = await served();
  const token = new URL(server.url).hash.slice('#token='.length);
  const entered = await fetch(`${server.origin}/api/session`, {
    method: 'POST',
    headers: { origin: server.origin },
    body: JSON.stringify({ token }),
  });
  const { proof } = (await entered.json()) as { proof: string };
  headers = {
    ...{ cookie: entered.headers.get('set-cookie')?.split(';')[0] ?? '', 'x-sshwhy-proof': proof },
    ...{ origin: server.origin, 'sec-fetch-site': 'same-origin' },
  };
}, 300_000);
afterAll(async () => {
  // What it wrote there was written by itself.
  const told = server?.terminal() ?? '';
  await server?.stop();
  terminal(told);
  expect(told).not.toMatch(/\n {4}at /);
});

const request = (at: string, init: RequestInit): Promise<Response> =>
  fetch(`${server.origin}${at}`, { ...init, headers: { ...headers, ...(init.headers as Record<string, string>) } });

/** Connections on which a body was too large are closed, and one of them may be taken again: no fault. Who asks too often waits. */
async function ask(at: string, init: RequestInit = {}): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const response = await request(at, init).catch((error: Error) => error);
    if (response instanceof Error) {
      if (tries === 6) throw response;
      continue;
    }
    if (response.status !== 429 || at === '/api/session') return response;
    await response.arrayBuffer();
    await new Promise((resolve) => setTimeout(resolve, 1000 * Number(response.headers.get('retry-after') ?? 1)));
  }
}

/** JSON that no browser takes for anything else; errors are words that may be shown. */
async function answered(response: Response, statuses: readonly number[]): Promise<unknown> {
  expect(statuses).toContain(response.status);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'|default-src 'self'/);
  const value = (await response.json()) as { error?: string; none?: string };
  for (const text of [value?.error, value?.none]) if (text !== undefined) terminal(text);
  expect(Object.keys(Object.prototype)).toEqual([]);
  return value;
}

const QUESTIONS = [
  'watch/events?user',
  'watch/events?after',
  'watch/incident?id',
  'watch/timeline?since',
  'watch/events?kinds',
  'fleet/host?port=22&name',
  'posture/host?host',
  'causes?q',
];

describe.each(words.map((attack) => [attack.name, attack] as const))('%s', (_, attack) => {
  it('as a question, a part of an address, a header and a form', async () => {
    const word = attack.word(server.canary).slice(0, 600);
    const coded = encodeURIComponent(word);
    for (const question of QUESTIONS) await answered(await ask(`/api/${question}=${coded}`), [200, 400, 404, 502]);
    for (const at of ['jobs', 'causes/firewall', 'causes'])
      await answered(await ask(`/api/${at}/${coded.slice(0, 2000).replace(/^\.+/, '%2e')}`), [200, 400, 404]);
    for (const form of [
      // What could be a host would be dialled.
      { target: `-${word}` },
      { target: 'web1', on: word },
      { target: 'web1', option: [word] },
      { [word]: word },
    ])
      await answered(await ask('/api/jobs/diagnose', { method: 'POST', body: JSON.stringify(form) }), [400]);
    await answered(await ask('/api/jobs/server', { method: 'POST', body: word }), [400]);
    await answered(await ask('/api/session', { method: 'POST', body: JSON.stringify({ token: word }) }), [401, 429]);
  });

  it('in a bundle: what is shown of it is text', async () => {
    const places = Object.keys(PLACES) as (keyof typeof PLACES)[];
    for (const place of [places[0], places[1], places[4]] as const) {
      const body = PLACES[place as keyof typeof PLACES](said(attack.bytes(server.canary).subarray(0, 20_000)));
      const name = encodeURIComponent(attack.word(server.canary).slice(0, 200));
      const started = (await answered(
        await ask(`/api/bundle?name=${name}`, { method: 'POST', body: new Uint8Array(body) }),
        [202],
      )) as { id: string; title: string };
      terminal(started.title);
      const stream = await (await ask(`/api/jobs/${started.id}/events`)).text();
      for (const line of stream.split('\n'))
        if (line !== '') expect(line).toMatch(/^(?:event: (?:step|end)$|data: \{|id: |retry: |:)/);
      const job = (await answered(await ask(`/api/jobs/${started.id}`), [200])) as {
        html: string;
        headline?: string;
        fixes: { text: string }[];
      };
      for (const text of [job.headline ?? '', job.html, ...job.fixes.map((one) => one.text)]) terminal(text);
      for (const { tagName, attrs } of all(parseFragment(job.html))) {
        expect(tagName).not.toMatch(/^(?:script|img|iframe|object|embed|style|link|base|form|math|animate|body|meta)$/);
        for (const { name: attribute, value } of attrs) {
          expect(attribute).not.toMatch(/^on|^src|^style$|action$/);
          if (attribute === 'href') expect(value).toMatch(/^[#/][\w/#-]*$/);
        }
      }
    }
    expect(existsSync(server.canary)).toBe(false);
  });
});

it.each(documents.map((attack) => [attack.name, attack] as const))(
  '%s in place of a bundle and a form',
  async (_, attack) => {
    const body = new Uint8Array(attack.bytes(server.canary));
    for (const at of ['/api/bundle?name=x', '/api/jobs/diagnose', '/api/jobs/server', '/api/session']) {
      const response = await ask(at, { method: 'POST', body }).catch((error: Error) => error);
      // The answer comes before all of the body is read, and the connection is closed.
      if (response instanceof Error) expect(body.length).toBeGreaterThan(64 << 10);
      else await answered(response, [400, 401, 413, 429, 502]);
    }
  },
);

it('what is stored and saved is handed out as JSON, and the server goes on', async () => {
  for (const at of ['watch/timeline', 'watch/events', 'watch/incidents', 'fleet', 'keys', 'posture', 'about', 'jobs'])
    await answered(await ask(`/api/${at}`), [200]);
});

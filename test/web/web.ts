import { webApp } from '../../src/web/server/app.ts';
import type { Context } from '../../src/web/server/context.ts';
import { jobs } from '../../src/web/server/jobs.ts';
import type { Looks } from '../../src/web/server/looks.ts';
import { routes } from '../../src/web/server/routes/index.ts';
import { sessions } from '../../src/web/server/security/sessions.ts';

export const HOST = '127.0.0.1:7722';
export const ORIGIN = `http://${HOST}`;
/** What it is reached as through a reverse proxy. */
export const PROXY = { host: 'ssh.example.org', origin: 'https://ssh.example.org' };
export const TOKEN = 'the-token-of-this-test';
export const IDLE_MS = 60_000;
export const LIFE_MS = 600_000;

/** A page that was built, as far as the server looks at it. */
const files: ReadonlyMap<string, Buffer> = new Map([
  ['index.html', Buffer.from('<!doctype html><title>sshwhy</title>')],
  ['assets/index-1.js', Buffer.from('')],
]);

const refuse = (): never => {
  throw new Error('nothing is looked at in this test');
};

export interface Tested {
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** As the page itself asks, with a session. */
  own(path: string, init?: RequestInit): Promise<Response>;
  enter(token?: string): Promise<Response>;
  /** Milliseconds go by. */
  pass(ms: number): void;
}

/** The application without a socket, at a clock of the test. */
export async function tested(o: { readonly looks?: Looks; readonly allowFix?: boolean } = {}): Promise<Tested> {
  let time = 1_700_000_000_000;
  const now = (): number => time;
  const { signal } = new AbortController();
  const context: Context = {
    ...{ allowFix: o.allowFix === true, signal, now },
    sessions: sessions({ token: TOKEN, now, idleMs: IDLE_MS, lifeMs: LIFE_MS }),
    looks: o.looks ?? { diagnose: refuse, server: refuse },
    jobs: jobs({ now, signal }),
  };
  const place = {
    hosts: new Set([HOST, PROXY.host]),
    origins: new Set([ORIGIN, PROXY.origin]),
    port: 7722,
    tls: false,
  };
  const web = webApp({ context, routes, place: () => place, files });
  const ask = async (at: string, init: RequestInit = {}): Promise<Response> =>
    web.request(ORIGIN + at, { ...init, headers: { host: HOST, ...(init.headers as Record<string, string>) } });
  const enter = (token = TOKEN): Promise<Response> =>
    ask('/api/session', { method: 'POST', headers: { origin: ORIGIN }, body: JSON.stringify({ token }) });
  const entered = await enter();
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  const { proof } = (await entered.json()) as { proof: string };
  const page = { cookie, 'x-sshwhy-proof': proof, origin: ORIGIN, 'sec-fetch-site': 'same-origin' };
  return {
    ask,
    enter,
    own: (at, init = {}) => ask(at, { ...init, headers: { ...page, ...(init.headers as Record<string, string>) } }),
    pass: (ms) => {
      time += ms;
    },
  };
}

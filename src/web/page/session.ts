import type { Entered } from '../api.ts';

const KEY = 'sshwhy-proof';

/** The half of the session that this page keeps; the other is a cookie that no script can read. */
export const proof = (): string => localStorage.getItem(KEY) ?? '';

export const forget = (): void => localStorage.removeItem(KEY);

/** Trades the token behind `#` for a session, and takes it out of the address and the history. */
export async function enter(): Promise<void> {
  const token = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (token === undefined) return;
  history.replaceState(null, '', location.pathname + location.search);
  const response = await fetch('/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  if (response.ok) localStorage.setItem(KEY, ((await response.json()) as Entered).proof);
}

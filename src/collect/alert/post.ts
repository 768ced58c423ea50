import { clip } from '../../report/escape.ts';
import { failure, SendError } from './failure.ts';

const MOST_READ = 2048;
/** RFC 9110, RFC 6585: what is worth another try although the server says that we are at fault. */
const AGAIN = [408, 425, 429];

/** The beginning of an answer; the rest is not waited for. */
async function beginning(answer: Response): Promise<string> {
  if (answer.body === null) return '';
  const reader = answer.body.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    while (size < MOST_READ) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      size += value.length;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
  return Buffer.concat(parts).subarray(0, MOST_READ).toString('utf8');
}

/** Retry-After (RFC 9110, 10.2.3): seconds, or a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/**
 * Posts to a webhook. Redirects are not followed: what is sent is for the configured host alone. A path often is a secret, so
 * errors name only the host. @throws SendError when it is not answered with 2xx.
 */
export async function post(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string> {
  const where = url.host;
  let answer: Response;
  let said: string;
  try {
    answer = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
      redirect: 'manual',
      signal,
    });
    said = await beginning(answer);
  } catch (error) {
    throw failure(where, error);
  }
  const { status } = answer;
  if (status >= 200 && status < 300) return said;
  const words = said.trim() === '' ? '' : `: ${clip(said.trim(), 200)}`;
  if (status >= 300 && status < 400)
    throw new SendError(`${where}: it redirects elsewhere (${status}), which is not followed; give the final address`, {
      final: true,
    });
  const wait = retryAfter(answer.headers.get('retry-after'));
  throw new SendError(`${where}: it answered ${status}${words}`, {
    final: status < 500 && !AGAIN.includes(status),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}

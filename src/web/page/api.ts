import type { Refused } from '../api.ts';
import { forget, proof } from './session.ts';

/** The server's refusal, in its own words. `status` 401: there is no session any more. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The answer of the server as it is, for streams. `path` begins with `/api/`. @throws ApiError unless it is 2xx. */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { ...init.headers, 'x-sshwhy-proof': proof() } });
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    throw new ApiError(0, 'sshwhy serve does not answer: it may have been ended');
  }
  if (response.ok) return response;
  const { error = response.statusText } = (await response.json().catch(() => ({}))) as Partial<Refused>;
  if (response.status === 401) {
    forget();
    dispatchEvent(new Event('sshwhy-over'));
  }
  throw new ApiError(response.status, error);
}

/** GET, as JSON. */
export async function api<T>(path: string, init?: RequestInit): Promise<T> {
  return (await ask(path, init)).json() as Promise<T>;
}

/** POST of a value, answered as JSON. */
export const post = <T>(path: string, value: unknown, init: RequestInit = {}): Promise<T> =>
  api<T>(path, {
    ...init,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  });

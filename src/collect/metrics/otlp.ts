import type { Sink } from '../../model/watch.ts';
import { eventRecord, type HostRecord, incidentRecord, logsRequest } from '../../report/logs/otlp.ts';

export interface OtlpOptions {
  /** Where logs are taken, with its path: `http://127.0.0.1:4318/v1/logs`. */
  readonly url: string;
  /** E.g. with a token. Never shown. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Records that wait at most, default 10,000; the oldest go first. */
  readonly queueMax?: number;
  /** Records of one request, default 500. */
  readonly batchMax?: number;
  /** First wait after a failure, default 1 s; it doubles up to a minute. */
  readonly retryMs?: number;
  /** What is tried at the end, default 5 s. */
  readonly closeMs?: number;
  /** What became of records. */
  onRecords?(result: 'sent' | 'refused' | 'dropped', count: number): void;
}

/** `refused`: the collector will never take it. Otherwise how long to wait, if it said so. */
type Answer =
  | { readonly kind: 'sent'; readonly refused: number }
  | { readonly kind: 'refused' }
  | { readonly kind: 'later'; readonly waitMs?: number };

const REQUEST_MS = 10_000;
const WAIT_MAX_MS = 60_000;
/** What a collector may ask for in Retry-After. */
const RETRY_AFTER_MAX_S = 600;
const ANSWER_MAX = 65_536;

/** Statuses after which the same request may be sent again (OTLP specification, Failures). */
const AGAIN: ReadonlySet<number> = new Set([429, 502, 503, 504]);

function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value)) return Math.min(Number(value), RETRY_AFTER_MAX_S) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.min(Math.max(0, at - Date.now()), RETRY_AFTER_MAX_S * 1000);
}

/** How many of the records the collector says that it threw away; 0 when its answer is of no use. */
async function rejected(response: Response): Promise<number> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > ANSWER_MAX) return 0;
  }
  try {
    const count = Number(JSON.parse(text)?.partialSuccess?.rejectedLogRecords ?? 0);
    return Number.isSafeInteger(count) && count > 0 ? count : 0;
  } catch {
    return 0;
  }
}

async function post(o: OtlpOptions, records: readonly HostRecord[], signal: AbortSignal): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(o.url, {
      method: 'POST',
      headers: { ...o.headers, 'content-type': 'application/json' },
      body: JSON.stringify(logsRequest(records)),
      // Records and a token go where they were told to go, and nowhere else.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]),
    });
    if (response.ok) return { kind: 'sent', refused: Math.min(await rejected(response), records.length) };
  } catch {
    return { kind: 'later' };
  }
  await response.body?.cancel().catch(() => {});
  if (!AGAIN.has(response.status)) return { kind: 'refused' };
  const waitMs = retryAfter(response.headers.get('retry-after'));
  return { kind: 'later', ...(waitMs === undefined ? {} : { waitMs }) };
}

/**
 * Sends events and incidents to an OpenTelemetry collector, as OTLP/HTTP in JSON. It never holds up the watch: what cannot be
 * sent waits in memory, within a bound, and is lost with the process (the store keeps the events).
 */
export function otlpSink(o: OtlpOptions): Sink {
  const { queueMax = 10_000, batchMax = 500, retryMs = 1_000, closeMs = 5_000 } = o;
  const queue: HostRecord[] = [];
  /** How many at the head are on their way right now: those are not dropped. */
  let flying = 0;
  let pumping: Promise<void> | undefined;
  const closed = new AbortController();
  const cut = new AbortController();
  const tell = (result: 'sent' | 'refused' | 'dropped', count: number): void => {
    if (count > 0) o.onRecords?.(result, count);
  };

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (closed.signal.aborted) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        closed.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      closed.signal.addEventListener('abort', done);
    });

  const pump = async (): Promise<void> => {
    for (let failures = 0; queue.length > 0 && !cut.signal.aborted; ) {
      flying = Math.min(batchMax, queue.length);
      const answer = await post(o, queue.slice(0, flying), cut.signal);
      const count = flying;
      flying = 0;
      if (answer.kind === 'later') {
        // At the end there is one try more, and no waiting.
        if (closed.signal.aborted && failures > 0) return;
        const backoff = Math.min(WAIT_MAX_MS, retryMs * 2 ** Math.min(failures, 16));
        failures += 1;
        await pause(answer.waitMs ?? backoff * (0.5 + Math.random() / 2));
        continue;
      }
      failures = 0;
      queue.splice(0, count);
      if (answer.kind === 'refused') tell('refused', count);
      else {
        tell('sent', count - answer.refused);
        tell('refused', answer.refused);
      }
    }
  };

  const add = (records: readonly HostRecord[]): void => {
    if (closed.signal.aborted) {
      tell('dropped', records.length);
      return;
    }
    for (const record of records) queue.push(record);
    const over = queue.length - flying - queueMax;
    if (over > 0) tell('dropped', queue.splice(flying, over).length);
    start();
  };

  const start = (): void => {
    pumping ??= pump().finally(() => {
      pumping = undefined;
      // What came in just as it ended.
      if (queue.length > 0 && !closed.signal.aborted) start();
    });
  };

  return {
    name: 'otlp',
    put: async ({ events }) => {
      const now = Date.now();
      add(events.map((event) => eventRecord(event, now)));
    },
    incident: (incident, change) => add([incidentRecord(incident, change, Date.now())]),
    close: async () => {
      closed.abort();
      const timer = setTimeout(() => cut.abort(), closeMs);
      await pumping;
      clearTimeout(timer);
      tell('dropped', queue.splice(0).length);
    },
  };
}

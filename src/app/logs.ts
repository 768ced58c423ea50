import type { LogSource } from '../collect/logs.ts';
import type { Counts } from '../facts/events/line.ts';
import { eventReader } from '../facts/events/reader.ts';
import type { Zone } from '../facts/events/stamp.ts';
import type { LogEvent } from '../facts/events/typed-event.ts';
import { oldestFirst } from '../reason/logs/rotation.ts';
import { heeds, type LogFilter, type LogSummary, summarizer } from '../reason/logs/summary.ts';

export interface LogsQuestion {
  readonly filter: LogFilter;
  readonly zone: Zone;
  /** Rows of a table. */
  readonly rows: number;
  /** Each event within the filter, in the order of the log. */
  onEvent?(event: LogEvent): void;
}

/** Reads logs from the oldest to the newest and adds them up. @throws LookError when one cannot be read. */
export async function readLogs(
  sources: readonly LogSource[],
  question: LogsQuestion,
  signal: AbortSignal,
): Promise<LogSummary> {
  const { filter, zone, rows, onEvent } = question;
  const sum = summarizer(filter, rows);
  const total: Counts = { lines: 0, typed: 0, other: 0, foreign: 0, unparsed: 0, impostor: 0 };
  for (const source of oldestFirst(sources)) {
    const reader = eventReader({
      zone,
      end: source.end,
      onEvent: (event) => {
        sum.see(event);
        if (onEvent !== undefined && heeds(filter, event)) onEvent(event);
      },
    });
    await source.read((chunk) => reader.push(chunk), signal);
    const counts = reader.end();
    for (const name of Object.keys(total) as (keyof Counts)[]) total[name] += counts[name];
  }
  return sum.end(total);
}

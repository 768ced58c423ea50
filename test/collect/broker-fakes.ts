import type { Batch, WatchEvent } from '../../src/model/watch.ts';
import { batchOf, eventAt } from './store-contract.ts';

/** A batch of so many events of a host, numbered from `first`: their ids say which they are. */
export const numbered = (host: string, first: number, count: number, more: Partial<WatchEvent> = {}): Batch =>
  batchOf(
    Array.from({ length: count }, (_, index) =>
      eventAt(`${host}/${first + index}`, Date.UTC(2026, 10, 20, 12) + first + index, { host, ...more }),
    ),
    String(first + count),
  );

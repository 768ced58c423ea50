import type { TimelineAnswer } from '../../api-see.ts';
import { Table } from '../parts/table.tsx';
import { length, minute, number, second } from '../parts/when.ts';
import { KINDS } from './kinds.ts';

/** Rows that a person reads. */
const ROWS = 48;

/** What the chart draws, as a table: for whom it is not drawn, and to copy. */
export function Numbers(o: { readonly of: TimelineAnswer }) {
  const { at, counts, stepMs } = o.of;
  const size = Math.max(1, Math.ceil(at.length / ROWS));
  const time = stepMs < 60_000 ? second : minute;
  const rows = Array.from({ length: Math.ceil(at.length / size) }, (_, row) => {
    const sum = (column: readonly number[]): number =>
      column.slice(row * size, (row + 1) * size).reduce((a, b) => a + b, 0);
    return [time(at[row * size] ?? 0), ...KINDS.map(({ kind }) => number(sum(counts[kind])))];
  });
  return (
    <details class="numbers">
      <summary>The same as a table</summary>
      <Table
        caption={`Events in steps of ${length(size * stepMs)}`}
        heads={['From (UTC)', ...KINDS.map(({ name }) => name)]}
        rows={rows}
      />
    </details>
  );
}

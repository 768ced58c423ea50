import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Browsers draw nothing beyond some ten million pixels (Chromium 33, Firefox 17). */
const TALLEST = 8_000_000;
const BEYOND = 8;

interface Slice {
  /** Pixels from the top of the whole list, as if it had its full height. */
  readonly top: number;
  readonly height: number;
}

/**
 * Rows of which only those that are seen are drawn, for any number. Small steps move by pixels; a drag of the bar or End leads to the
 * same share of the list. It scrolls with the keyboard as anything does that has the focus.
 */
export function Virtual(o: {
  readonly label: string;
  readonly count: number;
  readonly rowHeight: number;
  readonly heads: readonly string[];
  /** Changes with what is listed: the list begins at its top again. */
  readonly of: string;
  /** Goes to the end when the number grows. */
  readonly stick?: boolean;
  readonly row: (index: number) => readonly ComponentChildren[];
  readonly onRange?: (first: number, last: number) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const place = useRef({ real: 0, top: 0 });
  const [slice, set] = useState<Slice>({ top: 0, height: 600 });
  const whole = o.count * o.rowHeight;
  const tall = Math.min(whole, TALLEST);
  const moved = (): void => {
    const at = box.current;
    if (!at) return;
    const [height, real] = [at.clientHeight, at.scrollTop];
    const [far, most] = [Math.max(1, tall - height), Math.max(0, whole - height)];
    const by = real - place.current.real;
    const near = whole === tall || (Math.abs(by) < height * 4 && real > 0 && real < far - 1);
    const top = Math.max(
      0,
      Math.min(most, whole === tall ? real : near ? place.current.top + by : (real / far) * most),
    );
    place.current = { real, top };
    set({ top, height });
  };
  useLayoutEffect(() => {
    place.current = { real: 0, top: 0 };
    if (box.current) box.current.scrollTop = 0;
    moved();
  }, [o.of]);
  useLayoutEffect(() => {
    if (o.stick && box.current) box.current.scrollTop = tall;
    moved();
  }, [o.count, o.stick]);
  const first = Math.max(0, Math.floor(slice.top / o.rowHeight) - BEYOND);
  const last = Math.min(o.count, Math.ceil((slice.top + slice.height) / o.rowHeight) + BEYOND);
  useLayoutEffect(() => o.onRange?.(first, last), [first, last, o.onRange]);
  const shift = place.current.real - slice.top;
  return (
    <div class="virtual" role="table" aria-label={o.label} aria-rowcount={o.count + 1}>
      <div role="rowgroup">
        <div role="row" class="vrow vhead" aria-rowindex={1}>
          {o.heads.map((head) => (
            <span role="columnheader" key={head}>
              {head}
            </span>
          ))}
        </div>
      </div>
      {/* What scrolls has to be reached by the keyboard (WCAG 2.1.1). */}
      <div role="rowgroup" class="vbox" ref={box} onScroll={moved} tabIndex={0} aria-label={`${o.label}, rows`}>
        <div class="vtall" style={{ height: `${tall}px` }} role="presentation">
          {Array.from({ length: Math.max(0, last - first) }, (_, at) => {
            const index = first + at;
            return (
              <div
                role="row"
                class="vrow"
                key={index}
                aria-rowindex={index + 2}
                style={{ transform: `translateY(${index * o.rowHeight + shift}px)`, height: `${o.rowHeight}px` }}
              >
                {o.row(index).map((cell, column) => (
                  <span role="cell" key={o.heads[column]}>
                    {cell}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

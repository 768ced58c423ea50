import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { TimelineAnswer, TimelineKind } from '../../api-see.ts';
import 'uplot/dist/uPlot.min.css';
import { number, second } from '../parts/when.ts';
import { KINDS } from './kinds.ts';

const HEIGHT = 92;
const LAST = 28;
const AXIS = 56;

export interface Range {
  readonly since: number;
  readonly until: number;
}

/** One strip for each kind, since logins and bans would vanish beside refusals on one scale. A drag over it chooses a range. */
export function Chart(o: {
  readonly of: TimelineAnswer;
  readonly kinds: readonly TimelineKind[];
  readonly choose: (range: Range) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const plots = useRef<uPlot[]>([]);
  const choose = useRef(o.choose);
  choose.current = o.choose;
  const kinds = o.kinds.join();
  const data = useRef(o.of);
  data.current = o.of;

  useEffect(() => {
    const at = box.current;
    if (!at) return;
    const draw = (): void => {
      for (const plot of plots.current) plot.destroy();
      plots.current = kinds
        .split(',')
        .filter((kind) => kind !== '')
        .map((kind, index, all) =>
          strip(at, kind as TimelineKind, data.current, index === all.length - 1, (range) => choose.current(range)),
        );
    };
    draw();
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', draw);
    let width = at.clientWidth;
    const resized = new ResizeObserver(() => {
      if (at.clientWidth === width) return;
      width = at.clientWidth;
      for (const plot of plots.current) plot.setSize({ width, height: plot.height });
    });
    resized.observe(at);
    return () => {
      dark.removeEventListener('change', draw);
      resized.disconnect();
      for (const plot of plots.current) plot.destroy();
      plots.current = [];
    };
  }, [kinds]);

  useEffect(() => {
    for (const [index, kind] of kinds.split(',').entries())
      plots.current[index]?.setData(columns(o.of, kind as TimelineKind));
  }, [o.of, kinds]);

  return <div class="chart" ref={box} aria-hidden="true" />;
}

function columns({ at, until, counts }: TimelineAnswer, kind: TimelineKind): uPlot.AlignedData {
  // A step ends where the next begins; the last one needs an end too.
  const column = counts[kind];
  return [[...at, until].map((ms) => ms / 1000), [...column, column.at(-1) ?? 0]];
}

/** As much of a time as tells two marks apart. */
function onAxis(at: number, step: number): string {
  const text = second(at * 1000);
  return step >= 86_400 ? text.slice(0, 10) : step >= 60 ? text.slice(5, 16) : text.slice(11);
}

function strip(
  into: HTMLElement,
  kind: TimelineKind,
  of: TimelineAnswer,
  last: boolean,
  choose: (range: Range) => void,
): uPlot {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const { name, color: own } = KINDS.find((one) => one.kind === kind) ?? { name: kind, color: '--ink' };
  const stroke = color('--soft');
  const axis: uPlot.Axis = {
    stroke,
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
    font: '12px system-ui',
  };
  const plot = new uPlot(
    {
      title: name,
      width: into.clientWidth,
      height: HEIGHT + (last ? LAST : 0),
      padding: [4, 8, last ? 0 : 8, 0],
      legend: { show: false },
      cursor: { sync: { key: 'timeline' }, drag: { x: true, y: false, setScale: false }, points: { show: false } },
      tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), 'Etc/UTC'),
      scales: { x: { time: true }, y: { range: (_, __, max) => [0, Math.max(1, max)] } },
      axes: [
        {
          ...axis,
          show: last,
          size: LAST,
          space: 110,
          values: (_, all, __, ___, step) => all.map((at) => onAxis(at, step)),
        },
        {
          ...axis,
          size: AXIS,
          space: 22,
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 1e7, 1e8],
          values: (_, all) => all.map(number),
        },
      ],
      series: [
        {},
        {
          label: name,
          stroke: color(own),
          fill: `${color(own)}55`,
          width: 1,
          points: { show: false },
          ...(uPlot.paths.stepped && { paths: uPlot.paths.stepped({ align: 1 }) }),
        },
      ],
      hooks: {
        setSelect: [
          (self) => {
            const { left, width } = self.select;
            if (width < 4) return;
            choose({
              since: Math.round(self.posToVal(left, 'x') * 1000),
              until: Math.round(self.posToVal(left + width, 'x') * 1000),
            });
            self.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
          },
        ],
      },
    },
    columns(of, kind),
    into,
  );
  return plot;
}

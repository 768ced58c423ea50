import { section } from '../source.ts';

export interface Route {
  readonly address: string;
  readonly device?: string;
  readonly via?: string;
  readonly source?: string;
  /** `unreachable`, `prohibit`, `blackhole`, or the kernel's error. */
  readonly error?: string;
  /** Line of the section that it was read from. */
  readonly line: number;
}

export const route = section<readonly Route[]>('client', 'route', 'ip route get per address (ip-route(8))', (text) => {
  const routes: Route[] = [];
  let address: string | undefined;
  for (const [index, line] of (text ?? '').split('\n').entries()) {
    const head = /^# (\S+)$/.exec(line);
    if (head) {
      address = head[1];
      continue;
    }
    if (address === undefined || line.trim() === '') continue;
    const word = (name: string): string | undefined => new RegExp(`\\b${name} (\\S+)`).exec(line)?.[1];
    const error =
      /^(?:RTNETLINK answers: |Error: )(.*)/.exec(line)?.[1] ?? /^(unreachable|prohibit|blackhole)\b/.exec(line)?.[1];
    const [device, via, source] = [word('dev'), word('via'), word('src')];
    routes.push({
      address,
      line: index + 1,
      ...(device === undefined ? {} : { device }),
      ...(via === undefined ? {} : { via }),
      ...(source === undefined ? {} : { source }),
      ...(error === undefined ? {} : { error }),
    });
    address = undefined;
  }
  return routes;
});

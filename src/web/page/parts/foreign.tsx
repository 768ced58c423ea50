import { visible } from '../../../report/escape.ts';

/** What a host, log or user said: control characters and invisible ones are shown as escapes, and its direction stays its own. */
export function Foreign(o: { readonly text: string }) {
  return <bdi>{visible(o.text)}</bdi>;
}

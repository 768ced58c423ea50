import { visible } from '../../../report/escape.ts';

/** What a peer, a server or a file said: never markup, what is invisible in it shown, and no direction of its own for what stands around. */
export function Foreign(o: { readonly text: string }) {
  return <bdi>{visible(o.text)}</bdi>;
}

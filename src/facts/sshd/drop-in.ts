import { reload } from '../../model/change.ts';
import type { Fact } from '../../model/fact.ts';
import { matchesPattern } from '../access/patterns.ts';
import { type Daemon, unitName } from '../daemon.ts';
import type { SshdConfig } from './parse.ts';

/**
 * Whether sshd reads a file that is put beside the main one: a line of that, outside of all blocks, includes it. `first`: no
 * other setting of the main file comes before, so that nothing in it can say otherwise.
 */
export function readsDropIn(
  { directives }: Pick<SshdConfig, 'directives'>,
  main: string,
  file: string,
): { readonly read: boolean; readonly first: boolean } {
  const own = directives.filter((one) => one.file === main);
  const at = own.findIndex(
    ({ keyword, within, words }) =>
      keyword === 'include' &&
      within.length === 0 &&
      words.args.some((glob) => matchesPattern(file, glob.startsWith('/') ? glob : `/etc/ssh/${glob}`)),
  );
  return { read: at >= 0, first: at >= 0 && own.slice(0, at).every(({ keyword }) => keyword === 'include') };
}

/** Has sshd read its files anew, where it runs; one that is started later, or for each connection, does so by itself. */
export function rereads(state: Fact<Daemon>): readonly ReturnType<typeof reload>[] {
  if (!state.known) return [reload('ssh')];
  return state.value.service?.active === 'active' ? [reload(unitName(state.value))] : [];
}

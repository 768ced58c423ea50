import type { Signal } from '../../model/watch.ts';
import type { Attempt } from './attempts.ts';

/** Where an attempt came from, and to which host. */
export const origin = ({ host, from, network }: Attempt): Signal['about'] => ({
  host,
  ...(from === undefined ? {} : { from }),
  ...(network === undefined ? {} : { network }),
});

/** A detector that has nothing to say by the clock alone. */
export const noSignals: readonly never[] = [];

import type { Attempt } from '../../model/attempt.ts';
import type { Account, Groups } from '../accounts.ts';
import type { Connection } from '../sshd/index.ts';

/** The name by which the server knows the client of this attempt; its address where it has none, nothing where that is not known. */
export function clientNameOf({ from, named }: Attempt): string | undefined {
  return named && named.of === from ? named.name : undefined;
}

/** The attempt as Match blocks see it; the client's name as far as it is known. */
export function connectionOf(attempt: Attempt, account?: Account, groups?: Groups): Connection {
  const name = clientNameOf(attempt);
  return {
    ...(attempt.user === undefined ? {} : { user: attempt.user }),
    ...(account ? { exists: true } : {}),
    ...(account && groups ? { groups: groups.of(account) } : {}),
    ...(attempt.from === undefined ? {} : { addr: attempt.from }),
    ...(name === undefined ? {} : { host: name }),
    ...(attempt.port === undefined ? {} : { lport: attempt.port }),
  };
}

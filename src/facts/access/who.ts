import type { Attempt } from '../../model/attempt.ts';
import type { Account, Groups } from '../accounts.ts';
import type { Connection } from '../sshd/index.ts';

/** The attempt as Match blocks see it. The client's name is not known here. */
export function connectionOf(attempt: Attempt, account?: Account, groups?: Groups): Connection {
  return {
    ...(attempt.user === undefined ? {} : { user: attempt.user }),
    ...(account ? { exists: true } : {}),
    ...(account && groups ? { groups: groups.of(account) } : {}),
    ...(attempt.from === undefined ? {} : { addr: attempt.from }),
    ...(attempt.port === undefined ? {} : { lport: attempt.port }),
  };
}

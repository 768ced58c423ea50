import { sshArguments } from '../cli/options.ts';
import type { Target } from '../cli/target.ts';
import { UsageError } from '../model/errors.ts';
import type { SshOptions } from './options.ts';

/** ssh's own command line for these. @throws UsageError for what could be no single value. */
export function argumentsOf(o: SshOptions = {}, target?: Target): string[] {
  const { identities, options, family, port, login, jump, configFile } = o;
  for (const word of [...(identities ?? []), ...(options ?? []), login, jump, configFile])
    if (word !== undefined && (typeof word !== 'string' || word === '' || /\p{Cc}/u.test(word)))
      throw new UsageError(`${JSON.stringify(word)} is no value of an option of ssh`);
  for (const word of [login, jump])
    if (word?.startsWith('-')) throw new UsageError(`"${word}" would be taken for an option`);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535))
    throw new UsageError(`${port} is not a port; use 1 to 65535`);
  return sshArguments(
    {
      ...(identities && { identity: identities }),
      ...(options && { option: options }),
      ...(port !== undefined && { port }),
      ...(login !== undefined && { login }),
      ...(jump !== undefined && { jump }),
      ...(configFile !== undefined && { configFile }),
      ...(family === 4 && { ipv4: true }),
      ...(family === 6 && { ipv6: true }),
    },
    target,
  );
}

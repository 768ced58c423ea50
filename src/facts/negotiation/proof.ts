import { isWeak, type Kind, NEGOTIABLE } from '../../knowledge/negotiable.ts';
import { type Proof, proof } from '../../model/cause.ts';
import { reload } from '../../model/change.ts';
import { type Remedy, shellQuote } from '../../model/remedy.ts';
import { attemptLog } from '../client/attempt.ts';
import { kexinit } from '../client/kexinit.ts';
import { sshConfig } from '../client/ssh-config.ts';
import { daemon } from '../daemon.ts';
import { hostKeys } from '../hostkeys.ts';
import { sshdLog } from '../log.ts';
import { meta } from '../meta.ts';
import { sshdConfig } from '../sshd/index.ts';
import { few, type Mismatch, seenByClient, seenByProbe, seenByServer, seenInConfig } from './mismatch.ts';
import type { Change } from './negotiate.ts';
import { offerFacts } from './offers.ts';

const helps = { ...offerFacts, daemon };

/** The ways to prove that two sides have nothing of a kind in common, strongest first. */
export function mismatchProofs(kind: Kind): readonly Proof<Mismatch>[] {
  return [
    proof({ needs: { attemptLog }, helps, check: (given, attempt) => seenByClient(kind, given, attempt) }),
    proof({ needs: { kexinit, sshConfig }, helps, check: (given, attempt) => seenByProbe(kind, given, attempt) }),
    proof({ needs: { sshdLog, meta }, helps, check: (given, attempt) => seenByServer(kind, given, attempt) }),
    proof({ needs: { sshdConfig, hostKeys }, helps, check: (given, attempt) => seenInConfig(kind, given, attempt) }),
  ];
}

/** The sentence, with the nearest change that would help. */
export function saysMismatch({ kind, theirs, ours, changes }: Mismatch): string {
  const { noun } = NEGOTIABLE[kind];
  const nearest = changes[0];
  const move =
    nearest === undefined
      ? ''
      : nearest.side === 'server'
        ? `; it is the server that should move: ${nearest.algorithm} would do`
        : nearest.weakens
          ? `; only the weak ${nearest.algorithm} is near`
          : `; it is this client that should move: ${nearest.algorithm} would do`;
  return `No ${noun} in common: the server offers only ${few(theirs)}, and this client ${few(ours)}${move}.`;
}

/** Lengthens the server's list where that weakens nothing and one line made it; anything else is a policy of people. */
export function remedyOfMismatch(mismatch: Mismatch): Remedy {
  const { changes, line, policy, unit } = mismatch;
  const [nearest] = changes;
  const word = line?.words.args[0] ?? '';
  // A list that takes names away would need one taken out of it, and one in quotes another place to add to.
  const plain =
    line !== undefined && /^[+^]?[\w@.,-]+$/.test(word) && !word.startsWith('-') && line.text.endsWith(word);
  if (nearest?.side === 'server' && !nearest.weakens && line && plain && policy?.side !== 'server')
    return {
      summary: `let the server take ${nearest.algorithm} as well, which weakens nothing`,
      risk: 'safe',
      where: 'server',
      changes: [
        {
          kind: 'line',
          file: line.file,
          line: line.line,
          was: line.text,
          becomes: `${line.text},${nearest.algorithm}`,
        },
        reload(unit),
      ],
    };
  // Under another type of host key somebody in between could show a key of his own as a new one.
  if (nearest && mismatch.here && mismatch.kind !== 'host-key')
    return {
      summary: `let this client offer ${nearest.algorithm} to this host as well, which weakens nothing (put in front of ~/.ssh/config)`,
      risk: 'safe',
      where: 'client',
      changes: [mismatch.here],
    };
  return { refuse: 'which cryptography is good enough is a policy of both sides', manual: steps(mismatch) };
}

/** What a person could do, safer first. */
export function steps({ kind, host, theirs, changes }: Mismatch): string[] {
  const { keyword } = NEGOTIABLE[kind];
  const told = changes.map((change) => tell(change, keyword, host));
  const old = theirs.length > 0 && theirs.every((name) => isWeak(kind, name));
  if (old && !changes.some(({ side }) => side === 'server'))
    told.unshift('The server is behind: update it; the rest is a stopgap.');
  if (changes.length === 0)
    told.push(
      `Neither side is known to have what the other offers: compare ${keyword} of both (ssh -G ${shellQuote(host)}; sshd -T).`,
    );
  return told;
}

function tell({ side, algorithm, weakens, setting }: Change, keyword: string, host: string): string {
  const warning = weakens ? ` (may weaken: ${algorithm} is switched off by default for a reason)` : '';
  return side === 'client'
    ? `On the client, for this host alone: ssh ${setting} ${shellQuote(host)}${warning}; for good: ${keyword} +${algorithm} under its Host in ~/.ssh/config.`
    : `On the server, in sshd_config in place of its ${keyword} line: ${setting}${warning}; then sshd -t and a reload.`;
}

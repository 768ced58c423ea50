import { about, accountName, DAY_MS, dayOf, graded, grantsOf, type KeyRule, keyName, perKey } from './rule.ts';

export const use: readonly KeyRule[] = [
  {
    id: 'unused-key',
    why: 'A key that nobody uses is one that nobody would miss: nobody notices when it is stolen either.',
    check(all, { now, unusedDays }) {
      if (unusedDays === undefined) return [];
      const limit = now - unusedDays * DAY_MS;
      return grantsOf(all).flatMap((held) => {
        const { grant, host } = held;
        if (grant.standing === 'closed') return [];
        const last = grant.lastLogin?.at;
        const since = host.log.since;
        // What the log does not reach is not known, and told as such.
        const unused =
          last === undefined
            ? grant.seen === 'not-seen' && since !== undefined && Date.parse(since) <= limit
            : Date.parse(last) <= limit;
        if (!unused) return [];
        const seen = last === undefined ? `not since the log begins, ${dayOf(since ?? '')}` : `last on ${dayOf(last)}`;
        return [
          {
            ...about(held),
            severity: 'low' as const,
            text: `${keyName(grant)} opens ${accountName(held)} and was not used for ${unusedDays} days (${seen}).`,
            action: `Ask its owner; if nobody needs it, take line ${grant.line} out of ${grant.file}.`,
          },
        ];
      });
    },
  },
  {
    id: 'old-key',
    why: 'The longer a key is in use, the more copies there are of it, and the more people have had them.',
    check(all, { now, maxAgeDays }) {
      if (maxAgeDays === undefined) return [];
      const limit = now - maxAgeDays * DAY_MS;
      return grantsOf(all)
        .filter(({ grant }) => grant.fileChanged !== undefined && Date.parse(grant.fileChanged) <= limit)
        .map((held) => ({
          ...about(held),
          severity: graded(held, 'low'),
          text: `${keyName(held.grant)} has opened ${accountName(held)} since ${dayOf(held.grant.fileChanged ?? '')} at the latest: its file has not changed since.`,
          action: 'Let its owner make a new one, then: sshwhy keys rotate',
        }));
    },
  },
  {
    id: 'expired-line',
    why: 'A line that has run out lets nobody in, until somebody takes the date away.',
    check: (all) =>
      grantsOf(all)
        .filter(({ grant }) => grant.why.some((text) => text.startsWith('it was good until')))
        .map((held) => ({
          ...about(held),
          severity: 'info',
          text: `Line ${held.grant.line} of ${held.grant.file} (${accountName(held)}) has run out: ${held.grant.why.join('; ')}.`,
          action: 'Take the line out.',
        })),
  },
  {
    id: 'revoked-key',
    why: 'A revoked key still stands where it opened an account; if the list is lost, it opens it again.',
    check: (all) =>
      perKey(
        grantsOf(all).filter(({ grant }) => grant.why.some((text) => text.startsWith('revoked in'))),
        'low',
        (key, where) => ({
          text: `${keyName(key)} is revoked and still stands among the keys of ${where}.`,
          action: 'Take the line out.',
        }),
      ),
  },
];

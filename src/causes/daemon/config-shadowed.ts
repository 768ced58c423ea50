import { connectionOf } from '../../facts/access/who.ts';
import { accounts, groups } from '../../facts/accounts.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { type Directive, setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly keyword: string;
  readonly lost: Directive;
  readonly wins: Directive;
  readonly user?: string;
}

/** Keywords of which somebody who is locked out may have edited the wrong line. */
const MATTERS = [
  ...['PubkeyAuthentication', 'PasswordAuthentication', 'KbdInteractiveAuthentication', 'PermitRootLogin'],
  ...['AuthenticationMethods', 'AuthorizedKeysFile', 'PermitEmptyPasswords', 'MaxAuthTries', 'MaxSessions'],
  ...['PubkeyAcceptedAlgorithms', 'TrustedUserCAKeys', 'RevokedKeys', 'ForceCommand', 'ChrootDirectory'],
  ...['UsePAM', 'StrictModes', 'LoginGraceTime', 'AllowTcpForwarding', 'LogLevel'],
];

/** What Debian's sshd_config says by itself: a file in sshd_config.d is there to say something else. */
const SHIPPED = new Set(['kbdinteractiveauthentication no', 'challengeresponseauthentication no', 'usepam yes']);

const said = ({ words }: Directive): string => words.args.join(' ');

export const cause = defineCause<Data>({
  id: 'daemon/config-shadowed',
  severity: 'risk',
  title: 'A line of the configuration has no effect',
  why: 'For most keywords of sshd_config the first value wins, and the files of sshd_config.d are read first: an edit of sshd_config does nothing where, say, 50-cloud-init.conf has the keyword already. A Match block that applies overrides what stands outside of it.',
  refs: ['sshd_config(5)', 'servconf.c'],
  proofs: [
    proof({
      needs: { sshdConfig },
      helps: { accounts, groups },
      check({ sshdConfig: config, accounts: all, groups: memberships }, attempt) {
        const account = attempt.user === undefined ? undefined : all?.find(attempt.user);
        const who = connectionOf(attempt, account, memberships);
        return MATTERS.flatMap((keyword) => {
          const rule = setting(config, keyword.toLowerCase(), who);
          const [wins] = rule.from;
          const lost = rule.shadowed.find(
            (line) => wins && said(line) !== said(wins) && !SHIPPED.has(`${line.keyword} ${said(line)}`.toLowerCase()),
          );
          if (!wins || !lost || !rule.certain) return [];
          const data = { keyword, lost, wins, ...(account && { user: account.name }) };
          return [{ data, subject: keyword, verdict: 'confirmed', evidence: [quoted(wins), quoted(lost)] } as const];
        });
      },
    }),
  ],
  says: ({ lost, wins, user }) =>
    `"${lost.text}" in line ${lost.line} of ${lost.file} has no effect${wins.within.length > 0 && user ? ` for ${user}` : ''}: line ${wins.line} of ${wins.file} (${wins.text}) decides.`,
  remedy: ({ lost, wins }) => ({
    refuse: 'which of the two lines is meant is for a person to say',
    manual: [
      `If line ${lost.line} of ${lost.file} is meant, change line ${wins.line} of ${wins.file}; run sshd -t, then reload sshd.`,
      'Settings of your own are best kept in a file that sorts first, such as /etc/ssh/sshd_config.d/00-local.conf.',
    ],
  }),
});

import { auditLog, kernelLog } from '../../facts/log.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly profile: string;
  readonly operation: string;
  readonly name?: string;
}

const word = (message: string, key: string): string | undefined =>
  new RegExp(`\\b${key}="([^"]{1,300})"`).exec(message)?.[1];
const REFUSED = /apparmor="DENIED"/;
const SSHD = /(?:^|\/)sshd(?:-session|-auth)?$/;

export const cause = defineCause<Data>({
  id: 'daemon/apparmor-denied',
  severity: 'blocks',
  title: 'AppArmor refuses sshd something that it needs',
  why: 'Debian and Ubuntu ship no profile for sshd; where somebody wrote one, or took it from apparmor-profiles, it has to know every file, key and program that sshd uses. What it does not name is denied: a key file in another place, a new sshd-session after an upgrade.',
  unshown: 'the kernel here has no AppArmor',
  refs: ['apparmor(7)', 'aa-logprof(8)'],
  proofs: [
    proof({
      needs: { auditLog },
      helps: { kernelLog },
      check({ auditLog: audit, kernelLog: kernel }) {
        const lines = [
          ...(audit ?? []).map(({ line, message }) => ({ section: 'log-audit', line, message })),
          ...(kernel ?? []).map(({ line, message }) => ({ section: 'log-kernel', line, message })),
        ].filter(({ message }) => REFUSED.test(message) && SSHD.test(word(message, 'profile') ?? ''));
        const last = lines.at(-1);
        if (!last) return [];
        const { section, line, message } = last;
        const name = word(message, 'name');
        const data = {
          profile: word(message, 'profile') ?? '',
          operation: word(message, 'operation') ?? 'something',
          ...(name === undefined ? {} : { name }),
        };
        const evidence = [{ side: 'server', section, line, text: message } as const];
        return [{ data, subject: name ?? data.operation, verdict: 'likely', evidence }];
      },
    }),
  ],
  says: ({ profile, operation, name }) =>
    `AppArmor (profile ${profile}) denies sshd: ${operation}${name === undefined ? '' : ` of ${name}`}.`,
  masks: ['daemon/not-running', 'daemon/wedged'],
  remedy: ({ profile }) => ({
    refuse: 'what the profile protects is a decision of whoever wrote it',
    manual: [
      `Add what is missing: aa-logprof. To find out whether it is the reason: aa-complain ${profile}, try the login, aa-enforce ${profile}`,
    ],
  }),
});

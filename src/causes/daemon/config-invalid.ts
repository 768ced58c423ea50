import { daemon, unitName } from '../../facts/daemon.ts';
import { sshdTest } from '../../facts/sshd-test.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly said: string;
  readonly at: { readonly file: string; readonly line: number };
  readonly unit: string;
  readonly running: boolean;
}

export const cause = defineCause<Data>({
  id: 'daemon/config-invalid',
  severity: 'blocks',
  title: 'sshd refuses its configuration',
  why: 'sshd reads its whole configuration before it does anything else, and one line that it does not understand is enough for it not to start. An upgrade that drops an option, a typo, or a directive that may not stand in a Match block does it. A daemon that already runs goes on with what it had loaded, so the damage shows at the next restart or reboot.',
  refs: ['sshd_config(5)', 'servconf.c'],
  proofs: [
    proof({
      needs: { sshdTest, daemon },
      check({ sshdTest: test, daemon: state }) {
        if (test === null || test.rc === 0) return [];
        const running = state.listening.length > 0;
        return test.complaints.flatMap(({ text, at, line }) => {
          // "Deprecated option" has a place too, but stops nothing.
          if (!at || /Deprecated option/i.test(text)) return [];
          const data = { said: text.replace(/^.{0,4096}? line \d+: /, ''), at, unit: unitName(state), running };
          const evidence = [{ side: 'server', section: 'sshd-test', line, text } as const];
          const observed = { data, subject: `${at.file}:${at.line}`, verdict: 'confirmed', evidence } as const;
          return [running ? { ...observed, latent: true as const } : observed];
        });
      },
    }),
  ],
  says: ({ said, at, running }) =>
    `sshd ${running ? 'will not start again' : 'does not start'}: line ${at.line} of ${at.file} is not valid: ${said.trim().replace(/\.$/, '')}.`,
  masks: ['daemon/not-running', 'daemon/start-limit-hit'],
  remedy: ({ at, unit, running }) => ({
    summary: 'comment that line out (a copy stays beside the file), check, and start sshd',
    risk: running ? 'safe' : 'interrupts',
    where: 'server',
    commands: [
      `sed -i.sshwhy-before -e ${shellQuote(`${at.line}s/^/# /`)} ${shellQuote(at.file)}`,
      // A unit that is down has taken /run/sshd with it, and sshd -t wants that; its own ExecStartPre= checks instead.
      ...(running
        ? ['sshd -t', `systemctl reload ${unit}`]
        : [`systemctl reset-failed ${unit}; systemctl restart ${unit}`]),
    ],
  }),
});

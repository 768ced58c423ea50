import { connectionOf } from '../../facts/access/who.ts';
import { accounts, groups } from '../../facts/accounts.ts';
import { daemon, unitName } from '../../facts/daemon.ts';
import { corrected, problems, suggestion } from '../../facts/sshd/check.ts';
import { sshdConfig } from '../../facts/sshd/index.ts';
import { sshdTest } from '../../facts/sshd-test.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { commentOut, reload, startAnew } from '../../model/change.ts';

interface Data {
  readonly said: string;
  readonly at: { readonly file: string; readonly line: number; readonly text?: string };
  readonly unit: string;
  readonly running: boolean;
  /** A keyword that was probably meant, and the line with it, where that is valid. */
  readonly meant?: string | undefined;
  readonly becomes?: string | undefined;
  /** The daemon runs on; only logins to which the Match block applies fail. */
  readonly only?: string | undefined;
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
      helps: { sshdConfig },
      check({ sshdTest: test, daemon: state, sshdConfig: config }) {
        if (test === null) return [];
        if (test.rc === 0) return undefined;
        const running = state.listening.length > 0;
        return test.complaints.flatMap(({ text, at: place, line }) => {
          // "Deprecated option" has a place too, but stops nothing.
          if (!place || /Deprecated option/i.test(text)) return [];
          const said = text.replace(/^.{0,4096}? line \d+: /, '');
          const misspelt = /Bad configuration option: (\S{1,100})/.exec(said)?.[1];
          const meant = misspelt === undefined ? undefined : suggestion(misspelt);
          const seen = config?.directives.find((one) => one.file === place.file && one.line === place.line);
          const at = { ...place, ...(seen && { text: seen.text }) };
          const becomes = config && seen && meant ? corrected(config, seen, meant) : undefined;
          const data = { said, at, unit: unitName(state), running, meant, becomes };
          const evidence = [{ side: 'server', section: 'sshd-test', line, text } as const];
          const observed = { data, subject: `${at.file}:${at.line}`, verdict: 'confirmed', evidence } as const;
          return [running ? { ...observed, latent: true as const } : observed];
        });
      },
    }),
    // sshd -t could not be asked, or it does not look into blocks that apply to somebody.
    proof({
      needs: { sshdConfig, daemon },
      helps: { sshdTest, accounts, groups },
      check({ sshdConfig: config, daemon: state, sshdTest: test, accounts: all, groups: memberships }, attempt) {
        const account = attempt.user === undefined ? undefined : all?.find(attempt.user);
        const atStart = test ? [] : problems(config);
        const running = state.listening.length > 0;
        const only = atStart.length === 0 ? attempt.user : undefined;
        const found = only === undefined ? atStart : problems(config, connectionOf(attempt, account, memberships));
        return found.flatMap(({ text, directive, meant }) => {
          if (!directive) return [];
          const { file, line } = directive;
          const becomes = meant === undefined ? undefined : corrected(config, directive, meant);
          const data = {
            said: text,
            becomes,
            at: { file, line, text: directive.text },
            unit: unitName(state),
            running,
            meant,
            only,
          };
          const evidence = [{ side: 'server', section: `file:${file}`, line, text: directive.text } as const];
          const observed = { data, subject: `${file}:${line}`, verdict: 'likely', evidence } as const;
          if (only !== undefined) return [{ ...observed, closes: 'auth' as const }];
          return [running ? { ...observed, latent: true as const } : observed];
        });
      },
    }),
  ],
  says: ({ said, at, running, meant, only }) => {
    const effect = only ? `turns ${only} away` : running ? 'will not start again' : 'does not start';
    const wrong = `line ${at.line} of ${at.file} is not valid: ${said.trim().replace(/\.$/, '')}`;
    return `sshd ${effect}: ${wrong}${meant ? ` (${meant} was probably meant)` : ''}.`;
  },
  masks: ['daemon/not-running', 'daemon/start-limit-hit'],
  remedy: ({ at, unit, running, meant, becomes }) => ({
    // Without the line something may be open that it was to close.
    summary: `${becomes === undefined ? 'comment that line out' : `correct the keyword of that line to ${meant}`}, check, and start sshd`,
    risk: running ? 'safe' : 'interrupts',
    where: 'server',
    // A unit that is down has taken /run/sshd with it, and sshd -t wants that; its own ExecStartPre= checks instead.
    changes: [
      ...commentOut([at]).map((change) => (becomes === undefined ? change : { ...change, becomes })),
      running ? reload(unit) : startAnew(unit),
    ],
  }),
});

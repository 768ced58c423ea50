import { accountKeys, keyFacts } from '../../facts/access/keys.ts';
import { connectionOf } from '../../facts/access/who.ts';
import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { setting } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly user: string;
  /** `local` (-L, -D, -W, jumping through), `remote` (-R), or both. */
  readonly kind: 'local' | 'remote' | 'any';
  readonly at: { readonly file: string; readonly line: number };
}

/** What AllowTcpForwarding forbids by each of its values. */
const FORBIDS: Readonly<Record<string, Data['kind']>> = { no: 'any', local: 'remote', remote: 'local' };

export const cause = defineCause<Data>({
  id: 'session/forwarding-disabled',
  severity: 'risk',
  title: 'The server forwards no ports',
  why: 'AllowTcpForwarding, DisableForwarding, PermitOpen and PermitListen in sshd_config, and restrict or no-port-forwarding in authorized_keys, forbid tunnels. The login works; -L, -D, -R, -W and every jump through this host fail: "open failed: administratively prohibited", "remote port forwarding failed for listen port".',
  refs: ['sshd_config(5), AllowTcpForwarding, DisableForwarding', 'sshd(8), AUTHORIZED_KEYS FILE FORMAT'],
  proofs: [
    proof({
      needs: keyFacts,
      helps: { sshdLog, meta },
      check(given, attempt) {
        const account = attempt.user === undefined ? undefined : given.accounts.find(attempt.user);
        if (!account) return [];
        const who = connectionOf(attempt, account, given.groups);
        const said = lastSaid(
          given.sshdLog ?? [],
          given.meta?.now ?? 0,
          /^(?:refused (?:local|remote) port forward|Received request .{1,200} but the request was denied)/,
        );
        const spoken: Evidence[] = said ? [said.evidence] : [];
        const disabled = setting(given.sshdConfig, 'disableforwarding', who);
        const allowed = setting(given.sshdConfig, 'allowtcpforwarding', who);
        const none = disabled.values[0]?.toLowerCase() === 'yes';
        const rule = none ? disabled : allowed;
        const kind = none ? 'any' : FORBIDS[allowed.values[0]?.toLowerCase() ?? ''];
        const [line] = rule.from;
        if (line && kind) {
          const data = { user: account.name, kind, at: { file: line.file, line: line.line } };
          const verdict = rule.certain ? 'confirmed' : 'likely';
          return [{ data, subject: account.name, verdict, evidence: [quoted(line), ...spoken] }];
        }
        return (accountKeys(given, attempt)[0]?.files ?? []).flatMap(({ path, keys }) =>
          keys.flatMap(({ fingerprint, options, line: at }) => {
            const restricted = options.has('restrict') && !options.has('port-forwarding');
            if (!attempt.keys?.includes(fingerprint) || !(restricted || options.has('no-port-forwarding'))) return [];
            const text = [...options.keys()].join(',');
            const evidence: Evidence[] = [{ side: 'server', section: `file:${path}`, line: at, text }, ...spoken];
            const data: Data = { user: account.name, kind: 'any', at: { file: path, line: at } };
            return [{ data, subject: account.name, verdict: 'confirmed', evidence } as const];
          }),
        );
      },
    }),
  ],
  says: ({ user, kind, at }) =>
    `${user} may log in, but forward ${kind === 'any' ? 'no ports' : `no ${kind} ports`}: line ${at.line} of ${at.file}.`,
  remedy: ({ at }) => ({
    refuse: 'a tunnel goes around firewalls; who may dig one is a policy',
    manual: [
      `To allow it: change line ${at.line} of ${at.file}${at.file.includes('sshd_config') ? ' (for one user: in a Match User block), run sshd -t, then reload sshd' : ''}.`,
    ],
  }),
});

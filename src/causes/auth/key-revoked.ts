import { revokedIn } from '../../facts/access/revoked.ts';
import { connectionOf } from '../../facts/access/who.ts';
import { sectionName } from '../../facts/bundle.ts';
import { files } from '../../facts/files.ts';
import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { paths } from '../../facts/paths.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly file: string;
  /** Nothing when every key is refused because the file is not there. */
  readonly key?: string;
}

export const cause = defineCause<Data>({
  id: 'auth/key-revoked',
  severity: 'blocks',
  title: 'The key is revoked on this server (RevokedKeys)',
  why: 'RevokedKeys names a file of keys that are refused whoever has authorized them. When that file is missing or cannot be read, sshd refuses all keys of everybody.',
  refs: ['sshd_config(5), RevokedKeys', 'ssh-keygen(1), KEY REVOCATION LISTS', 'auth.c, auth_key_is_revoked()'],
  proofs: [
    proof({
      needs: { sshdConfig, paths },
      check({ sshdConfig: config, paths: table }, attempt) {
        const rule = setting(config, 'revokedkeys', connectionOf(attempt));
        const [file = 'none'] = rule.values;
        const entry = table.get(file);
        if (file === 'none' || !attempt.keys || entry?.type !== 'missing') return undefined;
        const evidence: Evidence[] = [
          ...rule.from.map(quoted),
          { side: 'server', section: 'paths', line: entry.line, text: entry.text },
        ];
        return [{ data: { file }, subject: file, verdict: rule.certain ? 'confirmed' : 'likely', evidence }];
      },
    }),
    proof({
      needs: { sshdConfig, files },
      check({ sshdConfig: config, files: all }, attempt) {
        const rule = setting(config, 'revokedkeys', connectionOf(attempt));
        const [file = 'none'] = rule.values;
        const revoked = revokedIn(all, file);
        if (!revoked || !attempt.keys) return undefined;
        const lines = revoked.filter(({ fingerprint }) => attempt.keys?.includes(fingerprint));
        if (lines.length < attempt.keys.length) return [];
        return lines.slice(0, 1).map(({ line, fingerprint: key }) => {
          const evidence = [
            ...rule.from.map(quoted),
            { side: 'server', section: sectionName(file), line, text: key } as const,
          ];
          return { data: { file, key }, subject: key, verdict: rule.certain ? 'confirmed' : 'likely', evidence };
        });
      },
    }),
    proof({
      needs: { sshdLog, meta },
      check({ sshdLog: log, meta: { now } }, { keys }) {
        const said = lastSaid(log, now, /key \S+ (SHA256:\S+) revoked by file (\/.{1,300})$/);
        const [, key = '', file = ''] = said?.match ?? [];
        if (!said || !keys?.includes(key)) return [];
        return [{ data: { file, key }, subject: key, verdict: 'confirmed', evidence: [said.evidence] }];
      },
    }),
  ],
  says: ({ file, key }) =>
    key === undefined
      ? `RevokedKeys names ${file}, which does not exist: sshd refuses every key of everybody.`
      : `The key ${key} is revoked by ${file} on the server.`,
  masks: ['auth/key-not-authorized'],
  remedy: ({ file, key }) => ({
    refuse: key === undefined ? 'an empty list would let revoked keys in again' : 'a key is revoked for a reason',
    manual: [
      key === undefined
        ? `Bring ${file} back, from a backup or from where it is made; if nothing was ever revoked, take the RevokedKeys line away, run sshd -t and reload sshd.`
        : 'Use another key; make a new one and have it authorized.',
    ],
  }),
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const script = readFileSync(path.join(import.meta.dirname, '../../src/collect/collect.sh'), 'utf8');
const fileSections = /^file_sections\(\) \{\n[\s\S]*?^\}\n/m.exec(script)?.[0] ?? '';
const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-blanked-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The awks of this machine that a server may have. */
const awks = [['mawk'], ['gawk'], ['original-awk'], ['busybox', 'awk']].filter(
  ([command = '', ...rest]) => spawnSync(command, [...rest, 'BEGIN { exit 0 }']).status === 0,
);

function collected(awk: readonly string[], text: string): string[] {
  const file = path.join(folder, 'file');
  writeFileSync(file, text);
  const ran = spawnSync(
    'sh',
    ['-c', `awk() { ${awk.join(' ')} "$@"; }\nfile_max=65536 files_max=65536\n${fileSections}file_sections`],
    {
      input: `${file}\n`,
      encoding: 'utf8',
    },
  );
  expect(ran.stderr).toBe('');
  return ran.stdout.split('\n').filter((line) => line.startsWith('|'));
}

describe.each(awks.map((awk) => [awk.join(' '), awk] as const))('a file that %s reads into a bundle', (_, awk) => {
  it.each([
    ['bindpw S3CRET', 'bindpw [removed]'],
    ['# rootbindpw = S3CRET', '# rootbindpw = [removed]'],
    ['auth required pam_x.so secret=S3CRET debug', 'auth required pam_x.so secret=[removed] debug'],
    ['Password = "S3CRET S3CRET" # note', 'Password = [removed] # note'],
    [
      'environment="API_TOKEN=S3CRET S3CRET",no-pty ssh-ed25519 AAAA',
      'environment="API_TOKEN=[removed]",no-pty ssh-ed25519 AAAA',
    ],
    [
      'from="10.0.0.1, 10.0.0.2",environment="TOKEN=S3CRET" ssh-rsa AAAA',
      'from="10.0.0.1, 10.0.0.2",environment="TOKEN=[removed]" ssh-rsa AAAA',
    ],
    ['token=S3CRET password=S3CRET', 'token=[removed] password=[removed]'],
    ['environment="TOKEN=" ssh-rsa AAAA', 'environment="TOKEN=[removed]" ssh-rsa AAAA'],
    // What only sounds so stays, because it decides.
    ['PasswordAuthentication yes', 'PasswordAuthentication yes'],
    ['password requisite pam_pwquality.so retry=3', 'password requisite pam_pwquality.so retry=3'],
    ['passwd: files sss', 'passwd: files sss'],
  ])('has of %j no secret', (line, wanted) => {
    expect(collected(awk, `${line}\n`)).toEqual([`|${wanted}`]);
  });

  it('has no line of a private key, even of one that was pasted as a comment', () => {
    const text = '# -----BEGIN OPENSSH PRIVATE KEY-----\n# S3CRET\n# -----END OPENSSH PRIVATE KEY-----\nPort 22\n';
    expect(collected(awk, text)).toEqual([...Array(3).fill('|[private key removed]'), '|Port 22']);
  });
});

import type { LabCase } from '../../case.ts';

const base = {
  id: 'client/key-unloadable',
  suites: ['bookworm'],
  fails: /Load key "\/root\/\.ssh\/id_ed25519": [\s\S]*Permission denied/,
  client: { verdict: 'confirmed', gates: { client: 'closed', handshake: 'open' } },
  joined: { verdict: 'confirmed', gates: { client: 'closed', handshake: 'open' } },
  unasked: 'the server sees a client without a key',
} as const;

const K = '/root/.ssh/id_ed25519';

export const cases: readonly LabCase[] = [
  { ...base, variant: 'crlf', breakClient: `sed -i 's/$/\\r/' ${K}; rm ${K}.pub` },
  { ...base, variant: 'crlf-with-pub', breakClient: `sed -i 's/$/\\r/' ${K}` },
  {
    ...base,
    variant: 'ppk',
    breakClient: `rm ${K}.pub; printf 'PuTTY-User-Key-File-3: ssh-ed25519\\nEncryption: none\\nComment: k\\nPublic-Lines: 2\\n' >${K}`,
  },
  { ...base, variant: 'public', breakClient: `mv ${K}.pub ${K}; chmod 600 ${K}` },
  {
    ...base,
    variant: 'cut-off',
    breakClient: `head -c 150 ${K} >${K}.cut; mv ${K}.cut ${K}; chmod 600 ${K}; rm ${K}.pub`,
  },
  {
    ...base,
    variant: 'one-line',
    breakClient: `tr -d '\\n' <${K} >${K}.one; mv ${K}.one ${K}; chmod 600 ${K}; rm ${K}.pub`,
  },
  { ...base, variant: 'empty', breakClient: `: >${K}; rm ${K}.pub` },
];

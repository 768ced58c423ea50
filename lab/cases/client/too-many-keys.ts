import type { LabCase } from '../../case.ts';
import { NO_PENALTY } from '../../scripts.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'client/too-many-keys',
    breakServer: NO_PENALTY,
    breakClient: `
      eval "$(ssh-agent -a "$TMP/agent")" >/dev/null
      for i in 1 2 3 4 5 6 7; do
        ssh-keygen -q -t ed25519 -N '' -C "other $i" -f "$TMP/other$i"
        ssh-add -q "$TMP/other$i"
      done
      echo "IdentityAgent $TMP/agent" >/root/.ssh/config`,
    fails: /Too many authentication failures/,
    client: { verdict: 'confirmed', gates: { client: 'closed' } },
    joined: { verdict: 'confirmed', gates: { client: 'closed' } },
    unasked: 'the server knows that somebody tried too often, but it is asked about the right key',
  },
];

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { keyFacts } from '../../../src/facts/access/keys.ts';
import { judgeOffers } from '../../../src/facts/access/offers.ts';
import { shadow } from '../../../src/facts/accounts.ts';
import { accountDoor } from '../../../src/facts/keyring/door.ts';
import { hostKeyring } from '../../../src/facts/keyring/index.ts';
import type { Bundle } from '../../../src/model/bundle.ts';
import { bundles } from '../../cause-test.ts';

type Facts = Parameters<typeof judgeOffers>[0];

const auth = path.join(import.meta.dirname, '../../fixtures/causes/auth');
const folders = [
  'keyring',
  'healthy',
  ...(existsSync(auth) ? readdirSync(auth).map((name) => `causes/auth/${name}`) : []),
];
const hosts = folders.flatMap((folder) =>
  bundles(folder).map(([name, bundle]) => [`${folder}/${name}`, bundle] as const),
);

function factsOf(bundle: Bundle): Facts | undefined {
  const values: Record<string, unknown> = {};
  for (const [name, source] of Object.entries(keyFacts)) {
    const fact = source.read(bundle);
    if (!fact.known) return undefined;
    values[name] = fact.value;
  }
  return values as unknown as Facts;
}

describe('what is listed of a key and what becomes of it when it is offered', () => {
  it('agree on every host that the lab captured', () => {
    let compared = 0;
    const differ: string[] = [];
    for (const [name, bundle] of hosts) {
      const given = factsOf(bundle);
      const made = hostKeyring(bundle, name);
      if (!given || 'missing' in made) continue;
      for (const grant of made.grants) {
        const account = given.accounts.find(grant.account);
        if (!account || grant.authority || grant.type.includes('-cert-')) continue;
        // What keeps out every key of an account is not asked of a single one.
        const secrets = shadow.read(bundle);
        const secret = secrets.known ? secrets.value?.get(account.name) : undefined;
        const door = accountDoor(given, account, { user: grant.account, at: bundle.takenAt }, secret);
        if (door.closed.length + door.doubts.length > 0 || door.commandsOnly) continue;
        const same = made.grants.filter(
          (one) => one.account === grant.account && one.fingerprint === grant.fingerprint && !one.authority,
        );
        if (same.some(({ options }) => options.some((one) => one.name === 'from'))) continue;
        const attempt = { user: grant.account, from: '10.77.2.10', keys: [grant.fingerprint], at: bundle.takenAt };
        const [judged] = judgeOffers(given, attempt);
        compared++;
        const listed = same.some(({ standing }) => standing === 'open')
          ? 'accepted'
          : same.some(({ standing }) => standing === 'unknown')
            ? 'unknown'
            : 'refused';
        if (listed !== judged?.outcome)
          differ.push(
            `${name} ${grant.account} ${grant.fingerprint}: ${listed} (${same.flatMap(({ why }) => why).join('; ')}), ${judged?.outcome} (${judged?.reasons.map(({ why }) => why).join('; ')}${judged?.doubts.join('; ')})`,
          );
      }
    }
    expect(differ).toEqual([]);
    expect(compared).toBeGreaterThan(150);
  });
});

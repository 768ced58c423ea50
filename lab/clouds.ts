import { join } from 'node:path';

const ANSWERS = join(import.meta.dirname, '../test/fixtures/cloud');

/** File with an answer, without its ending. */
export const answerFile = (name: string): string => join(ANSWERS, `${name}.json`);

/** `--cloud` for answers of the clouds' command lines about a machine that has the address of the lab's host. */
export const clouds = (...names: readonly string[]): string[] => names.flatMap((name) => ['--cloud', answerFile(name)]);

/** Rules of nft(8) for the router, which stands where the cloud would. */
export const routerDrops = (...rules: readonly string[]): string => `nft -f - <<'EOF'
table inet cloud {
  chain forward {
    type filter hook forward priority filter; policy accept;
    ${rules.map((rule) => `${rule} drop`).join('\n    ')}
  }
}
EOF`;

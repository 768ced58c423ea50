#!/usr/bin/env node
import { VERSION } from '../model/version.ts';

// The version is asked for by scripts, often: it must not wait for anything to load.
if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
  process.stdout.write(`sshwhy ${VERSION}\n`);
} else {
  const { main } = await import('./main.ts');
  await main(process.argv);
}

import { VERSION } from '../model/version.ts';

// The entry of the single executable, a script that may not wait at its top as sshwhy.ts does; the words are the same.
if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
  process.stdout.write(`sshwhy ${VERSION}\n`);
} else {
  void import('./main.ts').then(({ main }) => main(process.argv));
}

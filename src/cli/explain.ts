import { Command } from 'commander';
import { causes } from '../causes/index.gen.ts';
import { UsageError } from '../model/errors.ts';
import { causePage } from '../report/cause-page.ts';

/** `sshwhy explain CAUSE`: the page of one cause. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('the page of one cause, e.g. firewall/host-drop; without a name, the list of all')
    .argument('[cause]', 'id of a cause')
    .action((id: string | undefined) => {
      if (id === undefined) {
        const width = Math.max(...causes.map((cause) => cause.id.length));
        process.stdout.write(causes.map((cause) => `${cause.id.padEnd(width)}  ${cause.title}\n`).join(''));
        return;
      }
      const cause = causes.find((one) => one.id === id);
      if (!cause) {
        const near = causes.filter((one) => one.id.includes(id)).map((one) => one.id);
        throw new UsageError(
          `no cause "${id}"${near.length ? `; did you mean ${near.join(', ')}?` : ''} (sshwhy explain lists them)`,
        );
      }
      process.stdout.write(causePage(cause, causes));
    });
}

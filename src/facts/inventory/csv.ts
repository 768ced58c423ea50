import { parse } from 'csv-parse/sync';
import type { Inventory, InventoryHost } from '../../model/inventory.ts';
import { endpointOf, isUser, portOf } from './endpoint.ts';

const NAMES: Readonly<Record<string, string>> = {
  host: 'address',
  hostname: 'address',
  ip: 'address',
  group: 'groups',
  tag: 'tags',
  login: 'user',
};

const several = (text: string | undefined): string[] => (text ?? '').split(/[;|\s]+/).filter((word) => word !== '');

/** RFC 4180 with a header: `name`, `address` (`host`, `hostname`, `ip`), `port`, `user`, `groups`, `tags` in any order; one of the first two is needed. */
export function csvInventory(text: string): Inventory {
  const problems: { line?: number; says: string }[] = [];
  let rows: readonly { record: Readonly<Record<string, string>>; info: { lines: number } }[];
  try {
    rows = parse(text, {
      bom: true,
      columns: (names: string[]) => names.map((name) => NAMES[name.trim().toLowerCase()] ?? name.trim().toLowerCase()),
      skip_empty_lines: true,
      trim: true,
      relax_column_count: true,
      comment: '#',
      comment_no_infix: true,
      info: true,
      max_record_size: 1 << 20,
    }) as unknown as typeof rows;
  } catch (error) {
    return { hosts: [], problems: [{ says: (error as Error).message }] };
  }
  const hosts: InventoryHost[] = [];
  for (const { record, info } of rows) {
    const { name, address = name, port, user, groups, tags } = record;
    const line = info.lines;
    const endpoint = endpointOf(address ?? '');
    const own = port === undefined || port === '' ? endpoint?.port : portOf(port);
    const login = user === undefined || user === '' ? endpoint?.user : user;
    if (endpoint === undefined)
      problems.push({ line, says: address ? `"${address}" is no host` : 'it has neither name nor address' });
    else if (port && own === undefined) problems.push({ line, says: `"${port}" is no port` });
    else if (login !== undefined && !isUser(login)) problems.push({ line, says: `"${login}" is no user` });
    else
      hosts.push({
        name: name || endpoint.address,
        address: endpoint.address,
        ...(own === undefined ? {} : { port: own }),
        ...(login === undefined ? {} : { user: login }),
        groups: several(groups),
        tags: several(tags),
      });
  }
  return { hosts, problems };
}

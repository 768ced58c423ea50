import type { FleetHostKeys, FleetWay } from '../../model/fleet-keys.ts';
import { optionText } from '../keyring/graph.ts';

/** One way into one account, as it is told of a change. */
export interface ChangedGrant {
  readonly account: string;
  readonly root: boolean;
  readonly fingerprint: string;
  readonly type: string;
  readonly comment: string;
  readonly authority: boolean;
  readonly standing: FleetWay['standing'];
  readonly options: string;
  readonly where: string;
}

export interface GrantsChange {
  readonly came: readonly ChangedGrant[];
  readonly went: readonly ChangedGrant[];
  /** The same key, account and file with other restrictions, or another standing. */
  readonly changed: readonly { readonly before: ChangedGrant; readonly after: ChangedGrant }[];
  /** What one of the looks could not see is in none of these lists: it may have come or gone too. */
  readonly unsure: boolean;
}

/**
 * Which ways in came and went between two looks at one host; undefined: its keys were not seen both times. What was not there to be
 * seen in one of them is told as neither.
 */
export function grantsDiff(
  before: FleetHostKeys | undefined,
  after: FleetHostKeys | undefined,
): GrantsChange | undefined {
  if (before === undefined || after === undefined) return undefined;
  const [old, now] = [byKey(before.ways), byKey(after.ways)];
  const came: ChangedGrant[] = [];
  const changed: { before: ChangedGrant; after: ChangedGrant }[] = [];
  for (const [key, is] of now) {
    const was = old.get(key);
    if (was === undefined) {
      if (before.whole) came.push(is);
    } else if (was.options !== is.options || was.standing !== is.standing) changed.push({ before: was, after: is });
  }
  const went = after.whole ? [...old].flatMap(([key, was]) => (now.has(key) ? [] : [was])) : [];
  return { came, went, changed, unsure: !before.whole || !after.whole };
}

/** A line that moved within its file is the same; one key twice in a file is told by how often it stands there. */
function byKey(ways: readonly FleetWay[]): ReadonlyMap<string, ChangedGrant> {
  const found = new Map<string, ChangedGrant>();
  for (const way of ways) {
    const { account, uid, fingerprint, type, comment, authority, standing, file, line } = way;
    const one = {
      ...{ account, root: uid === 0, fingerprint, type, comment, authority, standing },
      options: optionText(way),
      where: `${file}:${line}`,
    };
    const key = `${account}\0${fingerprint}\0${file}\0${authority}`;
    let times = 0;
    while (found.has(`${key}\0${times}`)) times++;
    found.set(`${key}\0${times}`, one);
  }
  return found;
}

/** Whether somebody can get in who could not before: a way that came, or that was closed or restricted otherwise. */
export const opensMore = ({ came, changed }: GrantsChange): boolean =>
  came.some(({ standing }) => standing !== 'closed') ||
  changed.some(
    ({ before, after }) =>
      after.standing !== 'closed' && (before.standing === 'closed' || before.options !== after.options),
  );

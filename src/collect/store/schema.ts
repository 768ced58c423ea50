import { LookError } from '../../model/errors.ts';
import type { Database } from './sqlite-engine.ts';

/** "sshw": tells a store from the database of another program. (https://www.sqlite.org/pragma.html#pragma_application_id) */
const APPLICATION = 0x73736877;

/**
 * What makes a store of version N into one of version N+1. Never changed once released, only added to.
 *
 * `event` lies in the order of time and has no other index: an index of users or addresses would be written all over for each
 * batch (measured in docs/store.md). Instead `named` says in which minutes a user (`u:`) or an address (`f:`) occurs, and
 * `tally` how many events of an outcome were stored in each, which stays exact when the events themselves are gone. Hosts,
 * types, outcomes, methods, jails and files are numbers of a `word`.
 */
export const MIGRATIONS: readonly string[] = [
  `create table word (number integer primary key, text text not null unique);
   create table event (
     at integer not null, id text not null, host integer, type integer, outcome integer, user text, addr text, port integer,
     method integer, fingerprint text, jail integer, detail text, file integer, pid integer, forged integer,
     primary key (at, id)
   ) without rowid;
   create table tally (minute integer not null, outcome integer not null, count integer not null, primary key (minute, outcome)) without rowid;
   create table named (minute integer not null, name text not null, primary key (minute, name)) without rowid;
   create table place (source text primary key, cursor text not null) without rowid;
   create table incident (id text primary key, state text not null, opened integer not null, updated integer not null, json text not null);
   create index incident_updated on incident (updated);
   create table memory (name text primary key, value text not null) without rowid;
   create table number (name text primary key, value integer not null) without rowid;
   insert into number values ('events', 0), ('pruned', 0);`,
];

/**
 * Makes an empty file a store, and an older store a present one, each step in a transaction of its own.
 * @throws LookError for the database of another program and for a store of a later version.
 */
export function migrate(db: Database, path: string, steps: readonly string[] = MIGRATIONS): void {
  let version = versionOf(db, path, steps.length);
  for (; version < steps.length; version += 1) {
    db.exec('begin immediate');
    try {
      db.exec(steps[version] ?? '');
      db.exec(`pragma application_id = ${APPLICATION}; pragma user_version = ${version + 1}`);
      db.exec('commit');
    } catch (error) {
      db.exec('rollback');
      throw error;
    }
  }
}

/** @throws LookError when it is not a store of the present version: only a writer makes one. */
export function mustBePresent(db: Database, path: string): void {
  if (versionOf(db, path, MIGRATIONS.length) < MIGRATIONS.length)
    throw new LookError(
      `The store ${path} is of an earlier version: start \`sshwhy watch\` once, which brings it up to date.`,
    );
}

function versionOf(db: Database, path: string, known: number): number {
  const application = numberOf(db, 'pragma application_id');
  const tables = numberOf(db, 'select count(*) from sqlite_master');
  if (application !== APPLICATION && !(application === 0 && tables === 0))
    throw new LookError(
      `${path} is the database of another program. Nothing was changed; name another file for the store.`,
    );
  const version = numberOf(db, 'pragma user_version');
  if (version > known)
    throw new LookError(
      `The store ${path} was made by a later sshwhy (version ${version}, this one knows ${known}). Nothing was changed.`,
    );
  return version;
}

/** The first value of the first row, as a number. */
export function numberOf(db: Database, sql: string): number {
  return Number(Object.values(db.prepare(sql).get() ?? {})[0] ?? 0);
}

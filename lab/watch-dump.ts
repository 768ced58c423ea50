import { sqliteStore } from '../src/collect/store/sqlite.ts';

// Runs on the watched host: users of the lines that a trial wrote, as the store has them.
const store = await sqliteStore(process.argv[2] ?? '', { use: 'read' });
const events = await store.events({ limit: 10_000 });
await store.close();
process.stdout.write(
  JSON.stringify(
    events.flatMap(({ type, user }) => (type === 'sshd/invalid-user' && user !== undefined ? [user] : [])),
  ),
);

import { DatabaseSync } from 'node:sqlite';
import { Database } from '@hocuspocus/extension-database';
import { Server } from '@hocuspocus/server';

/**
 * Bare @hocuspocus/server, as it comes; with `BENCH_SQLITE` set, with its SQLite persistence. The published
 * extension-sqlite needs better-sqlite3, a native module that cannot be built everywhere; this is that
 * extension (table, statements, one prepare a call) on node:sqlite.
 */
function sqlite(file: string): Database {
  const db = new DatabaseSync(file);
  db.exec(`CREATE TABLE IF NOT EXISTS "documents" (
    "name" varchar(255) NOT NULL,
    "data" blob NOT NULL,
    UNIQUE(name)
  )`);
  return new Database({
    fetch: async ({ documentName }) => {
      const row = db.prepare('SELECT data FROM "documents" WHERE name = $name ORDER BY rowid DESC').get({ name: documentName });
      return (row?.['data'] as Uint8Array | undefined) ?? null;
    },
    store: async ({ documentName, state }) => {
      db.prepare(
        `INSERT INTO "documents" ("name", "data") VALUES ($name, $data)
          ON CONFLICT(name) DO UPDATE SET data = $data`,
      ).run({ name: documentName, data: state });
    },
  });
}

const file = process.env['BENCH_SQLITE'];
const server = new Server({
  port: Number(process.env['PORT']),
  address: '127.0.0.1',
  quiet: true,
  extensions: file === undefined ? [] : [sqlite(file)],
});
await server.listen();

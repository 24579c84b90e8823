import type { DemoConfig, DemoEntry } from '@concord/schema';
import type { Principal } from '../access/principal.ts';
import type { Clock } from '../clock.ts';
import type { Feed } from '../feed/feed.ts';
import type { Logs } from '../logs/logs.ts';
import type { SeedEntry } from '../logs/seeding.ts';
import type { Records } from './records.ts';

export interface SeedParts {
  readonly records: Records;
  readonly logs: Pick<Logs, 'seed'>;
  readonly feed: Feed;
  readonly clock: Clock;
}

/** Writes the demo records into an account that has never had any: what is changed or deleted stays so. */
export async function seedDemo(demo: DemoConfig, { records, logs, feed, clock }: SeedParts): Promise<void> {
  const { account } = demo;
  if ((await feed.head(account)) > 0) return;
  const [author] = demo.people;
  if (author === undefined) return;
  const principal: Principal = { account, user: author.id, name: author.name, roles: author.roles };
  for (const [collection, inputs] of Object.entries(demo.records)) {
    for (const input of inputs) await records.found(principal, collection, input);
  }
  const now = clock.now();
  for (const [collection, byRecord] of Object.entries(demo.logs ?? {}))
    for (const [record, byLog] of Object.entries(byRecord))
      for (const [log, entries] of Object.entries(byLog))
        await logs.seed(
          { account, collection, record, log },
          entries.map((entry) => seedEntry(entry, demo, now)),
        );
}

function seedEntry({ minutesAgo, authorName, ...entry }: DemoEntry, { people }: DemoConfig, now: number): SeedEntry {
  const name = authorName ?? people.find(({ id }) => id === entry.author)?.name ?? entry.author;
  return { ...entry, authorName: name, at: new Date(now - minutesAgo * 60_000).toISOString() };
}

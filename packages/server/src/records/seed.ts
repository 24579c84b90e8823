import type { DemoConfig } from '@concord/schema';
import type { Principal } from '../access/principal.ts';
import type { Feed } from '../feed/feed.ts';
import type { Records } from './records.ts';

/** Writes the demo records into an account that has never had any: what is changed or deleted stays so. */
export async function seedDemo(demo: DemoConfig, records: Records, feed: Feed): Promise<void> {
  if ((await feed.head(demo.account)) > 0) return;
  const [author] = demo.people;
  if (author === undefined) return;
  const principal: Principal = { account: demo.account, user: author.id, name: author.name, roles: author.roles };
  for (const [collection, inputs] of Object.entries(demo.records)) {
    for (const input of inputs) await records.found(principal, collection, input);
  }
}

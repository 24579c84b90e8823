import { expect } from 'vitest';
import type { Seen } from './feed-readers.ts';

/** Checks an account's whole feed again and again as it grows. */
export class FeedChecks {
  /** The version of each record's latest event, by `<collection>/<record>`. */
  readonly versions: Map<string, number> = new Map();
  /** The title of each event, by `<collection>/<record>@<version>`. */
  readonly titles: Map<string, unknown> = new Map();
  readonly deleted: Set<string> = new Set();
  #checked: readonly Seen[] = [];

  /** `feed` begins with what was checked before; in what follows, nothing is out of order and no version is left out. */
  check(feed: readonly Seen[]): void {
    expect(digests(feed.slice(0, this.#checked.length)), 'what the feed said before').toEqual(digests(this.#checked));
    const wrong: string[] = [];
    let lastId = this.#checked.at(-1)?.id ?? '';
    for (const event of feed.slice(this.#checked.length)) {
      const expected = (this.versions.get(event.record) ?? 0) + 1;
      if (event.version !== expected) wrong.push(`${event.record} has version ${event.version} behind ${expected - 1}`);
      if (event.id <= lastId) wrong.push(`${event.id} comes behind ${lastId}`);
      lastId = event.id;
      this.versions.set(event.record, event.version);
      this.titles.set(`${event.record}@${event.version}`, event.title);
      if (event.type.endsWith('.delete')) this.deleted.add(event.record);
    }
    this.#checked = feed;
    expect(wrong, 'events that are out of order, or follow on missing ones').toEqual([]);
  }
}

export function digests(feed: readonly Seen[]): string[] {
  return feed.map(({ digest }) => digest);
}

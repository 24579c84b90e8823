import { entryOf, type FeedEvent, type InboxAnswer, type InboxLevel, type LogEntry } from '@concord/protocol';
import type { Random } from '../../kit/random.ts';
import type { Reachable } from '../../kit/requests.ts';
import type { TestUser } from '../../kit/tokens.ts';
import { expectedOf, InboxModel, namedIn, type LogPlace } from '../inbox-model.ts';

const levels: readonly InboxLevel[] = ['all', 'all', 'mentions', 'none'];

export interface RecountOptions {
  readonly server: Pick<Reachable, 'json'>;
  readonly place: LogPlace;
  /** All that the feed has told of the log, whose members they were from its beginning. */
  readonly history: readonly FeedEvent[];
  readonly entries: readonly LogEntry[];
  readonly users: readonly TestUser[];
  readonly random: Random;
}

/** Has each user say how far it has read; answers its inbox, and what that is by a count of all that has ever happened. */
export async function recountInboxes(
  options: RecountOptions,
): Promise<readonly { readonly user: string; readonly inbox: InboxAnswer; readonly expected: InboxAnswer }[]> {
  const { server, place, history, entries, users, random } = options;
  const model = new InboxModel(place, false);
  model.entries = entries;
  for (const { user = '' } of users) {
    model.members.add(user);
    model.follow(user, 0);
  }
  for (const event of history) {
    const entry = entryOf(event);
    if (entry === undefined || entry.system !== undefined || entry.deletedAt !== undefined) continue;
    if (event.type.endsWith('.create')) model.posted(entry);
    model.mentioned(entry, namedIn(entry));
  }

  const path = `/records/${place.collection}/${place.record}/${place.log}`;
  const counted = [];
  for (const as of users) {
    const { user = '' } = as;
    const follower = model.follow(user, 0);
    const say = (what: string, body: object): Promise<unknown> => server.json('PUT', `${path}/${what}`, body, as);
    await say('read', { seq: (follower.cursor = random.below(entries.length + 1)) });
    for (const [thread, known] of follower.threads)
      await say('read', { thread, seq: (known.cursor = random.below(entries.length + 1)) });
    await say('follow', { level: (follower.level = random.pick(levels)) });
    const inbox = await server.json<InboxAnswer>('GET', '/inbox', undefined, as);
    counted.push({ user, inbox, expected: expectedOf([model], user) });
  }
  return counted;
}

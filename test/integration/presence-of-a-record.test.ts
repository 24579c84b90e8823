import { describe, expect, it } from 'vitest';
import logs from '../kit/logs.config.ts';
import { enter } from '../kit/presence.ts';
import { frames } from '../kit/raw-client.ts';
import { startServer } from '../kit/server.ts';
import { tokenFor, type TestUser } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const name = 'acme/drafts/d1';
const ed: TestUser = { user: 'ed', roles: ['member', 'editor'] };
const eva: TestUser = { user: 'eva', roles: ['member', 'editor'] };

describe('the presence of a record', () => {
  it('tells of who types in a log those who may read it, as long as they may', async () => {
    const server = await startServer({ config: logs });
    await server.json('POST', '/records/drafts', { id: 'd1' });
    const [writer, reader, stranger] = [
      await enter(server, ed, name),
      await enter(server, eva, name),
      await enter(server, { user: 'max' }, name),
    ];
    const typing = { log: 'remarks', at: 1 };
    writer.say({ cursor: 1, typing });
    await until('both to see him', () => 'ed' in reader.sees() && 'ed' in stranger.sees());
    expect(reader.sees()).toEqual({ ed: { cursor: 1, typing } });
    expect(stranger.sees()).toEqual({ ed: { cursor: 1 } });
    expect((await enter(server, { user: 'mia' }, name)).sees()).toEqual({ ed: { cursor: 1 } });

    reader.client.send(frames.token(name, await tokenFor({ ...eva, roles: ['member'] })), frames.flush(name, 1));
    await until('the other token to be taken', () => reader.client.kinds(name).includes('stateless'));
    writer.say({ cursor: 2, typing });
    await until('her to see where he is', () => reader.sees()['ed']?.['cursor'] === 2);
    expect(reader.sees()).toEqual({ ed: { cursor: 2 } });
  });
});

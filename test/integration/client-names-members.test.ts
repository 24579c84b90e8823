import { expect, it } from 'vitest';
import { becomes, clientOf } from '../kit/clients.ts';
import rooms from '../kit/rooms.config.ts';
import { startServer } from '../kit/server.ts';

type Config = typeof rooms;

it('says who belongs to a record, joins it and leaves it', async () => {
  const server = await startServer({ config: rooms });
  const [ann, ben] = await Promise.all(['ann', 'ben'].map((user) => clientOf<Config>(server, { user })));
  if (ann === undefined || ben === undefined) throw new Error('Nobody is there.');
  await server.json('POST', '/records/rooms', { id: 'r', title: 'Shop' }, { user: 'ann' });
  const room = ann.record('rooms', 'r');
  await room.ready;
  await ann.members('rooms', 'r').set('ben', 'member');
  await becomes('him to be in it', room.values, (values) => values?.members['ben'] === 'member');
  await expect(ben.members('rooms', 'r').set('cleo', 'owner')).rejects.toMatchObject({ code: 'forbidden' });
  await expect(ann.members('rooms', 'r').leave()).rejects.toMatchObject({ code: 'last_owner' });
  await ben.members('rooms', 'r').leave();
  await becomes('him to be gone', room.values, (values) => values?.members['ben'] === undefined);
  await expect(ben.members('notes', 'r').join()).rejects.toMatchObject({ code: 'not_found' });
});

it('opens the one record that two people have between them', async () => {
  const server = await startServer({ config: rooms });
  const [ann, ben] = await Promise.all(['ann', 'ben'].map((user) => clientOf<Config>(server, { user })));
  const [hers, his] = await Promise.all([ann?.direct('rooms', 'ben'), ben?.direct('rooms', 'ann')]);
  expect(hers).toBeDefined();
  expect(hers).toBe(his);
});

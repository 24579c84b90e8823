import type { Client } from '@concord/client';
import { go } from '../routes/location.ts';
import { recordPath } from '../routes/route.ts';
import type { RoomShape } from './room-shape.ts';

/** Goes to the one room that one has with `user`, which is made where there is none. Rejects as the server refuses it. */
export async function openDirect(client: Client, { collection }: RoomShape, user: string): Promise<void> {
  const id = await client.direct(collection.name, user);
  go(recordPath(collection.name, id));
}

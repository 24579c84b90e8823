import { setTimeout as after } from 'node:timers/promises';
import type { FeedEvent } from '@concord/protocol';
import { tokenFor } from '../../kit/tokens.ts';
import type { Client } from './client.ts';
import { beginByPoll } from './poll.ts';
import { ask, BrokenPromise, Cut } from './request.ts';

interface Webhook {
  readonly id: string;
  readonly cursor: string;
  readonly pending: number;
}

type Message = FeedEvent | { readonly type: 'webhook.reset'; readonly data: { readonly cursor: string } };

const pauseMs = 250;

/**
 * Has a webhook made that goes on from the client's cursor, and takes what that brings; it is there still when the server
 * has been killed. Who leaves it waits until nothing is on its way, and goes on from its cursor.
 */
export async function receive(client: Client): Promise<void> {
  const { spec, receiver, random } = client;
  if (spec.snapshot && client.cursor === undefined) await beginByPoll(client);
  // Whoever has it made answers for what it may see: it is not told that this is not what the cursor's holder saw.
  if (client.hasTurned && client.cursor !== undefined) await client.reset(client.cursor);
  const asked = { url: client.world.directUrl, token: await tokenFor({ user: 'ada', roles: ['admin'], expiresIn: 24 * 3600 }) };
  let work: Promise<unknown> = Promise.resolve();
  let failure: unknown;

  async function take(body: string): Promise<boolean> {
    const message = JSON.parse(body) as Message;
    if (!('cursor' in message)) {
      if (message.type === 'webhook.reset') await client.reset(message.data.cursor);
      return true;
    }
    await client.hear(message, 'record');
    // Taken, but its sender cannot know.
    return client.isSettling || !random.chance(0.02);
  }

  const hook = receiver.open(async (body) => {
    if (!client.isSettling && random.chance(0.02)) return false;
    // One after the other: what comes while records are listed again is taken behind that.
    const taken = work.then(() => take(body));
    work = taken.catch((error: unknown) => {
      if (!(error instanceof Cut)) failure = error;
    });
    return await taken;
  });

  try {
    const request = {
      url: hook.url,
      roles: client.roles,
      since: client.cursor ?? '0',
      ...(spec.collection === undefined ? {} : { collections: [spec.collection] }),
      ...(spec.filter === undefined ? {} : { filter: spec.filter }),
    };
    const made = await ask<Webhook>(asked, 'POST', '/webhooks', request);
    if (made === undefined) throw new BrokenPromise('The webhook was not made');
    const change = (body: object): Promise<Webhook | undefined> => ask<Webhook>(asked, 'PATCH', `/webhooks/${made.id}`, body);
    let cursor: string | undefined;
    for (let round = 0; failure === undefined && !client.isGone; round++) {
      await after(random.below(pauseMs));
      // What is on its way by now counts, whatever arrives meanwhile.
      const isComplete = client.isSettling && client.isComplete;
      const webhook = await orGone(ask<Webhook>(asked, 'GET', `/webhooks/${made.id}`));
      if (webhook === undefined) continue;
      if (client.isSettling) {
        if (webhook.pending === 0 && isComplete) return;
        // Another address is tried at once, where the one before has failed and is to be tried later.
        if (webhook.pending > 0) await orGone(change({ url: `${hook.url}?${round}` }));
      } else if (webhook.pending === 0 && client.hangUp.signal.aborted && cursor !== undefined) {
        await orGone(ask(asked, 'DELETE', `/webhooks/${made.id}`));
        // Of the answer before this one: what lies before that is queued by now, and so it has arrived.
        client.cursor = cursor;
        return;
      }
      cursor = webhook.cursor;
    }
  } finally {
    if (!client.isSettling) {
      hook.close();
      await work;
    }
  }
  if (failure !== undefined) throw failure as Error;
}

/** Undefined when the server is gone; it comes again. */
async function orGone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Cut) return undefined;
    throw error;
  }
}

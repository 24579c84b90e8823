import { ConcordError, type Limits } from '@concord/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hasCredential } from '../access/authenticator.ts';
import { createRateLimit } from '../access/rate-limit.ts';
import type { Clock } from '../clock.ts';
import { networkOf } from '../limits/connections.ts';
import { guestTokenSeconds, type Guest, type Guests } from '../records/guests.ts';
import type { Authenticate } from './authentication.ts';
import type { ClientOriginOf } from './client-origin.ts';
import { bodyOf } from './json-body.ts';
import { answers, openRefusals, writeRefusals } from './openapi.ts';

export interface GuestRoutesDeps {
  readonly guests: Guests;
  readonly authenticate: Authenticate;
  /** Whose visitors they are: behind a trusted proxy, not the proxy's. */
  readonly originOf: ClientOriginOf;
  readonly limits: Limits;
  readonly clock: Clock;
}

const names = ['token', 'account', 'collection', 'record', 'name', 'user', 'email'] as const;

const hourMs = 60 * 60 * 1000;

const text = { type: 'string' } as const;
const body = {
  oneOf: [
    {
      type: 'object',
      description: 'A visitor, who gets a record of its own.',
      required: ['account', 'collection'],
      properties: { account: text, collection: text, name: text, email: text },
    },
    {
      type: 'object',
      description: 'Another token for a guest whose token is good, or ended less than 30 days ago.',
      required: ['token'],
      properties: { token: text },
    },
    {
      type: 'object',
      description: 'With a credential of somebody who may let others into that record: a guest of it.',
      required: ['collection', 'record', 'name'],
      properties: {
        collection: text,
        record: text,
        name: text,
        user: { ...text, description: 'What you call the guest, to let the same one in again. Its id is guest- and this.' },
      },
    },
  ],
};

const admitted = {
  type: 'object',
  required: ['token', 'expiresAt', 'user', 'collection', 'record'],
  properties: {
    token: { ...text, description: 'Good for that record and nothing else.' },
    expiresAt: { ...text, format: 'date-time' },
    user: {
      type: 'object',
      required: ['id', 'name', 'account', 'roles'],
      properties: { id: text, name: text, account: text, roles: { type: 'array', items: text } },
    },
    collection: text,
    record: { ...text, description: 'The id.' },
  },
};

/** How guests get in. */
export function addGuestRoutes(app: FastifyInstance, { guests, authenticate, originOf, limits, clock }: GuestRoutesDeps): void {
  const arrivals = createRateLimit({ max: limits.maxGuestsPerHour, windowMs: hourMs, clock });

  const checkArrival = (address: string): void => {
    if (arrivals.take(networkOf(address))) return;
    const retryAfter = Math.ceil((hourMs - (clock.now() % hourMs)) / 1000);
    throw new ConcordError('rate_limited', { limit: 'maxGuestsPerHour', retryAfter });
  };

  app.post(
    '/api/v1/auth/guest',
    {
      schema: {
        tags: ['auth'],
        summary: 'Come in as a guest, or let one in',
        description:
          'For collections whose members say that there are guests. A guest has the role guest, is a member of one record, and nothing else is there for it.',
        security: [],
        body,
        response: {
          201: answers('A token for the guest.', admitted),
          ...openRefusals(
            ...writeRefusals,
            'unauthenticated',
            'token_expired',
            'not_found',
            'record_deleted',
            'invalid_record',
            'rate_limited',
            'shutting_down',
            'internal',
          ),
        },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .header('cache-control', 'no-store')
        .send(answerOf(await letIn(request), clock.now())),
  );

  async function letIn(request: FastifyRequest): Promise<Guest> {
    const { token, account, collection, record, name, user, email } = textsIn(bodyOf(request));
    if (token !== undefined) return await guests.renew(token);
    if (hasCredential(request)) {
      const principal = await authenticate(request);
      const invitation = {
        collection: given('collection', collection),
        record: given('record', record),
        name: given('name', name),
      };
      return await guests.invite(principal, { ...invitation, ...(user === undefined ? {} : { user }) });
    }
    const visitor = { account: given('account', account), collection: given('collection', collection) };
    checkArrival(originOf(request.raw).address);
    return await guests.welcome({
      ...visitor,
      ...(name === undefined ? {} : { name }),
      ...(email === undefined ? {} : { email }),
    });
  }
}

function answerOf({ token, principal }: Guest, now: number): object {
  const { user, name, account, roles, only } = principal;
  const expiresAt = new Date(now + guestTokenSeconds * 1000).toISOString();
  return { token, expiresAt, user: { id: user, name, account, roles }, ...only };
}

/** What a request may say, each of it text. */
function textsIn(given: unknown): { readonly [name in (typeof names)[number]]?: string } {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new ConcordError('bad_request', { message: 'Send a JSON object.' });
  for (const [name, value] of Object.entries(given)) {
    if (!names.some((known) => known === name))
      throw new ConcordError('bad_request', { field: name.slice(0, 80), message: `There is ${names.join(', ')}.` });
    if (typeof value !== 'string') throw new ConcordError('bad_request', { field: name, message: `${name} is text.` });
  }
  return given;
}

function given(field: string, value: string | undefined): string {
  if (value === undefined) throw new ConcordError('bad_request', { field, message: `${field} is missing.` });
  return value;
}

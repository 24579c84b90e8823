import { ConcordError } from '@concord/protocol';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { SignInThrottle } from '../access/sign-in-throttle.ts';
import type { Tokens } from '../access/tokens.ts';
import type { SignedIn, Users } from '../access/users.ts';
import { addAuthentication, principalOf, type Authenticate } from './authentication.ts';
import type { ClientOriginOf } from './client-origin.ts';
import { bodyOf } from './json-body.ts';
import { answers, answersNothing, openRefusals, refusals } from './openapi.ts';

export interface SignInRoutesDeps {
  readonly users: Users;
  readonly tokens: Tokens;
  readonly throttle: SignInThrottle;
  readonly authenticate: Authenticate;
  /** Whose attempts they are: behind a trusted proxy, not the proxy's. */
  readonly originOf: ClientOriginOf;
}

const tokenSeconds = 15 * 60;
const tags = ['auth'];
const bodies = ['bad_request', 'invalid_json', 'too_large', 'unsupported_media_type'] as const;
const commits = ['commit_unknown', 'store_unavailable', 'shutting_down', 'internal'] as const;

const refreshToken = { type: 'string', description: 'Good for one refresh, within 30 days.' } as const;
const withRefreshToken = { type: 'object', required: ['refreshToken'], properties: { refreshToken } } as const;
const signedIn = {
  type: 'object',
  required: ['token', 'refreshToken', 'expiresIn', 'user'],
  properties: {
    token: { type: 'string' },
    refreshToken,
    expiresIn: { type: 'integer', description: 'Seconds.' },
    user: {
      type: 'object',
      required: ['id', 'name', 'account', 'roles'],
      properties: {
        id: { type: 'string' },
        name: { type: 'string' },
        account: { type: 'string' },
        roles: { type: 'array', items: { type: 'string' } },
      },
    },
  },
} as const;

/** Signing in with a password, and what follows from it. */
export async function addSignInRoutes(app: FastifyInstance, deps: SignInRoutesDeps): Promise<void> {
  const { users, tokens, throttle, originOf } = deps;

  const answer = async (reply: FastifyReply, { account, user, session, refreshToken: next }: SignedIn): Promise<FastifyReply> => {
    const { id, name, roles } = user;
    const token = await tokens.mint({ account, user: id, name, roles, session, expiresInSeconds: tokenSeconds });
    const body = { token, refreshToken: next, expiresIn: tokenSeconds, user: { id, name, account, roles } };
    return reply.header('cache-control', 'no-store').send(body);
  };
  const throttled = (reply: FastifyReply, attempt: Parameters<SignInThrottle['take']>[0]): void => {
    const seconds = throttle.take(attempt);
    if (seconds === undefined) return;
    void reply.header('retry-after', String(seconds));
    throw new ConcordError('rate_limited', { message: `Too many attempts to sign in; try again in ${seconds} seconds.` });
  };

  app.post(
    '/api/v1/auth/login',
    {
      schema: {
        tags,
        summary: 'Sign in with a password',
        description: 'After ten attempts a minute a user has to wait, as `Retry-After` says; so has an address after sixty.',
        security: [],
        body: {
          type: 'object',
          required: ['account', 'user', 'password'],
          properties: { account: { type: 'string' }, user: { type: 'string' }, password: { type: 'string' } },
        },
        response: {
          200: answers('A token, and what it is renewed with.', signedIn),
          ...openRefusals('unauthenticated', 'rate_limited', ...bodies, ...commits),
        },
      },
    },
    async (request, reply) => {
      const { account, user, password } = fieldsOf(bodyOf(request), 'account', 'user', 'password');
      throttled(reply, { account, user, origin: originOf(request.raw) });
      return await answer(reply, await users.signIn({ account, user, password }));
    },
  );
  app.post(
    '/api/v1/auth/refresh',
    {
      schema: {
        tags,
        summary: 'Renew a token',
        description:
          'The answer holds the next refresh token. One that is used again signs out everybody who goes on from it: one of the two has stolen it.',
        security: [],
        body: withRefreshToken,
        response: {
          200: answers('The next token, and what that is renewed with.', signedIn),
          ...openRefusals('unauthenticated', ...bodies, ...commits),
        },
      },
    },
    async (request, reply) => {
      const { refreshToken: token } = fieldsOf(bodyOf(request), 'refreshToken');
      return await answer(reply, await users.refresh(token));
    },
  );
  app.post(
    '/api/v1/auth/logout',
    {
      schema: {
        tags,
        summary: 'Sign out',
        description: 'Ends the session: its tokens are not taken any more, and what is open by them is closed.',
        security: [],
        body: withRefreshToken,
        response: { 204: answersNothing('There is no such session any more.'), ...openRefusals(...bodies, ...commits) },
      },
    },
    async (request, reply) => {
      await users.signOut(fieldsOf(bodyOf(request), 'refreshToken').refreshToken);
      return reply.code(204).header('cache-control', 'no-store').send();
    },
  );
  await app.register(async (scope) => {
    addAuthentication(scope, deps.authenticate);
    scope.post(
      '/api/v1/auth/password',
      {
        schema: {
          tags,
          summary: 'Change the own password',
          description: 'Signs out everywhere else.',
          body: {
            type: 'object',
            required: ['current', 'next'],
            properties: { current: { type: 'string' }, next: { type: 'string', minLength: 10, maxLength: 1024 } },
          },
          response: {
            204: answersNothing('It is changed.'),
            ...refusals('forbidden', 'rate_limited', ...bodies, 'commit_unknown', 'store_unavailable'),
          },
        },
      },
      async (request, reply) => {
        const principal = principalOf(request);
        const { current, next } = fieldsOf(bodyOf(request), 'current', 'next');
        throttled(reply, { ...principal, origin: originOf(request.raw) });
        await users.changePassword(principal, { current, next });
        return reply.code(204).send();
      },
    );
  });
}

/** The fields of a body that has to have them as text. Throws `bad_request` with the one that is at fault. */
function fieldsOf<Name extends string>(body: unknown, ...names: readonly Name[]): Record<Name, string> {
  const fields = Object(body) as Record<Name, unknown>;
  for (const field of names)
    if (typeof fields[field] !== 'string') throw new ConcordError('bad_request', { field, message: `${field} is missing.` });
  return fields as Record<Name, string>;
}

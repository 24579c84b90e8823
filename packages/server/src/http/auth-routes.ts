import { ConcordError } from '@concord/protocol';
import type { DemoConfig } from '@concord/schema';
import type { FastifyInstance } from 'fastify';
import type { Principal } from '../access/principal.ts';
import type { Tokens } from '../access/tokens.ts';
import { addAuthentication, principalOf, type Authenticate } from './authentication.ts';
import { bodyOf } from './json-body.ts';
import { answers, openRefusals, refusals } from './openapi.ts';

export interface AuthRoutesDeps {
  readonly authenticate: Authenticate;
  readonly tokens: Tokens;
  /** Lets anyone in as one of these people. Null, as it is outside a demonstration: the routes are not there. */
  readonly demo: DemoConfig | null;
}

const demoTokenSeconds = 12 * 60 * 60;

/** Of cursors: dark enough for white text on them. People without a colour of their own get these in turn. */
const colors = ['#0f766e', '#b45309', '#7c3aed', '#be185d', '#1d4ed8', '#4d7c0f'] as const;

const userSchema = {
  type: 'object',
  required: ['id', 'name', 'account', 'roles'],
  properties: {
    id: { type: 'string' },
    name: { type: 'string' },
    account: { type: 'string' },
    roles: { type: 'array', items: { type: 'string' } },
  },
} as const;

export async function addAuthRoutes(app: FastifyInstance, deps: AuthRoutesDeps): Promise<void> {
  await app.register(async (scope) => {
    addAuthentication(scope, deps.authenticate);
    const me = {
      type: 'object',
      required: ['user'],
      properties: {
        user: userSchema,
        expiresAt: { type: 'string', format: 'date-time', description: 'When the token ends; an API key does not.' },
      },
    };
    scope.get(
      '/api/v1/auth/me',
      {
        schema: {
          tags: ['auth'],
          summary: 'Who am I',
          response: { 200: answers('The bearer of the token or key.', me), ...refusals() },
        },
      },
      (request) => {
        const principal = principalOf(request);
        const { expiresAt } = principal;
        return { user: userOf(principal), ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() }) };
      },
    );
  });
  if (deps.demo !== null) addDemoRoutes(app, deps.demo, deps.tokens);
}

function addDemoRoutes(app: FastifyInstance, demo: DemoConfig, tokens: Tokens): void {
  const person = { type: 'object', properties: { id: { type: 'string' }, name: { type: 'string' }, color: { type: 'string' } } };
  const people = { type: 'object', properties: { account: { type: 'string' }, people: { type: 'array', items: person } } };
  const signedIn = {
    type: 'object',
    properties: { token: { type: 'string' }, expiresIn: { type: 'integer', description: 'Seconds.' }, user: userSchema },
  };
  app.get(
    '/api/v1/auth/demo',
    {
      schema: {
        tags: ['auth'],
        summary: 'Whom one can sign in as',
        description: 'Only in a demonstration.',
        security: [],
        response: { 200: answers('The people.', people), ...openRefusals('internal') },
      },
    },
    () => ({
      account: demo.account,
      people: demo.people.map(({ id, name, color }, index) => ({ id, name, color: color ?? colors[index % colors.length] })),
    }),
  );
  app.post(
    '/api/v1/auth/demo',
    {
      schema: {
        tags: ['auth'],
        summary: 'Sign in as one of the people',
        description: 'Only in a demonstration.',
        security: [],
        body: { type: 'object', required: ['user'], properties: { user: { type: 'string' } } },
        response: {
          200: answers('A token for this person.', signedIn),
          ...openRefusals('invalid_json', 'not_found', 'too_large', 'unsupported_media_type', 'internal'),
        },
      },
    },
    async (request, reply) => {
      const { user } = Object(bodyOf(request)) as { readonly user?: unknown };
      const chosen = demo.people.find(({ id }) => id === user);
      if (chosen === undefined)
        throw new ConcordError('not_found', { field: 'user', message: 'There is nobody of that id here.' });
      const principal: Principal = { account: demo.account, user: chosen.id, name: chosen.name, roles: chosen.roles };
      const token = await tokens.mint({ ...principal, expiresInSeconds: demoTokenSeconds });
      return reply.header('cache-control', 'no-store').send({ token, expiresIn: demoTokenSeconds, user: userOf(principal) });
    },
  );
}

function userOf({ user, name, account, roles }: Principal): object {
  return { id: user, name, account, roles };
}

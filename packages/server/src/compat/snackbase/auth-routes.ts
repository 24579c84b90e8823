import { ConcordError } from '@concord/protocol';
import type { DemoConfig, SnackbaseSchema } from '@concord/schema';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { SignInThrottle } from '../../access/sign-in-throttle.ts';
import type { Tokens } from '../../access/tokens.ts';
import type { SignedIn, User, Users } from '../../access/users.ts';
import { addAuthentication, principalOf, type Authenticate } from '../../http/authentication.ts';
import type { ClientOriginOf } from '../../http/client-origin.ts';
import { bodyOf } from '../../http/json-body.ts';

export interface SnackbaseAuthParts {
  readonly config: SnackbaseSchema;
  readonly users: Users;
  readonly tokens: Tokens;
  /** Shared with Concord's own sign-in: nobody may guess twice as often. */
  readonly throttle: SignInThrottle;
  readonly authenticate: Authenticate;
  readonly originOf: ClientOriginOf;
  /** Anyone may sign in as one of these people, whatever the password. Null outside a demonstration. */
  readonly demo: DemoConfig | null;
}

/** As long as SnackBase's: its clients do not renew them earlier. They end with their session all the same. */
const tokenSeconds = 60 * 60;
const demoTokenSeconds = 12 * 60 * 60;

/** Signing in with a user's id as `email`, and what follows from it. */
export async function addAuthRoutes(scope: FastifyInstance, parts: SnackbaseAuthParts): Promise<void> {
  const { config, users, tokens, throttle, originOf, demo } = parts;
  const schema = { hide: true };

  scope.post('/auth/login', { schema }, async (request, reply) => {
    const { account, email: user, password } = fieldsOf(bodyOf(request));
    if (user === undefined || password === undefined)
      throw new ConcordError('bad_request', { field: user === undefined ? 'email' : 'password', message: 'is missing' });
    const origin = originOf(request.raw);
    const asked = account ?? config.account ?? '';
    throttled(reply, throttle.take({ account: asked, user, origin }));
    void reply.header('cache-control', 'no-store');
    const person = demo?.people.find(({ id }) => id === user);
    if (demo !== null && person !== undefined && (asked === '' || asked === demo.account)) {
      const { name, roles } = person;
      const token = await tokens.mint({ account: demo.account, user, name, roles, expiresInSeconds: demoTokenSeconds });
      const renewal = { token, refresh_token: null, expires_in: demoTokenSeconds };
      return { ...renewal, ...whoIs(demo.account, { id: user, roles, createdAt: '' }) };
    }
    const found = asked === '' ? await users.accountOf(user) : undefined;
    // Those attempts count for the account that they are about, too.
    if (found !== undefined) throttled(reply, throttle.take({ account: found, user, origin }));
    const signedIn = await users.signIn({ account: found ?? asked, user, password });
    return { ...(await renewalOf(tokens, signedIn)), ...whoIs(signedIn.account, signedIn.user) };
  });
  scope.post('/auth/refresh', { schema }, async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    return await renewalOf(tokens, await users.refresh(fieldsOf(bodyOf(request)).refresh_token));
  });
  await scope.register(async (own) => {
    addAuthentication(own, parts.authenticate);
    own.get('/auth/me', { schema }, (request) => {
      const { account, user, roles } = principalOf(request);
      return { user_id: user, account_id: account, email: user, role: roleOf(roles) };
    });
    own.post('/auth/logout', { schema }, async (request) => {
      await users.endSession(principalOf(request));
      return { message: 'Logged out' };
    });
  });
}

async function renewalOf(tokens: Tokens, { account, user, session, refreshToken }: SignedIn): Promise<object> {
  const { id, name, roles } = user;
  const token = await tokens.mint({ account, user: id, name, roles, session, expiresInSeconds: tokenSeconds });
  return { token, refresh_token: refreshToken, expires_in: tokenSeconds };
}

/** Accounts are known by their names, and nothing else is known of them. */
function whoIs(account: string, { id, roles, createdAt }: Pick<User, 'id' | 'roles' | 'createdAt'>): object {
  return {
    account: { id: account, account_code: account, slug: account, name: account, created_at: '' },
    user: {
      id,
      email: id,
      role: roleOf(roles),
      account_id: account,
      groups: roles,
      is_active: true,
      created_at: createdAt,
      last_login: null,
      token_type: 'jwt',
    },
  };
}

/** There is one role to a user of SnackBase. */
function roleOf(roles: readonly string[]): string {
  return roles.includes('admin') ? 'admin' : (roles[0] ?? 'user');
}

function throttled(reply: FastifyReply, seconds: number | undefined): void {
  if (seconds === undefined) return;
  void reply.header('retry-after', String(seconds));
  throw new ConcordError('rate_limited', { message: `Too many attempts to sign in; try again in ${seconds} seconds.` });
}

type Field = 'account' | 'email' | 'password' | 'refresh_token';

/** What of the body is text with something in it. */
function fieldsOf(body: unknown): { readonly [name in Field]?: string } {
  const given = Object.entries(Object(body) as Record<string, unknown>);
  return Object.fromEntries(given.filter(([, value]) => typeof value === 'string' && value !== ''));
}

import { expect, it } from 'vitest';
import { sessionOfToken } from './token.ts';

const tokenOf = (claims: unknown): string => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

it('reads who a token is for', () => {
  const token = tokenOf({ sub: 'zoe', name: 'Zoë', account: 'acme', roles: ['member', 7] });
  expect(sessionOfToken(` ${token}\n`)).toMatchObject({
    token,
    user: { id: 'zoe', name: 'Zoë', account: 'acme', roles: ['member'] },
  });
});

it('knows what is no token', () => {
  for (const pasted of ['', 'a.b', 'a.b.c', 'hello', tokenOf({ sub: 'zoe' }), tokenOf(null)])
    expect(sessionOfToken(pasted)).toBeNull();
});

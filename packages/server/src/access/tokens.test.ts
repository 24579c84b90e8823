import { createHmac } from 'node:crypto';
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../clock.ts';
import { createTokens, type TokenClaims } from './tokens.ts';

const secret = 'a secret that is shared by the two of us only';
const key = new TextEncoder().encode(secret);
let now = Date.UTC(2026, 10, 21, 10);
const clock: Clock = { now: () => now, after: () => () => {} };
const tokens = createTokens({ secret, clock });
const ada: TokenClaims = { account: 'acme', user: 'ada', name: 'Ada', roles: ['member', 'admin'], expiresInSeconds: 3600 };
const good = { account: 'acme', sub: 'ada', exp: now / 1000 + 60 };

function sign(
  claims: object,
  { alg = 'HS256', by = key }: { alg?: string; by?: Parameters<SignJWT['sign']>[0] } = {},
): Promise<string> {
  return new SignJWT({ ...claims }).setProtectedHeader({ alg }).sign(by);
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

const unauthenticated = expect.objectContaining({ code: 'unauthenticated', message: 'A valid token or API key is needed.' });

describe('tokens', () => {
  it('say who their bearer is', async () => {
    expect(await tokens.verify(await tokens.mint(ada))).toEqual({
      account: 'acme',
      user: 'ada',
      name: 'Ada',
      roles: ['member', 'admin'],
      expiresAt: now + 3_600_000,
    });
  });

  it('of other issuers need no name and no roles', async () => {
    expect(await tokens.verify(await sign(good))).toEqual({
      account: 'acme',
      user: 'ada',
      name: 'ada',
      roles: [],
      expiresAt: now + 60_000,
    });
  });

  it('take a secret as bytes or as text', async () => {
    expect(await createTokens({ secret: key, clock }).verify(await tokens.mint(ada))).toMatchObject({ user: 'ada' });
  });

  it('end', async () => {
    const token = await tokens.mint(ada);
    now += 3_599_000;
    await expect(tokens.verify(token)).resolves.toMatchObject({ user: 'ada' });
    now += 1000;
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'token_expired' });
    now -= 3_600_000;
  });

  it('that have ended and were signed by somebody else tell nothing', async () => {
    await expect(tokens.verify(await sign({ ...good, exp: 1 }, { by: new Uint8Array(32) }))).rejects.toEqual(unauthenticated);
  });

  it('without a signature are refused, however they spell it', async () => {
    await expect(tokens.verify(new UnsecuredJWT(good).encode())).rejects.toEqual(unauthenticated);
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
      const head = `${base64url({ alg, typ: 'JWT' })}.${base64url(good)}.`;
      await expect(tokens.verify(head)).rejects.toEqual(unauthenticated);
      await expect(tokens.verify(head.slice(0, -1))).rejects.toEqual(unauthenticated);
      const signature = createHmac('sha256', key).update(head.slice(0, -1)).digest('base64url');
      await expect(tokens.verify(head + signature)).rejects.toEqual(unauthenticated);
    }
  });

  it('by another algorithm are refused, also with the right secret', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    await expect(tokens.verify(await sign(good, { alg: 'RS256', by: privateKey }))).rejects.toEqual(unauthenticated);
    await expect(tokens.verify(await sign(good, { alg: 'HS384', by: new Uint8Array(48) }))).rejects.toEqual(unauthenticated);
    const long = new Uint8Array(64).fill(7);
    const token = await sign(good, { alg: 'HS512', by: long });
    await expect(createTokens({ secret: long, clock }).verify(token)).rejects.toEqual(unauthenticated);
  });

  it.each([
    ['a demand that we do not know', { crit: ['x'], x: 1 }],
    ['a demand that nothing stands behind', { crit: ['exp'] }],
    ['a payload that is not encoded', { crit: ['b64'], b64: false }],
    ['a list of no demands', { crit: [] }],
  ])('with %s in the head are refused, though the signature is right', async (_what, more) => {
    const text = `${base64url({ alg: 'HS256', ...more })}.${base64url(good)}`;
    const token = `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
    await expect(tokens.verify(token)).rejects.toEqual(unauthenticated);
  });

  it.each([
    { kid: '../../dev/null' },
    { kid: "' or 1=1" },
    { kid: 7 },
    { jku: 'https://evil.example' },
    { x5u: 'https://evil.example' },
  ])('are checked with the secret, whatever key their head names: %j', async (more) => {
    const head = base64url({ alg: 'HS256', ...more });
    const signed = (by: Uint8Array): string =>
      `${head}.${base64url(good)}.${createHmac('sha256', by)
        .update(`${head}.${base64url(good)}`)
        .digest('base64url')}`;
    for (const by of [new Uint8Array(), new Uint8Array(32), Buffer.from('evil')])
      await expect(tokens.verify(signed(by))).rejects.toEqual(unauthenticated);
    expect(await tokens.verify(signed(key))).toMatchObject({ user: 'ada' });
  });

  it('that are larger than any sane one are refused, though the signature is right', async () => {
    await expect(tokens.verify(await sign({ ...good, more: 'x'.repeat(8192) }))).rejects.toEqual(unauthenticated);
  });

  it('signed with another secret, or changed by a character, are refused', async () => {
    await expect(tokens.verify(await sign(good, { by: new Uint8Array(32) }))).rejects.toEqual(unauthenticated);
    const token = await tokens.mint(ada);
    const [head, , signature] = token.split('.');
    await expect(tokens.verify(`${head}.${base64url({ ...good, account: 'other' })}.${signature}`)).rejects.toEqual(
      unauthenticated,
    );
    await expect(tokens.verify(`${token}A`)).rejects.toEqual(unauthenticated);
  });

  it.each([
    ['no account', { account: undefined }],
    ['an account that is no name', { account: '../other' }],
    ['an account in capitals', { account: 'Acme' }],
    ['an account that is no text', { account: ['acme'] }],
    ['no user', { sub: undefined }],
    ['an empty user', { sub: '' }],
    ['a user with a control character', { sub: 'a\0b' }],
    ['a user that is too long', { sub: 'x'.repeat(200) }],
    ['a name that is no text', { name: 7 }],
    ['roles that are no list', { roles: 'admin' }],
    ['a role that is no text', { roles: [{}] }],
    ['too many roles', { roles: Array.from({ length: 101 }, (_, index) => `r${index}`) }],
    ['no end', { exp: undefined }],
    ['an end that is no number', { exp: 'never' }],
    ['an end beyond all time', { exp: 1e300 }],
    ['a beginning in the future', { nbf: now / 1000 + 30 }],
  ])('with %s are refused', async (_what, claims) => {
    await expect(tokens.verify(await sign({ ...good, ...claims }))).rejects.toEqual(unauthenticated);
  });

  it.each(['', 'x', 'a.b.c', '..', 'null', `${'x'.repeat(9000)}`, 'a.b.c.d.e', 'ä.ö.ü'])(
    'that are none are refused: %j',
    async (token) => {
      await expect(tokens.verify(token)).rejects.toEqual(unauthenticated);
    },
  );

  it('are not made where they would not be taken', async () => {
    await expect(tokens.mint({ ...ada, account: 'A B' })).rejects.toMatchObject({ code: 'invalid_name' });
    await expect(tokens.mint({ ...ada, user: '' })).rejects.toMatchObject({ code: 'invalid_name' });
    await expect(tokens.mint({ ...ada, roles: ['\n'] })).rejects.toMatchObject({ code: 'invalid_name' });
  });

  it('are not signed with a secret that can be guessed', () => {
    expect(() => createTokens({ secret: 'x'.repeat(31), clock })).toThrow(TypeError);
    expect(() => createTokens({ secret: 'ä'.repeat(16), clock })).not.toThrow();
  });
});

import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWK } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../clock.ts';
import { createTokens, type Tokens } from './tokens.ts';

const secret = 'a secret that is shared by the two of us only';
const now = Date.UTC(2026, 10, 21, 10);
const clock: Clock = { now: () => now, after: () => () => {} };
const good = { account: 'acme', sub: 'ada', exp: now / 1000 + 60, iss: 'https://id.example', aud: 'concord' };
const refused = expect.objectContaining({ code: 'unauthenticated', message: 'A valid token or API key is needed.' }) as Error;

interface Pair {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

async function pair(kid: string, alg: string): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

function sign({ kid, alg, privateKey }: Pair, claims: object = {}): Promise<string> {
  return new SignJWT({ ...good, ...claims }).setProtectedHeader({ alg, kid }).sign(privateKey);
}

let server: Server;
let jwks: URL;
/** What the issuer publishes, and how often it was asked. */
let published: JWK[];
let asked: number;

beforeEach(async () => {
  [published, asked] = [[], 0];
  server = createServer((_request, response) => {
    asked++;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: published }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  jwks = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`);
});
afterEach(() => server.close());

const tokensOf = (more: object = {}, cooldownMs = 0): Tokens =>
  createTokens({ secret, clock, cooldownMs, issuer: { jwks, issuer: good.iss, audience: good.aud, ...more } });

describe('tokens of another issuer', () => {
  it.each(['RS256', 'ES256', 'EdDSA'])('are taken when they are signed with %s by one of its keys', async (alg) => {
    const key = await pair('one', alg);
    published = [key.jwk];
    const principal = { account: 'acme', user: 'ada', name: 'ada', roles: [], expiresAt: now + 60_000 };
    const tokens = tokensOf();
    expect(await tokens.verify(await sign(key))).toEqual(principal);
    expect(await tokens.verify(await sign(key))).toEqual(principal);
    expect(asked).toBe(1);
    expect(await tokensOf({ jwks: { keys: published } }).verify(await sign(key))).toEqual(principal);
  });

  it('and our own are taken side by side', async () => {
    const tokens = tokensOf();
    const own = await tokens.mint({ account: 'acme', user: 'ben', roles: [], expiresInSeconds: 60 });
    expect(await tokens.verify(own)).toMatchObject({ user: 'ben' });
    expect(asked).toBe(0);
  });

  it('follow it when it changes its keys', async () => {
    const [old, next] = await Promise.all([pair('old', 'ES256'), pair('next', 'ES256')]);
    published = [old.jwk];
    const tokens = tokensOf();
    await tokens.verify(await sign(old));
    published = [next.jwk];
    expect(await tokens.verify(await sign(next))).toMatchObject({ user: 'ada' });
    await expect(tokens.verify(await sign(old))).rejects.toEqual(refused);
  });

  it('that name unknown keys do not make us ask at each of them', async () => {
    const [known, unknown] = await Promise.all([pair('known', 'ES256'), pair('unknown', 'ES256')]);
    published = [known.jwk];
    const tokens = tokensOf({}, 30_000);
    await tokens.verify(await sign(known));
    for (let attempt = 0; attempt < 5; attempt++) await expect(tokens.verify(await sign(unknown))).rejects.toEqual(refused);
    expect(asked).toBe(1);
  });

  it('are refused while it cannot be asked', async () => {
    const key = await pair('one', 'ES256');
    server.close();
    server.closeAllConnections();
    await expect(tokensOf().verify(await sign(key))).rejects.toEqual(refused);
  });

  it('do not have it asked again and again while it cannot answer, and are taken once it can', async () => {
    const key = await pair('one', 'ES256');
    let status = 503;
    server.removeAllListeners('request').on('request', (_request, response: ServerResponse) => {
      asked++;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [key.jwk] }));
    });
    let later = 0;
    const tokens = createTokens({ secret, clock: { ...clock, now: () => now + later }, issuer: { jwks } });
    const token = await sign(key);
    for (let attempt = 0; attempt < 20; attempt++) await expect(tokens.verify(token)).rejects.toEqual(refused);
    expect(asked).toBe(1);
    [status, later] = [200, 1000];
    expect(await tokens.verify(token)).toMatchObject({ user: 'ada' });
    expect(asked).toBe(2);
  });

  it('by HS256 with its public key as the secret are refused, in every form of the key', async () => {
    const key = await pair('one', 'RS256');
    // Also where the issuer, or who has broken into it, publishes a shared secret.
    const shared: JWK = { kty: 'oct', k: Buffer.alloc(32, 7).toString('base64url'), kid: 'shared', alg: 'HS256' };
    published = [key.jwk, shared];
    const tokens = tokensOf();
    const forms = [await exportSPKI(key.publicKey), JSON.stringify(key.jwk), key.jwk.n ?? '', Buffer.alloc(32, 7)];
    for (const form of forms) {
      for (const kid of ['one', 'shared']) {
        const token = await new SignJWT(good).setProtectedHeader({ alg: 'HS256', kid }).sign(Buffer.from(form));
        await expect(tokens.verify(token)).rejects.toEqual(refused);
      }
    }
  });

  it('without a signature, or by another algorithm than the key is for, are refused', async () => {
    const key = await pair('one', 'RS256');
    published = [key.jwk];
    const tokens = tokensOf();
    await expect(tokens.verify(new UnsecuredJWT(good).encode())).rejects.toEqual(refused);
    for (const alg of ['none', 'None', 'PS256', 'RS512', 'HS512']) {
      const [, claims = '', signature = ''] = (await sign(key)).split('.');
      const head = Buffer.from(JSON.stringify({ alg, kid: 'one' })).toString('base64url');
      await expect(tokens.verify(`${head}.${claims}.${signature}`)).rejects.toEqual(refused);
      await expect(tokens.verify(`${head}.${claims}.`)).rejects.toEqual(refused);
    }
    const own = await pair('one', 'ES256');
    const embedded = await new SignJWT(good).setProtectedHeader({ alg: 'ES256', kid: 'one', jwk: own.jwk }).sign(own.privateKey);
    await expect(tokens.verify(embedded)).rejects.toEqual(refused);
  });

  it.each([
    ['no issuer', { iss: undefined }],
    ['another issuer', { iss: 'https://id.example.org' }],
    ['no audience', { aud: undefined }],
    ['another audience', { aud: ['other'] }],
    ['no account', { account: undefined }],
  ])('with %s are refused', async (_what, claims) => {
    const key = await pair('one', 'ES256');
    published = [key.jwk];
    await expect(tokensOf().verify(await sign(key, claims))).rejects.toEqual(refused);
  });

  it('may be late by the leeway, and what is open by them lasts as long', async () => {
    const key = await pair('one', 'ES256');
    const ended = await sign(key, { exp: now / 1000 - 4 });
    const early = await sign(key, { nbf: now / 1000 + 4 });
    const issuer = { jwks: { keys: [key.jwk] } };
    const strict = createTokens({ secret, clock, issuer });
    await expect(strict.verify(ended)).rejects.toMatchObject({ code: 'token_expired' });
    await expect(strict.verify(early)).rejects.toEqual(refused);
    const lenient = createTokens({ secret, clock, issuer, leewaySeconds: 5 });
    expect(await lenient.verify(ended)).toMatchObject({ expiresAt: now + 1000 });
    expect(await lenient.verify(early)).toMatchObject({ user: 'ada' });
    await expect(lenient.verify(await sign(key, { exp: now / 1000 - 5 }))).rejects.toMatchObject({ code: 'token_expired' });
  });
});

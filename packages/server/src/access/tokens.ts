import { createSecretKey, type KeyObject } from 'node:crypto';
import { ConcordError, isName } from '@concord/protocol';
import { decodeProtectedHeader, errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import type { Clock } from '../clock.ts';
import { createKeySet, issuerAlgorithms, type TokenIssuer } from './issuer.ts';
import type { Confinement, Principal } from './principal.ts';

/** HS256 is as strong as its key: RFC 7518, 3.2 asks for as many bytes as the hash has. */
export const minSecretBytes = 32;

/** A token that claims more is not one that we, or a sane issuer, made. */
const maxTokenChars = 8192;
const maxRoles = 100;

/** So many tokens are known again without a look at their signature: each is brought with every request. */
const maxKnown = 5_000;

/** Not `sid`: others' tokens have that, of sessions that are theirs. */
const sessionClaim = 'concord_session';
/** `<collection>/<record>`: the only one that its bearer may see. */
const recordClaim = 'concord_record';

export interface TokensOptions {
  /** Shared with whoever issues tokens. A string counts as its UTF-8 bytes. */
  readonly secret: Uint8Array | string;
  readonly clock: Clock;
  /** Whose tokens are taken beside those that are signed with the secret. */
  readonly issuer?: TokenIssuer | undefined;
  /** How far the clocks of others may be off, for `exp` and `nbf`; 0 when left out. */
  readonly leewaySeconds?: number | undefined;
  /** How soon the issuer's keys are asked for again when a token names an unknown one. */
  readonly cooldownMs?: number | undefined;
}

export interface TokenClaims {
  readonly account: string;
  readonly user: string;
  /** For people; the user's id when left out. */
  readonly name?: string | undefined;
  readonly roles: readonly string[];
  readonly expiresInSeconds: number;
  /** The session of a built-in user, with which the token ends. */
  readonly session?: string | undefined;
  /** The one record that the bearer may see. */
  readonly only?: Confinement | undefined;
}

/** JSON Web Tokens, signed with HS256 by the secret or by the issuer's keys: who their bearer is, and until when. */
export interface Tokens {
  /**
   * Who the bearer of `token` is.
   *
   * @throws `token_expired` when it was good until its time ran out; else `unauthenticated`, which never
   *   says what is wrong with it: that would help whoever is trying things out.
   */
  verify(token: string): Promise<Principal>;
  /** The same of a token that was signed with the secret, also so many seconds after it has ended. */
  recognize(token: string, graceSeconds: number): Promise<Principal>;
  /** Throws `invalid_name` where a claim would not pass {@link Tokens.verify}. */
  mint(claims: TokenClaims): Promise<string>;
}

/** Throws a TypeError where the secret is shorter than {@link minSecretBytes}. */
export function createTokens(options: TokensOptions): Tokens {
  const { secret, clock, issuer, leewaySeconds = 0, cooldownMs } = options;
  const key = secretKey(secret);
  const keySet = issuer && createKeySet(issuer, clock, cooldownMs);
  const checks = { requiredClaims: ['sub', 'exp', 'account'], clockTolerance: leewaySeconds };

  /** What tokens say that were found to be signed with the secret. */
  const known = new Map<string, JWTPayload>();

  async function signedHere(token: string, now: object): Promise<JWTPayload> {
    const before = known.get(token);
    // Whether its time has come to its end is asked each time.
    if (before?.exp !== undefined && before.exp > Math.floor(clock.now() / 1000) - leewaySeconds) return before;
    known.delete(token);
    const { payload } = await jwtVerify(token, key, { ...now, algorithms: ['HS256'] });
    known.set(token, payload);
    const [oldest = ''] = known.keys();
    if (known.size > maxKnown) known.delete(oldest);
    return payload;
  }

  async function verified(token: string): Promise<JWTPayload> {
    const now = { ...checks, currentDate: new Date(clock.now()) };
    // What the token says it is signed by chooses among two pairs of algorithm and key, and never mixes them:
    // `none` is neither, and a public key of the issuer's never serves as a secret.
    if (issuer === undefined || keySet === undefined || decodeProtectedHeader(token).alg === 'HS256')
      return await signedHere(token, now);
    const { issuer: iss, audience } = issuer;
    const claims = { ...(iss === undefined ? {} : { issuer: iss }), ...(audience === undefined ? {} : { audience }) };
    return (await jwtVerify(token, keySet, { ...now, ...claims, algorithms: [...issuerAlgorithms] })).payload;
  }

  async function read(token: string, verifying: (token: string) => Promise<JWTPayload>): Promise<Principal> {
    if (token.length > maxTokenChars) throw new ConcordError('unauthenticated');
    try {
      return principalOf(await verifying(token), leewaySeconds);
    } catch (cause) {
      if (cause instanceof ConcordError) throw cause;
      // jose looks at the claims only after the signature, so this is said to a bearer of a token that was good.
      throw new ConcordError(cause instanceof errors.JWTExpired ? 'token_expired' : 'unauthenticated', { cause });
    }
  }

  return {
    verify: (token) => read(token, verified),
    recognize: (token, graceSeconds) =>
      read(token, async () => {
        const late = { ...checks, clockTolerance: graceSeconds, currentDate: new Date(clock.now()), algorithms: ['HS256'] };
        return (await jwtVerify(token, key, late)).payload;
      }),
    async mint({ account, user, name, roles, expiresInSeconds, session, only }) {
      const issuedAt = Math.floor(clock.now() / 1000);
      const claims: JWTPayload = {
        account,
        roles: [...roles],
        ...(name === undefined ? {} : { name }),
        ...(session === undefined ? {} : { [sessionClaim]: session }),
        ...(only === undefined ? {} : { [recordClaim]: `${only.collection}/${only.record}` }),
      };
      const expires = issuedAt + expiresInSeconds;
      if (principalFrom({ ...claims, sub: user, exp: expires }) === undefined) {
        throw new ConcordError('invalid_name', {
          message: 'The account, the user, the name or a role does not fit its pattern.',
        });
      }
      return await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setSubject(user)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expires)
        .sign(key);
    },
  };
}

function secretKey(secret: Uint8Array | string): KeyObject {
  const bytes = typeof secret === 'string' ? Buffer.from(secret, 'utf8') : secret;
  if (bytes.byteLength < minSecretBytes) throw new TypeError(`the secret must have at least ${minSecretBytes} bytes`);
  return createSecretKey(bytes);
}

/** What is open by a token ends when the token would be refused: after the leeway. */
function principalOf(claims: JWTPayload, leewaySeconds: number): Principal {
  const principal = principalFrom(claims);
  if (principal?.expiresAt === undefined) throw new ConcordError('unauthenticated');
  return { ...principal, expiresAt: principal.expiresAt + leewaySeconds * 1000 };
}

function principalFrom(claims: JWTPayload): Principal | undefined {
  const { account, sub, name = sub, roles = [], exp, [sessionClaim]: session, [recordClaim]: confined } = claims;
  if (!isName('account', account) || !isName('user', sub) || !isName('user', name) || !areRoles(roles)) return undefined;
  if (exp === undefined || !Number.isSafeInteger(exp * 1000)) return undefined;
  if (session !== undefined && typeof session !== 'string') return undefined;
  // One that cannot be understood lets nobody in, rather than everywhere.
  const only = confined === undefined ? undefined : confinementIn(confined);
  if (confined !== undefined && only === undefined) return undefined;
  const bounds = { ...(session === undefined ? {} : { session }), ...(only === undefined ? {} : { only }) };
  return { account, user: sub, name, roles, expiresAt: exp * 1000, ...bounds };
}

function confinementIn(claim: unknown): Confinement | undefined {
  const [collection, record, ...more] = typeof claim === 'string' ? claim.split('/') : [];
  return more.length === 0 && isName('collection', collection) && isName('record', record) ? { collection, record } : undefined;
}

/** Roles are other systems' words (`Finance Team`, `app:admin`), so they need only be printable. */
export function areRoles(roles: unknown): roles is readonly string[] {
  return Array.isArray(roles) && roles.length <= maxRoles && roles.every((role) => isName('user', role));
}

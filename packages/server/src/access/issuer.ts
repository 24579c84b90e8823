import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

/** Another system that signs tokens, with keys of which only the public half is known here. */
export interface TokenIssuer {
  /** Where its JSON Web Key Set is, or the set itself. */
  readonly jwks: URL | JSONWebKeySet;
  /** Its tokens' `iss` and `aud` have to be these; not looked at when left out. */
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
}

/** Asymmetric ones only: what is published as a public key is never taken for a shared secret. */
export const issuerAlgorithms: readonly string[] = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];

/** How long keys are kept, and how soon they are asked for again when a token names one that is not there. */
const cacheMaxAge = 10 * 60_000;
const cooldownMs = 30_000;
const timeoutDuration = 5_000;

/** The keys, fetched at their first use, and again when they are old or one is unknown. */
export function createKeySet({ jwks }: TokenIssuer, cooldownDuration: number = cooldownMs): JWTVerifyGetKey {
  if (!(jwks instanceof URL)) return createLocalJWKSet(jwks);
  return createRemoteJWKSet(jwks, { cacheMaxAge, cooldownDuration, timeoutDuration });
}

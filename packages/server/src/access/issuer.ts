import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type FetchImplementation,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import type { Clock } from '../clock.ts';

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
/** While it cannot be asked, it is not asked again at each token that anybody sends. */
const pauseMs = 1_000;

/** The keys, fetched at their first use, and again when they are old or one is unknown. */
export function createKeySet({ jwks }: TokenIssuer, clock: Clock, cooldownDuration: number = cooldownMs): JWTVerifyGetKey {
  if (!(jwks instanceof URL)) return createLocalJWKSet(jwks);
  return createRemoteJWKSet(jwks, { cacheMaxAge, cooldownDuration, timeoutDuration, [customFetch]: pausingFetch(clock) });
}

function pausingFetch(clock: Clock): FetchImplementation {
  let failedAt = -Infinity;
  return async (url, options) => {
    if (clock.now() - failedAt < pauseMs) throw new TypeError('The issuer could not be asked a moment ago.');
    try {
      const response = await fetch(url, options);
      if (!response.ok) failedAt = clock.now();
      return response;
    } catch (error) {
      failedAt = clock.now();
      throw error;
    }
  };
}

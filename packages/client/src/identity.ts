import type { SchemaDescription } from '@concord/protocol';
import type { Http } from './http.ts';
import { claimsOf } from './jwt.ts';
import type { TokenSource } from './token-source.ts';

/** Whose documents these are: what is kept on this device is kept by it. */
export interface Identity {
  readonly account: string;
  readonly user: string;
}

/**
 * Who the token speaks for. What a JWT says of itself is believed, so that what is kept here can be shown without the
 * network: whoever has the token at hand has the device. What is no JWT is asked about.
 */
export async function identify(tokens: TokenSource, http: Http): Promise<Identity> {
  const { account: claimed, sub } = claimsOf(await tokens.get());
  if (typeof claimed === 'string' && typeof sub === 'string') return { account: claimed, user: sub };
  const { account, user } = await http.json<SchemaDescription>('GET', '/schema');
  return { account, user: user.id };
}

import type { SchemaDescription } from '@concord/protocol';
import type { Http } from './http.ts';
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
  const claims = claimsOf(await tokens.get());
  if (claims !== undefined) return claims;
  const { account, user } = await http.json<SchemaDescription>('GET', '/schema');
  return { account, user: user.id };
}

function claimsOf(token: string): Identity | undefined {
  try {
    const { account, sub } = JSON.parse(decodeBase64Url(token.split('.')[1] ?? '')) as { readonly [claim: string]: unknown };
    return typeof account === 'string' && typeof sub === 'string' ? { account, user: sub } : undefined;
  } catch {
    return undefined;
  }
}

function decodeBase64Url(text: string): string {
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.codePointAt(0) ?? 0);
  return new TextDecoder().decode(bytes);
}

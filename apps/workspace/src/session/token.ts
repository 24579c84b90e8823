import { personOf } from './person.ts';
import type { Session } from './session.ts';

/**
 * Reads who a pasted JWT is for. Nothing is verified here, that is the server's part; this only tells a
 * token from a slip of the clipboard. Returns `null` where it is none.
 */
export function sessionOfToken(pasted: string): Session | null {
  const token = pasted.trim();
  try {
    const [, payload = '', signature] = token.split('.');
    if (signature === undefined) return null;
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    if (typeof claims['sub'] !== 'string' || typeof claims['account'] !== 'string') return null;
    const roles = Array.isArray(claims['roles']) ? claims['roles'].filter((role) => typeof role === 'string') : [];
    return { token, user: { ...personOf(claims['sub'], claims['name']), account: claims['account'], roles } };
  } catch {
    return null;
  }
}

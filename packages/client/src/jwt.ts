/** What a JWT says of itself; nothing of what is none. It is not verified: the server does that. */
export function claimsOf(token: string): { readonly [claim: string]: unknown } {
  try {
    const payload = atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(payload, (char) => char.charCodeAt(0));
    return Object(JSON.parse(new TextDecoder().decode(bytes))) as { readonly [claim: string]: unknown };
  } catch {
    return {};
  }
}

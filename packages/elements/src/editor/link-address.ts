/** What was typed as the address of a link, made whole: `example.com` is a page, `ada@example.com` a mailbox. Null: neither. */
export function readAddress(typed: string): string | null {
  const text = typed.trim();
  if (text === '' || /\s/.test(text)) return null;
  if (/^mailto:[^@\s]+@[^@\s]+$/i.test(text)) return text;
  if (/^[^@\s/:]+@[^@\s/]+\.[^@\s/]+$/.test(text)) return `mailto:${text}`;
  const address = /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(text) ? text : `https://${text}`;
  try {
    const { protocol, hostname } = new URL(address);
    const isPage = protocol === 'http:' || protocol === 'https:';
    return isPage && (hostname.includes('.') || hostname === 'localhost') ? address : null;
  } catch {
    return null;
  }
}

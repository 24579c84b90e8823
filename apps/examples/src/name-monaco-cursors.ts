import type { Awareness } from 'y-protocols/awareness';

/**
 * Gives the cursors of others their names and colours. y-monaco marks each with a class that ends in its client's id, and
 * leaves the looks to the page.
 */
export function nameMonacoCursors(awareness: Awareness): void {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  const named = new Set<number>();

  function style(selector: string, properties: Readonly<Record<string, string>>): void {
    const rule = sheet.cssRules[sheet.insertRule(`${selector} {}`, sheet.cssRules.length)] as CSSStyleRule;
    // Set one by one, so that a name stays a name, whatever it holds.
    for (const [property, value] of Object.entries(properties)) rule.style.setProperty(property, value);
  }

  awareness.on('change', () => {
    for (const [client, state] of awareness.getStates()) {
      const { name, color } = (state['user'] ?? {}) as { readonly name?: string; readonly color?: string };
      if (named.has(client) || name === undefined || color === undefined) continue;
      named.add(client);
      style(`.yRemoteSelection-${client}`, { 'background-color': `${color}33` });
      style(`.yRemoteSelectionHead-${client}`, { 'border-color': color });
      style(`.yRemoteSelectionHead-${client}::after`, { content: JSON.stringify(name), 'background-color': color });
    }
  });
}

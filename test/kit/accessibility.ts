import axe, { type Result, type RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const schemes = ['light', 'dark'] as const;

/**
 * What axe finds on a page that keeps people out: first all of it, in light colours, then what the dark ones change, which
 * are the contrasts.
 */
export async function violations(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(settled);
    const options: RunOptions = colorScheme === 'light' ? {} : { runOnly: ['color-contrast'] };
    for (const { id, impact, nodes } of await run(page, options))
      if (impact === 'serious' || impact === 'critical')
        found.push(...nodes.map(({ html, failureSummary }) => `${id}, ${colorScheme}: ${html} ${failureSummary}`));
  }
  await page.emulateMedia({ colorScheme: null });
  return found;
}

/** What still fades has other colours than it will have. Runs in the page. */
async function settled(): Promise<void> {
  const treesOf = (tree: DocumentOrShadowRoot & ParentNode): (DocumentOrShadowRoot & ParentNode)[] => [
    tree,
    ...Array.from(tree.querySelectorAll('*')).flatMap(({ shadowRoot }) => (shadowRoot === null ? [] : treesOf(shadowRoot))),
  ];
  for (;;) {
    await new Promise(requestAnimationFrame);
    const animations = treesOf(document).flatMap((tree) => tree.getAnimations());
    // What goes on for ever is not waited for.
    const fading = animations.filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    if (fading.length === 0) return;
    await Promise.allSettled(fading.map((animation) => animation.finished));
  }
}

/** In the page itself: none of ours has frames. */
async function run(page: Page, options: RunOptions): Promise<readonly Result[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(`${axe.source};undefined`);
  const all: RunOptions = { ...options, resultTypes: ['violations'] };
  const check = async (given: RunOptions): Promise<Result[]> =>
    (await (window as unknown as { axe: typeof axe }).axe.run(document, given)).violations;
  return await page.evaluate(check, all);
}

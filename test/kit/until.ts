/** How long a condition may take before a test gives up on it. Nothing is measured by it. */
const patienceMs = 20_000;

/**
 * Resolves with what `condition` answers as soon as that is neither undefined nor false. Fails, naming
 * `what`, when it never comes.
 */
export async function until<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const begun = performance.now();
  for (;;) {
    const answer = await condition();
    if (answer !== undefined && answer !== false) return answer;
    const waitedMs = performance.now() - begun;
    if (waitedMs > patienceMs) throw new Error(`Waited in vain for ${what}.`);
    // Often at first, then ever less: to ask may cost a request, which takes the machine's time from what is waited for.
    await new Promise((resolve) => setTimeout(resolve, Math.min(5 + waitedMs / 8, 100)));
  }
}

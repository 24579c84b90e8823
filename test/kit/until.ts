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
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const answer = await condition();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

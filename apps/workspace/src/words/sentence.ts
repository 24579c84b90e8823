/** A problem as the schema says it (`must be at least 0`), as a sentence on its own. */
export function sentenceOf(problem: string): string {
  const text = problem.charAt(0).toUpperCase() + problem.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

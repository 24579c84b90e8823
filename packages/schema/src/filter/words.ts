/** The words of the filter language, in lower case. No field may be called by one of them. */
export const filterWords: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', 'is', 'contains', 'null', 'true', 'false']);

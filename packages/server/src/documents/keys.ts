/** Where a part lies in the store. Part names are checked and hold neither U+0000 nor surprises. */
const journalPrefix = 'journal/';
export const snapshotPrefix = 'snapshot/';
export const markPrefix = 'dirty/';

export function journalScope(partName: string): string {
  return journalPrefix + partName;
}

export function snapshotKey(partName: string): string {
  return snapshotPrefix + partName;
}

/** Behind it stands a Yjs client id. No name holds a `#`, so one part's keys are no prefix of another's. */
export function ownerPrefix(partName: string): string {
  return `owner/${partName}#`;
}

/** The same of all parts of a record but its content. */
export function partsOwnerPrefix(record: string): string {
  return `owner/${record}/`;
}

export function markKey(partName: string): string {
  return markPrefix + partName;
}

/** A record that was open in this tab. */
export interface RecentRecord {
  readonly collection: string;
  readonly id: string;
  readonly title: string;
}

const mostKept = 8;
let records: readonly RecentRecord[] = [];

/** Held by the page alone: nothing of it stays when somebody else comes to this device. */
export function noteRecent(record: RecentRecord): void {
  records = [record, ...records.filter(({ collection, id }) => collection !== record.collection || id !== record.id)].slice(
    0,
    mostKept,
  );
}

export const recentRecords = (): readonly RecentRecord[] => records;

export function forgetRecent(): void {
  records = [];
}

import type { InboxItem } from '@concord/protocol';
import type { Members } from '@concord/schema';
import type { RowRecord } from '../collection/pending-rows.ts';
import type { RoomShape } from './room-shape.ts';

/** In which part of the sidebar a room stands. */
export type RoomSection = 'rooms' | 'direct' | 'support';

/** A room as lists of rooms show it. */
export interface Room {
  readonly id: string;
  readonly section: RoomSection;
  /** Empty where it has none; a direct one is called by whom it is with. */
  readonly title: string;
  readonly topic: string;
  /** As its `kind` says; empty where rooms have no kinds. */
  readonly kind: string;
  readonly isArchived: boolean;
  readonly members: Members;
  /** One is a member of it. */
  readonly isMine: boolean;
  /** Of a direct one: the other person. */
  readonly peer?: string;
  /** What is new in it; undefined where one does not follow it. */
  readonly item?: InboxItem;
}

/** @param me the id of who looks */
export function roomOf(shape: RoomShape, row: RowRecord, me: string, item?: InboxItem): Room {
  const text = (field: string | null): string => {
    const value = field === null ? undefined : row[field];
    return typeof value === 'string' ? value : '';
  };
  const members = (row[shape.members.name] ?? {}) as Members;
  const kind = text(shape.kind);
  const section = kind === 'direct' || kind === 'support' ? kind : 'rooms';
  const peer = section === 'direct' ? Object.keys(members).find((user) => user !== me) : undefined;
  return {
    id: row.id,
    section,
    title: text(shape.title),
    topic: text(shape.topic),
    kind,
    isArchived: shape.archived !== null && row[shape.archived] === true,
    members,
    isMine: Object.hasOwn(members, me),
    ...(peer === undefined ? {} : { peer }),
    ...(item === undefined ? {} : { item }),
  };
}

/** Whether it stands in the sidebar: what one belongs to, and who waits for an answer. Archived ones are found by browsing. */
export function isListed(room: Room): boolean {
  return !room.isArchived && (room.isMine || room.section === 'support');
}

/** What a badge counts: mentions alone where it is muted. */
export function badgeOf({ item }: Room): { readonly count: number; readonly isMention: boolean } {
  if (item === undefined) return { count: 0, isMention: false };
  const mentions = item.mentions;
  if (item.isMuted) return { count: mentions, isMention: mentions > 0 };
  const inThreads = item.threads.reduce((sum, { unread }) => sum + unread, 0);
  return { count: item.unread + inThreads, isMention: mentions > 0 };
}

/** The room that is next in the order of the sidebar, with something new in it; undefined where there is none but this one. */
export function nextUnread(rooms: readonly Room[], current: string | null, step: 1 | -1): Room | undefined {
  const at = rooms.findIndex(({ id }) => id === current);
  const from = at < 0 ? (step === 1 ? -1 : rooms.length) : at;
  for (let offset = 1; offset <= rooms.length; offset++) {
    const room = rooms[(((from + step * offset) % rooms.length) + rooms.length) % rooms.length];
    if (room !== undefined && room.id !== current && badgeOf(room).count > 0) return room;
  }
  return undefined;
}
